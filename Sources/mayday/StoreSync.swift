import ArgumentParser
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

struct StoreSync: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Bring two stores together: both then hold the events of both.",
    usage: "mayday store sync URL [--json]",
    discussion: """
      URL names the other store. Doing it twice is doing it once, and an interrupted one is done \
      again. Where both stores gave one number to two incidents, the other store's keeps it.
      """)

  @Argument(help: ArgumentHelp("The other store, as for --store.", valueName: "url"))
  var other: String

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let here = try StoreLocation.resolve(options)
    let there = try StoreLocation.named(other)
    guard here != there else {
      throw Failure(.usage, "the two stores are one; name the other one")
    }
    let ours = try session.replica(here)
    let theirs = try session.replica(there)
    let result = try Sync(ours, with: theirs, by: session.actor, now: session.now).run()
    if options.json {
      session.output.json([
        "sent": .integer(Int64(result.sent)), "received": .integer(Int64(result.received)),
        "renumbered": .array(
          result.renumbered.map {
            ["from": .integer(Int64($0.from)), "to": .integer(Int64($0.to))]
          }),
      ])
      return
    }
    session.output.line(
      "sent \(result.sent) events to \(theirs.location), received \(result.received)")
    for change in result.renumbered {
      session.output.line(
        "INC-\(change.from) is now INC-\(change.to): the number was another's in the other store")
    }
  }
}

extension Session {
  /// Opens a store to bring it together with another one; a file is made where there is none.
  ///
  /// - Throws: a `JournalError` saying where, why and what to do.
  func replica(_ location: StoreLocation) throws -> any Replica {
    switch location {
    case .sqlite(let path, _): try SQLiteJournal(path: path, create: true)
    case .postgresql(let address): try PostgresJournal(address)
    }
  }
}
