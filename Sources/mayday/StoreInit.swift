import ArgumentParser
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

struct StoreInit: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a store: in PostgreSQL, shared by a group, or your own.",
    usage: "mayday store init [--print-sql] | mayday store init --shared --group G DIR",
    discussion: """
      In PostgreSQL, the account that makes the store must own the database and may create roles; \
      those who use it need only the role mayday_writer, or mayday_reader to look; called for a \
      store of an older version, it brings that up to date. A shared store is \
      a folder (2770) whose files (0660) the group can write and nobody else can read.
      """)

  @Flag(help: "Print the SQL that makes the store in PostgreSQL; nothing is opened.")
  var printSQL = false

  @Flag(help: "Make a store that several accounts of this host share.")
  var shared = false

  @Option(help: "Their group, by name or number.")
  var group: Untrusted?

  @Argument(help: ArgumentHelp("The shared store's folder.", valueName: "dir"))
  var folder: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if shared != (group != nil) || shared != (folder != nil) {
      throw ValidationError("a shared store takes --shared, --group and a folder, all three")
    }
  }

  func perform(in session: Session) throws {
    if printSQL {
      session.output.lines(PostgresSchema.lines)
      return
    }
    try session.requireWriting()
    if let folder, let group {
      let journal = try SQLiteJournal.makeShared(in: folder, group: group)
      report(journal.location, session)
      return
    }
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      _ = try SQLiteJournal(path: path, create: true)
      report(Untrusted(path).showable, session)
    case .postgresql(let address):
      let isNew = try PostgresJournal.make(at: address)
      report(address.location, isNew: isNew, session)
    }
  }

  private func report(_ location: Showable, isNew: Bool = true, _ session: Session) {
    if options.json {
      session.output.json(["store": .string(location.text)])
    } else if isNew {
      session.output.line("made a store in \(location)")
    } else {
      session.output.line(
        "brought the store in \(location) up to date; its events are as they were")
    }
  }
}
