import TextGate

/// The checklists of a policy and the steps around its maintenance windows, each in its round of now.
public struct Agenda: Sendable {
  /// One list, or the steps around one coming of a window.
  public struct Sheet: Sendable {
    /// What it is a sheet of.
    public let heading: Heading
    /// The round that is walked now.
    public let round: Round
    /// In the order of the policy.
    public let entries: [Entry]

    /// How many of its entries are done.
    public var doneCount: Int { entries.count { $0.completion != nil } }
  }

  /// What a sheet is of.
  public enum Heading: Sendable {
    case checklist(Checklist)
    case window(MaintenanceWindow, MaintenanceWindow.Occurrence)
  }

  /// Where a step of a window belongs.
  public enum Stage: String, CaseIterable, Sendable {
    case before, during, after
  }

  /// One thing to do, and where it stands.
  public struct Entry: Sendable, Identifiable {
    /// The sheet and the place on it, as `2.3`.
    public let number: String
    /// Its round, in which it is done or not.
    public let round: Round
    /// Its name in the record.
    public let item: Untrusted
    /// What is to be done, as shown.
    public let text: Untrusted
    /// Only of a window's step.
    public let stage: Stage?
    /// Whether leaving it out is a miss ("Must"), not a choice.
    public let isRequired: Bool
    /// What it asks.
    public let question: Untrusted?
    /// What was agreed.
    public let notes: Untrusted?
    /// Where more stands.
    public let document: Untrusted?
    /// Where it stands in its round.
    public let state: Checklist.State
    /// The period before, when it went by without it.
    public let missed: Range<Instant>?
    /// The incident that was declared because it was missed; nil when none was.
    public let declared: DeclaredForMiss?

    /// Tells it from every other entry.
    public var id: ID { ID(round: round, item: item) }

    /// Tells an entry from every other one.
    public struct ID: Hashable, Sendable {
      let round: Round
      let item: Untrusted
    }

    /// Who did it, when; nil while it is not done.
    public var completion: Checklist.Completion? {
      if case .done(let completion) = state { completion } else { nil }
    }

    /// Whether the period before went by without a required item.
    public var isMissed: Bool { missed != nil && isRequired }

    /// Whether a person is to do it now.
    public var isDue: Bool {
      if case .due(let by) = state { by != nil } else { false }
    }

    /// Whether it should have been done by `now` and is not.
    public func isLate(at now: Instant) -> Bool {
      if case .due(let by?) = state { by <= now } else { false }
    }

    /// The item in the round in which it was missed; nil when it was not.
    public var missedItem: MissedItem? {
      missed.map { MissedItem(item, in: Round(of: round.subject, in: $0)) }
    }

    /// The title of the incident that a missed item becomes.
    public var missedTitle: Untrusted { Untrusted("Missed: \(text.raw)") }

    /// Its impact; nil for an item that was not missed.
    public func missedImpact(of sheet: Sheet) -> Untrusted? {
      missed.map {
        Untrusted(
          "\(sheet.round.subject.name.raw): \(text.raw) was not done from \($0.lowerBound.iso8601) to \($0.upperBound.iso8601)"
        )
      }
    }

    /// Why nobody ticks it off; nil where a person does.
    public var refusal: Refusal? {
      guard case .automated = state else { return nil }
      return Refusal(.rule, "machines do \(text.showable); nobody ticks it off")
    }
  }

  /// Checklists first, then windows, those too around which nothing is to be done; each in the order
  /// of the policy.
  public let sheets: [Sheet]
  /// Every entry, sheet after sheet.
  public let entries: [Entry]
  /// From the instant it was made for until something turns due, or another round comes, though
  /// nothing is recorded.
  public let holds: Range<Instant>

  fileprivate init(_ sheets: [Sheet], at now: Instant, turns: [Instant]) {
    self.sheets = sheets
    entries = sheets.flatMap(\.entries)
    holds = now..<(turns.filter { $0 > now }.min() ?? max(now, .latest))
  }
}

/// Looks a zone of the calendar up by its name; the domain asks no system.
public typealias ZoneFinder = @Sendable (String) -> CivilZone?

extension OperationsPolicy {
  /// The rounds that the agenda of an instant is made of: those of now, and the ones before.
  public func rounds(at now: Instant, zones: ZoneFinder) -> [Round] {
    var result: [Round] = []
    for list in checklists where !list.isAutomated {
      let zone = zones(list.zone) ?? .utc
      let round = list.round(at: now, in: zone)
      result.append(round)
      if let begin = round.period?.lowerBound {
        result.append(list.round(at: begin - 1, in: zone))
      }
    }
    guard !maintenance.isEmpty else { return result }
    for window in windows {
      guard let zone = zones(window.zone) else { continue }
      let standing = window.standing(at: now, in: zone)
      result += [standing.ended, standing.open, standing.next].compactMap { $0.map(window.round) }
    }
    return result
  }

