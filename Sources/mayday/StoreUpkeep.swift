import ArgumentParser
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

struct StoreCheck: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at all that the store rests on, then at every page, hash and row.",
    usage: "mayday store check [--json]",
    discussion: "Changes nothing. Ends with 65 when the record is not safe or not sound.")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    var findings: [StoreFinding]
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      findings = try SQLiteJournal(path: path, create: false).check(now: session.now)
    case .postgresql(let address):
      let spool = try SpoolInfo(at: StoreLocation.resolve(options).spool(of: address))
      let waiting = spool?.waiting ?? 0
      findings = try PostgresJournal(address).check(now: Session.clock)
      if waiting > 0 {
        findings.append(
          StoreFinding(
            .warning, "not yet shared",
            "\(waiting) entries wait on this host; the next console or call of mayday shares them"))
      }
    }
    if options.json {
      for finding in findings {
        session.output.json([
          "verdict": .string(finding.verdict.rawValue), "subject": .string(finding.subject.text),
          "text": .string(finding.text.text),
        ])
      }
    } else {
      var table = Table()
      for finding in findings { table.add(finding.subject, Self.mark(finding) + finding.text) }
      session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    }
    let wrong = findings.count { $0.verdict == .wrong }
    guard wrong == 0 else {
      throw Failure(.badData, "\(wrong) of \(findings.count) findings are wrong, see above")
    }
  }

  private static func mark(_ finding: StoreFinding) -> Showable {
    switch finding.verdict {
    case .fine: "ok       "
    case .warning: "WARNING  "
    case .wrong: "WRONG    "
    }
  }
}

struct StoreBackup: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the store into a new file, and verify the copy.",
    usage: "mayday store backup FILE [--json]",
    discussion: """
      Others can work meanwhile. The file is a SQLite store, also of one in PostgreSQL: it can be \
      opened with --store, and restored.
      """)

  @Argument(help: ArgumentHelp("The new file.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let verification: Verification
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      verification = try SQLiteJournal(path: path, create: false).copy(to: file)
    case .postgresql(let address):
      verification = try SQLiteJournal.copy(
        of: PostgresJournal(address), to: file, by: session.actor, now: session.now)
    }
    try session.report(verification, of: Untrusted(file).showable)
  }
}

struct StoreRestore: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make a new store of a backup, and verify it.",
    usage: "mayday store restore FILE [--json]",
    discussion: """
      --store names the new place: a file that is not there yet, or a PostgreSQL store without \
      incidents. The backup stays as it is.
      """)

  @Argument(help: ArgumentHelp("A file of store backup.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let location = try StoreLocation.resolve(options)
    let backup = try SQLiteJournal(path: file, create: false)
    let verification: Verification
    switch location {
    case .sqlite(let path, _):
      verification = try backup.copy(to: path, makesFolder: true)
    case .postgresql(let address):
      let target = try PostgresJournal(address)
      guard try target.highestNumber() == 0 else {
        throw Failure(
          .cannotWrite,
          "\(address.location) holds incidents already; name an empty store, or join them with mayday store sync"
        )
      }
      _ = try Sync(backup, with: target, by: session.actor, now: session.now).run()
      verification = try target.verify(nil)
    }
    try session.report(verification, of: location.showable)
  }
}

struct StoreRebuild: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make the board's rows and the search's index anew from the events.",
    usage: "mayday store rebuild",
    discussion: """
      For a board or a search that does not agree with its events; events are never changed.
      """)

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let journal: any Journal
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      let store = try SQLiteJournal(path: path, create: false)
      try store.rebuild()
      journal = store
    case .postgresql(let address):
      let store = try PostgresJournal(address)
      try store.rebuild()
      journal = store
    }
    try session.report(try journal.verify(nil), of: journal.location)
  }
}

extension Session {
  /// Says that a store is sound.
  ///
  /// - Throws: a ``Failure`` naming what is wrong when it is not.
  fileprivate func report(_ verification: Verification, of location: Showable) throws {
    switch verification {
    case .sound(let events, let heads):
      if options.json {
        output.json([
          "store": .string(location.text), "events": .integer(Int64(events)),
          "heads": .array(heads.map { .string($0.hex) }),
        ])
      } else {
        output.line("\(location) is sound: \(events) events, every hash recomputed")
      }
    case .wrong(let event, let problem):
      throw Failure(
        .badData,
        "the store is not sound, and nothing was made of it: \(event): \(problem); mayday verify says more"
      )
    }
  }
}
