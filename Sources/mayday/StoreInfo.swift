import ArgumentParser
import Glibc
import IncidentDomain
import Journal
import TextGate

struct StoreCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "The journal itself.", usage: "mayday store info",
    subcommands: [StoreInfo.self, StoreKey.self])
}

struct StoreInfo: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Where the store is, what it holds, whether it can be written.",
    usage: "mayday store info [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      let journal = try SQLiteJournal(path: path, create: false)
      let counts = try journal.board(BoardQuery(tab: nil, limit: 0)).counts
      var status = stat()
      let bytes = stat(journal.path, &status) == 0 ? Int(status.st_size) : 0
      if options.json {
        session.output.json(json(of: journal, counts, bytes))
        return
      }
      var table = Table()
      table.add("store", journal.location)
      table.add("kind", "SQLite")
      table.add("size", "\(bytes) bytes")
      for tab in BoardTab.allCases { table.add(tab.rawValue.showableWord, "\(counts[tab] ?? 0)") }
      table.add("written", journal.readOnlyReason.map { "no: \($0)" } ?? "yes")
      session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    }
  }

  private func json(of journal: SQLiteJournal, _ counts: [BoardTab: Int], _ bytes: Int) -> JSON {
    var members: [String: JSON] = [
      "store": .string(journal.path), "kind": "sqlite", "bytes": .integer(Int64(bytes)),
      "incidents": .integer(Int64(counts.values.reduce(0, +))),
      "writable": .bool(journal.readOnlyReason == nil),
    ]
    for tab in BoardTab.allCases { members[tab.rawValue] = .integer(Int64(counts[tab] ?? 0)) }
    members["because"] = journal.readOnlyReason.map { .string($0.text) }
    return .object(members)
  }
}
