import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Verify: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Recompute every hash of an incident, a store or an export.",
    usage: "mayday verify [INC|FILE] [--head HEAD] [--key KEY] [--json]",
    discussion: """
      A file is one that timeline --format json wrote. Without an argument the whole store is \
      verified. What is wrong first is named, and the program ends with 65. A head that was kept \
      elsewhere (show, an export's footer, the system's log) shows with --head whether the record \
      was cut or rewritten since; --key takes the public key that must have signed the file.
      """)

  @Argument(
    help: ArgumentHelp(
      "An incident, or an exported timeline; else the whole store.", valueName: "inc|file"),
    completion: .file())
  var subject: Untrusted?

  @Option(
    help: ArgumentHelp("A head that was kept elsewhere; may be repeated.", valueName: "head"))
  var head: [Untrusted] = []

  @Option(
    help: ArgumentHelp("The public key that must have signed the file.", valueName: "key"),
    completion: .file())
  var key: String?

  @OptionGroup var options: GlobalOptions

  /// What was verified.
  private struct Subject {
    let name: Showable
    var verification: Verification
    var signature: ExportSignature?
    /// Looks an event up.
    let holds: (EventID) throws -> Bool
  }

  func validate() throws {
    guard subject == nil || subject.map({ namesIncident($0.raw) }) == true else { return }
    if key != nil { throw ValidationError("--key checks an exported file; name one") }
    if subject == nil, !head.isEmpty {
      throw ValidationError("--head needs the incident or the file that it is a head of")
    }
  }

  func perform(in session: Session) throws {
    let subject = try check(verify(session))
    let name = subject.name
    switch subject.verification {
    case .sound(let events, let heads):
      if options.json {
        var members: [String: JSON] = [
          "ok": true, "events": .integer(Int64(events)),
          "heads": .array(heads.map { .string($0.hex) }),
        ]
        members["signedBy"] = subject.signature.map { .string($0.key.hex) }
        session.output.json(.object(members))
      } else {
        session.output.line("\(name) is sound: \(events) events, every hash recomputed")
        if self.subject == nil, heads.count > 1 {
          session.output.line(
            "\(heads.count) heads: mayday verify --json lists them, mayday show names an incident's"
          )
        } else {
          for head in heads { session.output.line("head \(head.word)") }
        }
        if let signature = subject.signature {
          let told: Showable = key == nil ? "; --key checks that it is the one you expect" : .empty
          session.output.line("signed by key \(signature.key.hex.showableWord)\(told)")
        }
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

  private func verify(_ session: Session) throws -> Subject {
    guard let subject else {
      let journal = try session.openStoreToVerify()
      return Subject(name: journal.location, verification: try journal.verify(nil)) { _ in false }
    }
    if namesIncident(subject.raw) {
      let journal = try session.openStoreToVerify()
      let id = try journal.find(subject)
      let verification = try journal.verify(id)
      return Subject(name: subject.showable, verification: verification) { head in
        try journal.incident(id)?.events.contains { $0.id == head } == true
      }
    }
    let bytes = try ExportFile.read(subject.raw, atMost: Self.longestExport)
    let export = ExportVerification(bytes)
    return Subject(
      name: subject.showable, verification: export.verification, signature: export.signature
    ) { export.events.contains($0) }
  }

  /// Holds what is sound in itself against the heads and the key that were kept elsewhere.
  private func check(_ subject: Subject) throws -> Subject {
    guard case .sound = subject.verification else { return subject }
    var subject = subject
    func wrong(_ event: Showable, _ problem: Showable) {
      subject.verification = .wrong(event: event, problem: problem)
    }
    for text in head {
      guard let id = EventID(hex: text.raw.lowercased()) else {
        throw Failure(.usage, "\(text.showable) is no head: give all its 64 digits")
      }
      if try !subject.holds(id) {
        wrong(id.word, "it was kept as a head and is not in it: the end was cut or all rewritten")
        return subject
      }
    }
    guard let key else { return subject }
    let expected = try KeyFile.verifyingKey(key)
    guard let signature = subject.signature else {
      wrong("the file", "it is not signed")
      return subject
    }
    if signature.key != expected {
      wrong("the file", "it is signed by another key, \(signature.key.hex.showableWord)")
    }
    return subject
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
