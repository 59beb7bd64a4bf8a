import ArgumentParser
import Glibc
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

struct StoreCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "The journal itself.", usage: "mayday store info",
    subcommands: [
      StoreInfo.self, StoreInit.self, StoreCheck.self, StoreBackup.self, StoreRestore.self,
      StoreRebuild.self, StoreSync.self, StoreKey.self,
    ])
}

struct StoreInfo: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Where the store is, what it holds, whether it can be written.",
    usage: "mayday store info [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let facts: Facts
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _): facts = try self.facts(SQLiteJournal(path: path, create: false))
    case .postgresql(let address):
      let spool = try SpoolInfo(at: StoreLocation.resolve(options).spool(of: address))
      facts = try self.facts(address, spool)
    }
    if options.json {
      session.output.json(.object(facts.members))
    } else {
      session.output.lines(facts.table.lines(wrappedTo: session.output.wrapping))
    }
  }

  /// The same for people and for scripts.
  private struct Facts {
    var table = Table()
    var members: [String: JSON] = [:]

    mutating func add(_ label: Showable, _ key: String, _ text: Showable, _ value: JSON) {
      table.add(label, text)
      members[key] = value
    }

    mutating func add(_ counts: [BoardTab: Int]) {
      members["incidents"] = .integer(Int64(counts.values.reduce(0, +)))
      for tab in BoardTab.allCases {
        let count = counts[tab] ?? 0
        add(tab.rawValue.showableWord, tab.rawValue, "\(count)", .integer(Int64(count)))
      }
    }

    mutating func add(written reason: Showable?) {
      add("written", "writable", reason.map { "no: \($0)" } ?? "yes", .bool(reason == nil))
      members["because"] = reason.map { .string($0.text) }
    }
  }

  private func facts(_ journal: SQLiteJournal) throws -> Facts {
    let counts = try journal.board(BoardQuery(tab: nil, limit: 0)).counts
    var status = stat()
    let bytes = stat(journal.path, &status) == 0 ? Int64(status.st_size) : 0
    var facts = Facts()
    facts.add("store", "store", journal.location, .string(journal.path))
    facts.add("kind", "kind", "SQLite", "sqlite")
    facts.add("size", "bytes", "\(bytes) bytes", .integer(bytes))
    facts.add(counts)
    facts.add(written: journal.readOnlyReason)
    return facts
  }

  /// What the server tells; when it is away, that, and what waits for it on this host.
  private func facts(_ address: PostgresAddress, _ spool: SpoolInfo?) throws -> Facts {
    var facts: Facts
    do {
      facts = try self.facts(PostgresJournal(address))
    } catch let error as JournalError {
      guard case .unavailable = error, spool != nil else { throw error }
      facts = Facts()
      facts.add("store", "store", address.location, .string(address.location.text))
      facts.add(written: error.sentence)
    }
    guard let spool else { return facts }
    facts.add("spool", "spool", Untrusted(spool.path).showable, .string(spool.path))
    facts.add(
      "not yet shared", "unshared", "\(spool.waiting)",
      .integer(Int64(spool.waiting)))
    return facts
  }

  private func facts(_ journal: PostgresJournal) throws -> Facts {
    let counts = try journal.board(BoardQuery(tab: nil, limit: 0)).counts
    let info = try journal.info(now: Session.clock)
    var facts = Facts()
    facts.add("store", "store", journal.location, .string(journal.location.text))
    facts.add("kind", "kind", "PostgreSQL \(info.server)", "postgresql")
    facts.add("account", "account", info.account, .string(info.account.text))
    facts.add(
      "encryption", "encryption", info.encryption ?? "none",
      .string(info.encryption?.text ?? "none")
    )
    facts.add("size", "bytes", "\(info.size) bytes", .integer(Int64(info.size)))
    facts.add(counts)
    facts.add(written: info.reasonNotToWrite)
    return facts
  }
}

extension PostgresStoreInfo {
  /// Why nothing can be written; nil when it can.
  fileprivate var reasonNotToWrite: Showable? {
    if isStandby { return "the server is a standby; name the primary with --store" }
    return mayWrite
      ? nil : "the account may only read; GRANT mayday_writer TO it allows more"
  }
}
