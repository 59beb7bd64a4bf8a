import TextGate

/// What is recorded of a round: the fold of its events.
public struct RoundRecord: Hashable, Sendable {
  /// What is walked, and for when.
  public let round: Round
  /// The id of its first event.
  public let id: EventID
  /// Parents first, ties by (recorded, id), as of an incident.
  public let events: [Event]
  /// Events that no other names as parent, ascending.
  public let heads: [EventID]
  /// What is done, by item. Where two replicas ticked one item, the first in the order counts.
  public let done: [Untrusted: Checklist.Completion]

  /// Folds a set of events of one round, in any order, each at most once.
  ///
  /// - Returns: nil when the event that begins it is not among them.
  public static func fold(_ events: [Event]) -> RoundRecord? {
    let ordered = Incident.order(events)
    guard let first = ordered.first, first.incident == nil,
      case .round(.opened(let round)) = first.body
    else { return nil }
    return RoundRecord(round, first.id, ordered)
  }

  private init(_ round: Round, _ id: EventID, _ events: [Event]) {
    self.round = round
    self.id = id
    self.events = events
    var done: [Untrusted: Checklist.Completion] = [:]
    var heads: Set<EventID> = []
    for event in events {
      heads.subtract(event.parents)
      heads.insert(event.id)
      guard case .round(let change) = event.body else { continue }
      switch change {
      case .opened: break
      case .done(let item, let note):
        guard done[item] == nil else { continue }
        done[item] = Checklist.Completion(
          checklist: round.subject.name, item: item, by: event.author,
          at: event.occurred.instant, note: note)
      case .undone(let item, _): done[item] = nil
      }
    }
    self.done = done
    self.heads = heads.sorted()
  }
}

extension RoundCommand {
  /// What the command would record now. `before` is the item as it is done, nil while it is not;
  /// `told` is when it was done, nil for now.
  ///
  /// - Throws: a ``Refusal`` for an item that is done already, saying by whom, or is not.
  public func decide(
    after before: Checklist.Completion?, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(Refusal) -> (change: RoundEvent, occurred: ToldTime) {
    try Decision.checkActor(actor)
    for text in [item, text, actor.account] where text?.holdsNull == true {
      throw Refusal(
        .badValue, "the text holds a NUL character", remedy: "take it out and try again")
    }
    let occurred = told ?? ToldTime(now)
    try Decision.checkNotFuture(occurred, now: now)
    switch (self, before) {
    case (.tick(_, let note), nil):
      return (.done(item, note: note.flatMap { $0.isBlank ? nil : $0 }), occurred)
    case (.tick, let before?):
      throw Refusal(
        .rule,
        "\(item.showable) is done: \(before.by.showable) did it at \(before.at.showable)")
    case (.untick(_, let because), _?):
      return (.undone(item, because: because.flatMap { $0.isBlank ? nil : $0 }), occurred)
    case (.untick, nil):
      throw Refusal(.rule, "\(item.showable) is not done: there is nothing to take back")
    }
  }
}

/// What a store holds of the rounds that were asked for.
public struct RoundBook: Sendable {
  /// Those that somebody has begun.
  public let records: [Round: RoundRecord]
  /// The begin of the first round of each subject, so that nothing from before counts as missed.
  public let first: [String: Instant]

  /// Holds the parts; `first` by ``Round/Subject/key``.
  public init(records: [RoundRecord] = [], first: [String: Instant] = [:]) {
    self.records = Dictionary(records.map { ($0.round, $0) }) { first, _ in first }
    self.first = first
  }

  /// Everything that is done in rounds of a subject.
  func completions(of subject: Round.Subject) -> [Checklist.Completion] {
    records.values.filter { $0.round.subject == subject }.flatMap(\.done.values)
  }
}
