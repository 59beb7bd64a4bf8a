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
  /// The incidents that were declared because an item was missed, by item. Where two were, the first
  /// in the order counts.
  public let declared: [Untrusted: DeclaredForMiss]

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
    var declared: [Untrusted: DeclaredForMiss] = [:]
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
      case .declared(let item, let incident, let number):
        guard declared[item] == nil else { continue }
        declared[item] = DeclaredForMiss(
          incident: incident, number: number, by: event.author, at: event.occurred.instant)
      }
    }
    self.done = done
    self.declared = declared
    self.heads = heads.sorted()
  }
}

/// An incident that was declared because an item was missed.
public struct DeclaredForMiss: Hashable, Sendable {
  /// Its id.
  public let incident: EventID
  /// Its number.
  public let number: Int
  /// Who declared it.
  public let by: Untrusted
  /// When.
  public let at: Instant

  /// Holds the parts as they are.
  public init(incident: EventID, number: Int, by: Untrusted, at: Instant) {
    self.incident = incident
    self.number = number
    self.by = by
    self.at = at
  }

  /// Why no other one is declared for the item.
  public func refusal(of item: Untrusted) -> Refusal {
    Refusal(
      .rule,
      "\(by.showable) declared INC-\(number) for it at \(at.showable): \(item.showable)",
      remedy: "go on there: mayday show \(number)")
  }
}

extension RoundCommand {
  /// What the command would record now. `record` is the round as of now, nil for one that nobody has
  /// begun; `told` is when the item was done, nil for now.
  ///
  /// - Throws: a ``Refusal`` for an item that is done already, saying by whom, or is not, and for one
  ///   that an incident was declared for, saying which.
  public func decide(
    in record: RoundRecord?, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(Refusal) -> (change: RoundEvent, occurred: ToldTime) {
    try Decision.checkActor(actor)
    for text in [item, text, actor.account] where text?.holdsNull == true {
      throw Refusal(
        .badValue, "the text holds a NUL character", remedy: "take it out and try again")
    }
    let occurred = told ?? ToldTime(now)
    try Decision.checkNotFuture(occurred, now: now)
    switch (self, record?.done[item]) {
    case (.tick(_, let note), nil):
      return (.done(item, note: note.flatMap { $0.isBlank ? nil : $0 }), occurred)
    case (.tick, let before?):
      throw Refusal(
        .rule,
        "\(item.showable) is done: \(before.by.showable) did it at \(before.at.showable)")
    case (.untick(_, let because), _?):
      return (.undone(item, because: because.flatMap { $0.isBlank ? nil : $0 }), occurred)
    case (.declare(_, let incident, let number), _):
      if let first = record?.declared[item] { throw first.refusal(of: item) }
      return (.declared(item, incident: incident, number: number), occurred)
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

  /// The incident that was declared because an item was missed; nil when none was.
  public func declared(for missed: MissedItem) -> DeclaredForMiss? {
    records[missed.round]?.declared[missed.item]
  }

  /// Everything that is done in rounds of a subject.
  func completions(of subject: Round.Subject) -> [Checklist.Completion] {
    records.values.filter { $0.round.subject == subject }.flatMap(\.done.values)
  }
}