  /// What is due now, done and missed. `book` holds the rounds that ``rounds(at:zones:)`` names.
  public func agenda(at now: Instant, zones: ZoneFinder, book: RoundBook) -> Agenda {
    var sheets: [Agenda.Sheet] = []
    var turns: [Instant] = []
    for list in checklists {
      let number = sheets.count + 1
      let sheet = list.sheet(number, at: now, in: zones(list.zone) ?? .utc, book)
      turns += sheet.turns
      sheets.append(sheet)
    }
    for window in windows {
      guard let zone = zones(window.zone) else { continue }
      let standing = window.standing(at: now, in: zone)
      turns += standing.turns
      let number = sheets.count + 1
      if let sheet = window.sheet(number, standing, maintenance, at: now, book) {
        sheets.append(sheet)
      }
    }
    return Agenda(sheets, at: now, turns: turns)
  }
}

extension Checklist {
  /// The round that holds an instant.
  public func round(at instant: Instant, in zone: CivilZone) -> Round {
    Round(of: .checklist(name), in: cycle.period(of: instant, in: zone))
  }

  fileprivate func sheet(
    _ number: Int, at now: Instant, in zone: CivilZone, _ book: RoundBook
  ) -> Agenda.Sheet {
    let round = self.round(at: now, in: zone)
    let standings = standing(
      at: now, in: zone, completions: book.completions(of: round.subject),
      kept: book.first[round.subject.key])
    return Agenda.Sheet(
      heading: .checklist(self), round: round,
      entries: standings.enumerated().map { place, standing in
        Agenda.Entry(
          number: "\(number).\(place + 1)", round: round, item: standing.item.name,
          text: standing.item.name, stage: nil, isRequired: standing.item.isRequired,
          question: standing.item.question, notes: standing.item.notes,
          document: standing.item.document, state: standing.state, missed: standing.missed,
          declared: standing.missed.flatMap {
            book.declared(
              for: MissedItem(standing.item.name, in: Round(of: round.subject, in: $0)))
          })
      })
  }
}

extension Agenda.Sheet {
  /// When a list's period ends, and when its items turn due.
  fileprivate var turns: [Instant] {
    let due = entries.compactMap { entry -> Instant? in
      if case .later(let from) = entry.state { from } else { nil }
    }
    return due + [round.period?.upperBound].compactMap { $0 }
  }
}

extension MaintenanceWindow.Standing {
  /// When one opens or closes, its notice turns due, or its sheet goes.
  fileprivate var turns: [Instant] {
    [
      open?.time.upperBound, next?.noticeDue, next?.time.lowerBound,
      ended.map { $0.time.upperBound + MaintenanceWindow.afterwards },
    ].compactMap { $0 }
  }
}

extension MaintenanceWindow {
  /// The round of one coming.
  func round(_ occurrence: Occurrence) -> Round {
    Round(of: .window(name), in: occurrence.time)
  }

  /// A window that ended keeps its sheet for so many seconds while steps that were begun are open.
  fileprivate static let afterwards = 86_400

  fileprivate func sheet(
    _ number: Int, _ standing: Standing, _ steps: MaintenanceSteps, at now: Instant,
    _ book: RoundBook
  ) -> Agenda.Sheet? {
    let count = steps.before.count + steps.during.count + steps.after.count
    let ended = standing.ended.flatMap { ended -> Occurrence? in
      guard now.seconds(since: ended.time.upperBound) < Self.afterwards,
        let done = book.records[self.round(ended)]?.done.count, (1..<count).contains(done)
      else { return nil }
      return ended
    }
    guard let occurrence = standing.open ?? ended ?? standing.next else { return nil }
    let round = self.round(occurrence)
    let done = book.records[round]?.done ?? [:]
    var entries: [Agenda.Entry] = []
    for (stage, texts) in [
      (Agenda.Stage.before, steps.before), (.during, steps.during), (.after, steps.after),
    ] {
      for text in texts {
        let item = Untrusted("\(stage.rawValue): \(text.raw)")
        entries.append(
          Agenda.Entry(
            number: "\(number).\(entries.count + 1)", round: round, item: item, text: text,
            stage: stage, isRequired: true, question: nil, notes: nil, document: nil,
            state: done[item].map { .done($0) } ?? occurrence.state(of: stage, at: now),
            missed: nil, declared: nil))
      }
    }
    return Agenda.Sheet(heading: .window(self, occurrence), round: round, entries: entries)
  }
}

extension MaintenanceWindow.Occurrence {
  /// Where a step that is not done stands: what comes before is due when the window opens, the rest
  /// when it closes.
  fileprivate func state(of stage: Agenda.Stage, at now: Instant) -> Checklist.State {
    switch stage {
    case .before:
      guard let noticeDue, noticeDue > now else { return .due(by: time.lowerBound) }
      return .later(from: noticeDue)
    case .during, .after:
      return now < time.lowerBound
        ? .later(from: time.lowerBound) : .due(by: time.upperBound)
    }
  }
}
