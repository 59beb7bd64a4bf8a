import TextGate

/// One walk through a checklist, or through the steps around one coming of a maintenance window.
///
/// It is no incident: its events are a stream of their own, whose first event is made of the round
/// alone. So every replica begins the same round with the same event, and syncing them is set union
/// here too.
public struct Round: Hashable, Sendable {
  /// What is walked.
  public enum Subject: Hashable, Sendable {
    /// A list of the policy, by its name.
    case checklist(Untrusted)
    /// A window of the policy, by its name.
    case window(Untrusted)

    /// Tells subjects apart where only a text is kept.
    public var key: String {
      switch self {
      case .checklist(let name): "checklist\n" + name.raw
      case .window(let name): "window\n" + name.raw
      }
    }

    /// The list's or the window's name.
    public var name: Untrusted {
      switch self {
      case .checklist(let name), .window(let name): name
      }
    }
  }

  /// What is walked.
  public let subject: Subject
  /// The day, week or month that it is for, or the window from begin to end; nil for a list without
  /// a calendar, which has one round.
  public let period: Range<Instant>?

  /// Names a round.
  public init(of subject: Subject, in period: Range<Instant>?) {
    self.subject = subject
    self.period = period
  }

  /// The event that its record begins with: the same on every replica, so it names no person and no
  /// clock.
  public func opening(hash: ([UInt8]) -> EventID) -> Event {
    Event(
      incident: nil, body: .round(.opened(self)), author: "mayday", account: nil, host: "mayday",
      occurred: ToldTime(period?.lowerBound ?? Instant(milliseconds: 0)),
      recorded: Instant(milliseconds: 0), parents: [], hash: hash)
  }
}

/// What an event says of a round.
public enum RoundEvent: Hashable, Sendable {
  /// The first event; its id is the round's id.
  case opened(Round)
  /// Its author did an item.
  case done(Untrusted, note: Untrusted?)
  /// An item is to be done again; its author took back that it was.
  case undone(Untrusted, because: Untrusted?)
  /// An incident was declared because an item was missed; the number is the one it had then.
  case declared(Untrusted, incident: EventID, number: Int)

  /// The name of the kind in the record.
  var kind: String {
    switch self {
    case .opened: "round"
    case .done: "round-done"
    case .undone: "round-undone"
    case .declared: "round-declared"
    }
  }

  /// The body's members.
  var json: JSON {
    var m = Members()
    switch self {
    case .opened(let round):
      switch round.subject {
      case .checklist(let name): m.text("checklist", name)
      case .window(let name): m.text("window", name)
      }
      m["from"] = round.period?.lowerBound.iso8601
      m["to"] = round.period?.upperBound.iso8601
    case .done(let item, let note):
      m.text("item", item)
      m.text("note", note)
    case .undone(let item, let because):
      m.text("item", item)
      m.text("because", because)
    case .declared(let item, let incident, let number):
      m.text("item", item)
      m["incident"] = incident.hex
      m.integer("number", number)
    }
    return .object(m.json)
  }

  /// Reads the body of an event; nil for another kind, or one of another form.
  init?(kind: String, _ r: BodyReader) {
    switch kind {
    case "round":
      let list = r.text("checklist").map { Round.Subject.checklist($0) }
      guard let subject = list ?? r.text("window").map({ .window($0) }) else { return nil }
      guard let from = r.instant("from"), let to = r.instant("to") else {
        guard r.json["from"] == nil, r.json["to"] == nil else { return nil }
        self = .opened(Round(of: subject, in: nil))
        return
      }
      guard from < to else { return nil }
      self = .opened(Round(of: subject, in: from..<to))
    case "round-done":
      guard let item = r.text("item") else { return nil }
      self = .done(item, note: r.text("note"))
    case "round-undone":
      guard let item = r.text("item") else { return nil }
      self = .undone(item, because: r.text("because"))
    case "round-declared":
      guard let item = r.text("item"), let incident = r.event("incident"),
        let number = r.integer("number"), number > 0
      else { return nil }
      self = .declared(item, incident: incident, number: number)
    default: return nil
    }
  }

  /// One line that says what it was, without time and author.
  public var narration: Showable {
    switch self {
    case .opened(let round): "a round of \(round.subject.name.showable)"
    case .done(let item, let note):
      "did \(item.showable)\(note.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .undone(let item, let because):
      "takes back that it was done: \(item.showable)\(because.map { " (\($0.showable))" as Showable } ?? .empty)"
    case .declared(let item, _, let number):
      "declared INC-\(number) because it was missed: \(item.showable)"
    }
  }
}

/// What a person does in a round.
public enum RoundCommand: Hashable, Sendable {
  /// Says that an item was done.
  case tick(Untrusted, note: Untrusted?)
  /// Takes that back.
  case untick(Untrusted, because: Untrusted?)
  /// Says that an incident was declared because it was missed.
  case declare(Untrusted, incident: EventID, number: Int)

  /// The same with what a person wrote passed through `change`; an item is known by its name.
  public func changingTexts(_ change: (Untrusted) -> Untrusted) -> RoundCommand {
    switch self {
    case .tick(let item, let note): .tick(item, note: note.map(change))
    case .untick(let item, let because): .untick(item, because: because.map(change))
    case .declare: self
    }
  }

  /// The item that is meant.
  public var item: Untrusted {
    switch self {
    case .tick(let item, _), .untick(let item, _), .declare(let item, _, _): item
    }
  }

  /// What a person wrote beside it.
  var text: Untrusted? {
    switch self {
    case .tick(_, let note): note
    case .untick(_, let because): because
    case .declare: nil
    }
  }
}

/// A required item that nobody did in a round that is over.
public struct MissedItem: Hashable, Sendable {
  /// The round in which it was missed.
  public let round: Round
  /// The item's name.
  public let item: Untrusted

  /// Names an item of a round.
  public init(_ item: Untrusted, in round: Round) {
    self.round = round
    self.item = item
  }
}
