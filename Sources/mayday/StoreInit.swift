import ArgumentParser
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

struct StoreInit: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a store in a PostgreSQL database, or print its SQL.",
    usage: "mayday store init [--print-sql]",
    discussion: """
      The account that makes the store must own the database and may create roles. Those who use \
      the store then need only the role mayday_writer, or mayday_reader to look.
      """)

  @Flag(help: "Print the SQL that makes the store in PostgreSQL; nothing is opened.")
  var printSQL = false

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    if printSQL {
      session.output.lines(PostgresSchema.lines)
      return
    }
    try session.requireWriting()
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      _ = try SQLiteJournal(path: path, create: true)
      report(Untrusted(path).showable, session)
    case .postgresql(let address):
      try PostgresJournal.make(at: address)
      report(address.location, session)
    }
  }

  private func report(_ location: Showable, _ session: Session) {
    if options.json {
      session.output.json(["store": .string(location.text)])
    } else {
      session.output.line("made a store in \(location)")
    }
  }
}
