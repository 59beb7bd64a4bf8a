import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Verify: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Recompute every hash of an incident, a store or an export.",
    usage: "mayday verify [INC|FILE] [--json]",
    discussion: """
      A file is one that timeline --format json wrote. Without an argument the whole store is \
      verified. What is wrong first is named, and the program ends with 65.
      """)

  @Argument(
    help: ArgumentHelp(
      "An incident, or an exported timeline; else the whole store.", valueName: "inc|file"),
    completion: .file())
  var subject: Untrusted?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let (name, verification) = try verify(session)
    switch verification {
    case .sound(let events, let heads):
      if options.json {
        session.output.json([
          "ok": true, "events": .integer(Int64(events)),
          "heads": .array(heads.map { .string($0.hex) }),
        ])
      } else {
        session.output.line("\(name) is sound: \(events) events, every hash recomputed")
        for head in heads { session.output.line("head \(head.word)") }
      }
    case .wrong(let event, let problem):
      if options.json {
        session.output.json([
          "ok": false, "event": .string(event.text), "problem": .string(problem.text),
        ])
      }
      throw Failure(
        .badData,
        "\(name) is not sound: \(Self.place(event))\(problem); compare it with another copy")
    }
  }

  /// `event 3f2a…: `; nothing when it is the file as a whole.
  private static func place(_ event: Showable) -> Showable {
    if EventID(hex: event.text) != nil || Int(event.text) != nil { return "event \(event): " }
    return event == "the file" ? .empty : "\(event): "
  }

  /// A record of more bytes than this is verified in its store.
  private static let longestExport = 1 << 30

  private func verify(_ session: Session) throws -> (Showable, Verification) {
    guard let subject else {
      let journal = try session.openJournal(.read)
      return (journal.location, try journal.verify(nil))
    }
    if namesIncident(subject.raw) {
      let journal = try session.openJournal(.read)
      let id = try journal.find(subject)
      return (subject.showable, try journal.verify(id))
    }
    let bytes = try ExportFile.read(subject.raw, atMost: Self.longestExport)
    return (subject.showable, Verification(ofExport: bytes))
  }

  /// `42`, `INC-42` and digits of an id name an incident; `./42` names a file.
  private func namesIncident(_ text: String) -> Bool {
    let lower = text.lowercased()
    let number = lower.hasPrefix("inc-") ? lower.dropFirst(4) : lower[...]
    if !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    return (7...64).contains(lower.utf8.count)
      && lower.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
