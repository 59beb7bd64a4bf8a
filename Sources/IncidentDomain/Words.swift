import TextGate

/// Where an incident stands. Legal moves and gates: DOMAIN.md, "Phases and legal moves".
public enum Phase: String, CaseIterable, Sendable, Comparable {
  case detection, triage, mitigation, resolution
  case postmortem = "post-mortem"
  case documentation, closed

  /// Place in the order of work, from 0.
  public var order: Int {
    switch self {
    case .detection: 0
    case .triage: 1
    case .mitigation: 2
    case .resolution: 3
    case .postmortem: 4
    case .documentation: 5
    case .closed: 6
    }
  }

  /// The earlier in the order of work is the smaller.
  public static func < (left: Phase, right: Phase) -> Bool { left.order < right.order }

  /// The phase after this one; nil after closed.
  public var next: Phase? {
    Phase.allCases.first { $0.order == order + 1 }
  }

  /// The word as shown and typed.
  public var word: Showable {
    switch self {
    case .detection: "detection"
    case .triage: "triage"
    case .mitigation: "mitigation"
    case .resolution: "resolution"
    case .postmortem: "post-mortem"
    case .documentation: "documentation"
    case .closed: "closed"
    }
  }

  /// Whether responders still work on it: detection to resolution.
  public var isActive: Bool { self <= .resolution }

  /// Reads the word, and `postmortem` without its hyphen, without regard to case.
  public init?(word: String) {
    let lower = word.lowercased()
    self.init(rawValue: lower == "postmortem" ? "post-mortem" : lower)
  }
}

/// How bad it is: SEV-1 (worst) to SEV-4.
public enum Severity: Int, CaseIterable, Sendable, Comparable {
  case sev1 = 1
  case sev2, sev3, sev4

  /// The worse severity is the smaller.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  /// `SEV-1` as people say it.
  public var word: Showable { "SEV-\(rawValue)" }

  /// Reads `1`, `SEV-1`, `SEV1`, `sev 1`, and the aliases of DOMAIN.md: P0 and P1 are SEV-1, P2 is
  /// SEV-2, P3 is SEV-3.
  public init?(word: String) {
    let text = word.lowercased().filter { $0 != "-" && $0 != " " }
    switch text {
    case "1", "sev1", "p0", "p1": self = .sev1
    case "2", "sev2", "p2": self = .sev2
    case "3", "sev3", "p3": self = .sev3
    case "4", "sev4": self = .sev4
    default: return nil
    }
  }
}

/// What a responder is on an incident (DOMAIN.md, "Words").
public enum Role: String, CaseIterable, Sendable, Comparable {
  case commander, deputy, scribe, operations, communications, expert, observer

  /// The order in which roles are listed: the Incident Commander first.
  public static func < (left: Role, right: Role) -> Bool { left.order < right.order }

  private var order: Int { Role.allCases.firstIndex(of: self) ?? 0 }

  /// The full name.
  public var title: Showable {
    switch self {
    case .commander: "Incident Commander"
    case .deputy: "Deputy"
    case .scribe: "Scribe"
    case .operations: "Operations Lead"
    case .communications: "Communications Lead"
    case .expert: "Subject-Matter Expert"
    case .observer: "Observer"
    }
  }

  /// The word for a narrow column: the field says IC for Incident Commander.
  public var word: Showable {
    switch self {
    case .commander: "IC"
    case .deputy: "deputy"
    case .scribe: "scribe"
    case .operations: "operations"
    case .communications: "comms"
    case .expert: "expert"
    case .observer: "observer"
    }
  }

  /// Reads the raw value, the word, the title, and the field's short forms.
  public init?(word: String) {
    let text = word.lowercased().filter { $0.isLetter }
    switch text {
    case "commander", "ic", "incidentcommander": self = .commander
    case "deputy": self = .deputy
    case "scribe": self = .scribe
    case "operations", "ops", "operationslead", "opslead": self = .operations
    case "communications", "comms", "communicationslead", "commslead": self = .communications
    case "expert", "sme", "subjectmatterexpert": self = .expert
    case "observer": self = .observer
    default: return nil
    }
  }

  /// Whether one person holds it at a time. Experts and observers may be several.
  public var isSingle: Bool { self != .expert && self != .observer }
}

/// Points on the way of an incident whose times make the metrics, in their order.
public enum Milestone: String, CaseIterable, Sendable, Comparable {
  case started, detected, declared, acknowledged, mitigated, recovered, resolved

  /// The order that their times must keep.
  public static func < (left: Milestone, right: Milestone) -> Bool { left.order < right.order }

  /// Place in the order that times must keep, from 0.
  public var order: Int { Milestone.allCases.firstIndex(of: self) ?? 0 }

  /// The word as shown and typed.
  public var word: Showable {
    switch self {
    case .started: "started"
    case .detected: "detected"
    case .declared: "declared"
    case .acknowledged: "acknowledged"
    case .mitigated: "mitigated"
    case .recovered: "recovered"
    case .resolved: "resolved"
    }
  }
}

/// Who a status update is for.
public enum Audience: String, CaseIterable, Sendable {
  case `internal`, `public`

  /// The word as shown and typed.
  public var word: Showable { self == .internal ? "internal" : "public" }
}

/// Why an incident was cancelled (DOMAIN.md).
public enum CancelReason: String, CaseIterable, Sendable {
  case falsePositive = "false-positive"
  case test, external, superseded

  /// The words as shown; ``rawValue`` is what is typed and recorded.
  public var word: Showable {
    switch self {
    case .falsePositive: "false positive"
    case .test: "test"
    case .external: "external"
    case .superseded: "superseded"
    }
  }

  /// Reads the raw value, with a space or nothing for the hyphen.
  public init?(word: String) {
    let text = word.lowercased().filter { $0.isLetter }
    self.init(rawValue: text == "falsepositive" ? "false-positive" : text)
  }
}

/// What a run of a runbook taught (DOMAIN.md, gate into closed).
public enum FeedbackVerdict: String, CaseIterable, Sendable {
  case used, wrong, missing

  /// What it says of the runbook, as shown.
  public var word: Showable {
    switch self {
    case .used: "used as written"
    case .wrong: "wrong"
    case .missing: "missing"
    }
  }
}

/// The lower-case hexadecimal SHA-256 of an event's canonical JSON without `id`.
public struct EventID: Hashable, Comparable, Sendable {
  /// 64 digits; what stands in exports and as a parent.
  public let hex: String

  /// Nil unless it is 64 lower-case hexadecimal digits.
  public init?(hex: some StringProtocol) {
    guard hex.utf8.count == 64,
      hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = String(hex)
  }

  /// The id that these bytes are, as a digest gives them.
  public init(bytes: InlineArray<32, UInt8>) {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
    hex = String(unsafeUninitializedCapacity: 64) { digits in
      for index in 0..<32 {
        digits[2 * index] = digit(bytes[index] >> 4)
        digits[2 * index + 1] = digit(bytes[index] & 15)
      }
      return 64
    }
  }

  /// The order of the digits, which is that of the digest's bytes: it breaks ties between times.
  public static func < (left: EventID, right: EventID) -> Bool { left.hex < right.hex }

  /// The first seven digits, enough to name it (COMMANDS.md).
  public var short: Showable { Untrusted(String(hex.prefix(7))).showable }

  /// All digits, showable.
  public var word: Showable { Untrusted(hex).showable }
}
