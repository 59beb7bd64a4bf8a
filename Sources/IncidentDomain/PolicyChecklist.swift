import TextGate

/// A list of what must be done in every day, week or month, or at a kickoff (seeds 001, 003, 004).
public struct Checklist: Hashable, Sendable {
  /// "Daily operations".
  public let name: Untrusted
  /// How often all of it is due.
  public let cycle: Cycle
  /// The name of the zone whose days and weeks are meant.
  public let zone: String
  /// Whether machines do it: then nothing is asked of a person.
  public let isAutomated: Bool
  /// In the order of the list.
  public let items: [Item]

  /// Holds the parts as they are.
  public init(name: Untrusted, cycle: Cycle, zone: String, isAutomated: Bool, items: [Item]) {
    self.name = name
    self.cycle = cycle
    self.zone = zone
    self.isAutomated = isAutomated
    self.items = items
  }

  /// One thing to do.
  public struct Item: Hashable, Sendable {
    /// "Verify backup completion".
    public let name: Untrusted
    /// What it asks; nil when the name says it.
    public let question: Untrusted?
    /// Whether leaving it out is a miss ("Must"), not a choice.
    public let isRequired: Bool
    /// What was agreed.
    public let notes: Untrusted?
    /// Where more stands.
    public let document: Untrusted?
    /// Its own day or time within the cycle; nil for any.
    public let recurrence: Recurrence?

    /// Holds the parts as they are.
    public init(
      name: Untrusted, question: Untrusted?, isRequired: Bool, notes: Untrusted?,
      document: Untrusted?, recurrence: Recurrence?
    ) {
      self.name = name
      self.question = question
      self.isRequired = isRequired
      self.notes = notes
      self.document = document
      self.recurrence = recurrence
    }
  }

  /// Somebody did an item.
  public struct Completion: Hashable, Sendable {
    /// The list's name.
    public let checklist: Untrusted
    /// The item's name.
    public let item: Untrusted
    /// Who did it.
    public let by: Untrusted
    /// When.
    public let at: Instant
    /// What they saw; nil for nothing.
    public let note: Untrusted?

    /// Holds the parts as they are.
    public init(
      checklist: Untrusted, item: Untrusted, by: Untrusted, at: Instant, note: Untrusted?
    ) {
      self.checklist = checklist
      self.item = item
      self.by = by
      self.at = at
      self.note = note
    }
  }

  /// Where an item stands in its period.
  public enum State: Hashable, Sendable {
    case done(Completion)
    /// Open until the instant; nil for a list without a calendar.
    case due(by: Instant?)
    /// Its day or time in this period has not come yet.
    case later(from: Instant)
    /// A machine does it.
    case automated
  }

  /// Where an item stands now, and whether the last period went by without it.
  public struct Standing: Sendable {
    /// The item.
    public let item: Item
    /// In the period of now.
    public let state: State
    /// The period before, when the item was not done in it and the list was already kept then.
    public let missed: Range<Instant>?
  }

  /// Where every item stands. `completions` may hold those of other lists; `kept` is when this list
  /// was first kept, so that nothing from before counts as missed.
  public func standing(
    at now: Instant, in zone: CivilZone, completions: [Completion], kept: Instant?
  ) -> [Standing] {
    let mine = completions.filter { $0.checklist == name }
    return items.map { item in
      let done = mine.filter { $0.item == item.name }.sorted { $0.at < $1.at }
      if isAutomated { return Standing(item: item, state: .automated, missed: nil) }
      guard let period = cycle.period(of: now, in: zone) else {
        let state: State = done.last.map { .done($0) } ?? .due(by: nil)
        return Standing(item: item, state: state, missed: nil)
      }
      let state: State
      if let last = done.last(where: { period.contains($0.at) }) {
        state = .done(last)
      } else if let start = start(of: item, in: period, zone), start > now {
        state = .later(from: start)
      } else {
        state = .due(by: period.upperBound)
      }
      var missed: Range<Instant>?
      if let before = cycle.period(of: period.lowerBound - 1, in: zone),
        let kept, kept < before.upperBound, isDue(item, in: before, zone),
        !done.contains(where: { before.contains($0.at) })
      {
        missed = before
      }
      return Standing(item: item, state: state, missed: missed)
    }
  }

  /// Whether an item's own day or time, if it has one, falls into a period.
  private func isDue(_ item: Item, in period: Range<Instant>, _ zone: CivilZone) -> Bool {
    guard let first = item.recurrence?.next(after: period.lowerBound - 1, in: zone) else {
      return true
    }
    return period.contains(first)
  }

  /// When an item with a day or time of its own is first due in a period; nil for one without.
  private func start(of item: Item, in period: Range<Instant>, _ zone: CivilZone) -> Instant? {
    guard let recurrence = item.recurrence,
      let first = recurrence.next(after: period.lowerBound - 1, in: zone),
      period.contains(first)
    else { return nil }
    return first
  }
}
