import ArgumentParser
import IncidentDomain
import TextGate

/// INC of COMMANDS.md: a number (`42`, `INC-42`) or a prefix of the incident's id.
struct IncidentReference: ExpressibleByArgument {
  let text: Untrusted

  init(argument: String) {
    text = Untrusted(argument)
  }
}

extension ArgumentHelp {
  /// INC, wherever one is named.
  static let incident = ArgumentHelp(
    "The incident: 42, INC-42, or seven digits of its id or more.", valueName: "inc")
}

/// EVENT: the id of an event, or seven of its first digits or more.
struct EventReference: ExpressibleByArgument {
  let text: Untrusted

  init(argument: String) {
    text = Untrusted(argument)
  }

  /// The one among `candidates` that is meant; `what` names their kind for a sentence.
  ///
  /// - Throws: a ``Failure`` when there is none, or more than one.
  func resolve(
    among candidates: some Sequence<EventID>, _ what: Showable, of incident: Incident
  ) throws(Failure) -> EventID {
    let digits = text.raw.lowercased()
    guard digits.utf8.count >= 7 else {
      throw Failure(
        .usage,
        "\(text.showable) is too short for the id of the \(what); give 7 digits of it or more")
    }
    let matches = candidates.filter { $0.hex.hasPrefix(digits) }
    guard let match = matches.first else {
      throw Failure(
        .noInput,
        "\(incident.name) has no \(what) \(text.showable); see mayday timeline \(incident.number)")
    }
    guard matches.count == 1 else {
      throw Failure(
        .usage, "more than one \(what) begins with \(text.showable); give more digits")
    }
    return match
  }
}

/// When what is recorded happened.
struct When: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "When it happened: 2026-11-21T14:02Z, 2026-11-21, 14:02 (today) or -10m; else now.",
      valueName: "time"))
  var at: String?

  func read(_ session: Session) throws(Failure) -> ToldTime? {
    guard let at else { return nil }
    return try session.times.read(at)
  }
}

extension Untrusted: ExpressibleByArgument {
  /// Takes any word of the command line; it is gated when it is shown.
  public init(argument: String) {
    self.init(argument)
  }
}

extension Severity: ExpressibleByArgument {
  /// Reads `1`, `SEV-1`, `P1` and the like; nil is reported as a wrong value.
  public init?(argument: String) {
    self.init(word: argument)
  }

  /// What help and completion offer: the digits 1 to 4.
  public static var allValueStrings: [String] { allCases.map { String($0.rawValue) } }
}

extension Phase: ExpressibleByArgument {
  /// Reads the phase's word, `postmortem` too; nil is reported as a wrong value.
  public init?(argument: String) {
    self.init(word: argument)
  }
}

extension Role: ExpressibleByArgument {
  /// Reads a role's name or a short form of the field: `ic`, `ops`, `sme`; nil is reported as
  /// wrong.
  public init?(argument: String) {
    self.init(word: argument)
  }
}

extension Audience: ExpressibleByArgument {}

extension CancelReason: ExpressibleByArgument {
  /// Reads the reason with a hyphen, a space or nothing in it; nil is reported as a wrong value.
  public init?(argument: String) {
    self.init(word: argument)
  }
}

extension FeedbackVerdict: ExpressibleByArgument {}

extension Milestone: ExpressibleByArgument {}
