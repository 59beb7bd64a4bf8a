import TextGate

/// Something that a responder proposes to do, so that those named can object before it is done.
public struct Proposal: Hashable, Sendable {
  /// What is to be done; never blank.
  public let text: Untrusted
  /// What can go wrong with it; never blank.
  public let risk: Untrusted
  /// What could be done instead, in the order named; empty when nobody named any.
  public let alternatives: [Untrusted]
  /// Who is asked by name for strong objections, in the order named.
  public let asked: [Untrusted]
  /// Until when they are asked: silence counts as no objection from then on. Nil for no time.
  public let due: Instant?

  /// Checks nothing: ``Incident/decide(_:by:at:now:)`` does.
  public init(
    text: Untrusted, risk: Untrusted, alternatives: [Untrusted] = [], asked: [Untrusted] = [],
    due: Instant? = nil
  ) {
    self.text = text
    self.risk = risk
    self.alternatives = alternatives
    self.asked = asked
    self.due = due
  }
}

/// What became of a proposal.
public enum ProposalOutcome: String, CaseIterable, Sendable {
  /// It is done, whoever objected.
  case decided
  /// It is not done.
  case rejected
  /// Who proposed it takes it back.
  case withdrawn

  /// The word as shown.
  public var word: Showable {
    switch self {
    case .decided: "decided"
    case .rejected: "rejected"
    case .withdrawn: "withdrawn"
    }
  }
}

/// A proposal with everything that was said of it: the decision as one thing.
public struct Deliberation: Hashable, Sendable, Identifiable {
  /// The event that proposed it.
  public let id: EventID
  /// Who proposed it.
  public let by: Untrusted
  /// When it was proposed, by the time told.
  public let at: Instant
  /// What was proposed.
  public let proposal: Proposal
  /// By person, in the order they answered; the last answer of each counts.
  public var answers: [Answer] = []
  /// What became of it; nil while it is open.
  public var settled: Settled?

  /// What one person said of it.
  public struct Answer: Hashable, Sendable {
    /// Who said it.
    public let by: Untrusted
    /// Whether it is a strong objection.
    public let objects: Bool
    /// Why; an objection always says so.
    public let because: Untrusted?
    /// When, by the time told.
    public let at: Instant
  }

  /// What became of it.
  public struct Settled: Hashable, Sendable {
    /// What became of it.
    public let outcome: ProposalOutcome
    /// The reason; always there where an objection was passed over.
    public let because: Untrusted?
    /// Who settled it.
    public let by: Untrusted
    /// When, by the time told.
    public let at: Instant
  }

  /// Who was asked by name and has not answered.
  public var silent: [Untrusted] {
    proposal.asked.filter { name in !answers.contains { $0.by == name } }
  }

  /// The strong objections as they stand.
  public var objections: [Answer] { answers.filter(\.objects) }

  /// `risk: loses 2 s of writes; or: wait; bob objects: the lag is 40 s; silent: carol`.
  public var sentence: Showable {
    var parts: [Showable] = ["risk: \(proposal.risk.showable)"]
    if !proposal.alternatives.isEmpty {
      parts.append("or: \(proposal.alternatives.map(\.showable).joined(", or "))")
    }
    for answer in objections {
      parts.append("\(answer.by.showable) objects: \(answer.because?.showable ?? "no reason")")
    }
    let content = answers.filter { !$0.objects }.map(\.by.showable)
    if !content.isEmpty { parts.append("no objection: \(content.joined(", "))") }
    if !silent.isEmpty { parts.append("silent: \(silent.map(\.showable).joined(", "))") }
    return parts.joined("; ")
  }

  /// What is asked when it is made: `risk: loses 2 s; asks bob until 14:07`.
  var opening: Showable {
    var parts: [Showable] = ["risk: \(proposal.risk.showable)"]
    if !proposal.alternatives.isEmpty {
      parts.append("or: \(proposal.alternatives.map(\.showable).joined(", or "))")
    }
    if !proposal.asked.isEmpty {
      let until = proposal.due.map { " until \($0.showable)" as Showable } ?? .empty
      let names = proposal.asked.map(\.showable).joined(", ")
      parts.append("strong objections of \(names)?\(until)")
    }
    return parts.joined("; ")
  }

  /// The same, a line for each part, for a screen or a report.
  public var lines: [Showable] {
    var lines: [Showable] = [
      "Proposed by \(by.showable): \(proposal.text.showable)", "Risk: \(proposal.risk.showable)",
    ]
    for other in proposal.alternatives { lines.append("Or: \(other.showable)") }
    if proposal.alternatives.isEmpty { lines.append("Or: nothing else was named") }
    for name in proposal.asked {
      let answer = answers.first { $0.by == name }
      lines.append("Asked \(name.showable): \(answer.map(Self.words) ?? "no answer")")
    }
    for answer in answers where !proposal.asked.contains(answer.by) {
      lines.append("\(answer.by.showable): \(Self.words(answer))")
    }
    if let settled {
      let why = settled.because.map { ": \($0.showable)" as Showable } ?? .empty
      lines.append("\(settled.outcome.word) by \(settled.by.showable)\(why)")
    } else {
      lines.append("open")
    }
    return lines
  }

  private static func words(_ answer: Answer) -> Showable {
    let why = answer.because.map { ": \($0.showable)" as Showable } ?? .empty
    return answer.objects ? "OBJECTS\(why)" : "no strong objection\(why)"
  }
}
