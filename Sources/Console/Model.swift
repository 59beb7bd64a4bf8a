import Grid
import IncidentDomain
import TextGate

/// Everything a console shows and remembers: the fold of its messages.
public struct Model: Sendable {
  /// Who acts, where, under which policy.
  public let session: Session

  /// The time as last told, cut to the second: all that ticks on a screen ticks together.
  public internal(set) var now: Instant
  var size = Size(columns: 80, rows: 24)
  var readersZone: Zone = .utc
  var showsReadersZone = false

  /// From the board up to what is seen.
  var screens: [Screen] = [.board]
  var prompt: Prompt?
  /// What was typed and not written, by what it was for (TERMINAL.md A3, 19).
  var drafts: [Form.Purpose: [Form.Field]] = [:]
  var status: Status?
  /// What is wrong with the store; on every screen until it is well.
  var trouble: Showable?
  /// What only this host has as yet.
  var unshared: Set<EventID> = []

  var board = Board()
  var open: OpenIncident?
  var runbooks = RunbookChooser()
  var search = RecordSearch()
  var execution: Execution?
  /// By run: what was filled in for its placeholders; never a secret.
  var runValues: [EventID: [String: Untrusted]] = [:]
  /// By run: where this person's next command of it runs, once one has gone elsewhere.
  var directories: [EventID: Untrusted] = [:]
  /// Records of commands that the store refused, to be tried again.
  var unkept: [(incident: EventID, record: CommandRecord)] = []
  var keptAgain: Instant?
  /// Sessions of running commands that the host found gone.
  var goneSessions: Set<String> = []
  var lookedForSessions: Instant?
  /// By run: its runbook's file, where it says something else now.
  var changedFiles: [EventID: RunStart] = [:]
  var lookedAtFile: (run: EventID, at: Instant)?
  var checklists = ChecklistState()
  var document: Document?
  var help = HelpState()
  /// By screen that only scrolls: the first line shown.
  var scroll: [Screen: Int] = [:]

  /// Who has a console open, this one too.
  var present: [Presence] = []

  var pendingWrites: [Ticket: PendingWrite] = [:]
  var lastWrite: LastWrite?
  var ticketsGiven = 0

  /// A console that has shown nothing yet.
  ///
  /// - Parameter now: the time; ``Message/clock(_:)`` moves it.
  public init(session: Session, now: Instant) {
    self.session = session
    self.now = now.wholeSecond
    status = session.notice.map { Status(kind: .refusal, text: $0) }
  }

  /// The incident that is open here, for others to know; nil on the board.
  public var attention: EventID? { open?.incident.id }

  /// The screen that is seen.
  var screen: Screen { screens.last ?? .board }

  /// The zone in which times are shown.
  var zone: Zone { showsReadersZone ? readersZone : .utc }

  /// The open incident, where the screen shows it.
  var incident: Incident? { open?.incident }

  /// The incident that a command on this screen is for.
  var target: Target? {
    if screens.contains(.incident) { return incident.map(Target.init) }
    return board.selected.map(Target.init)
  }

  /// What is wrong with the store, how much of what was written only this host has; nil when neither.
  ///
  /// - Parameter isShort: whether there is room for one row only.
  func storeAlert(isShort: Bool) -> Showable? {
    guard !unshared.isEmpty else { return trouble }
    let waiting: Showable =
      "\(Showable.count(unshared.count, "entry", "entries")) not yet shared"
    return trouble.map { isShort ? "away, \(waiting)" : "\(waiting); \($0)" } ?? waiting
  }

  /// What of the open incident rests on entries that only this host has.
  var provisional: Provisional { open?.provisional ?? .nothing }

  /// `INC-7`, and `INC-7?` while the number may still turn out to be another's.
  func name(_ number: Int, _ id: EventID) -> Showable {
    unshared.contains(id) ? "INC-\(number)?" : "INC-\(number)"
  }

  /// Shows a screen on top of the others.
  mutating func push(_ screen: Screen) {
    guard self.screen != screen else { return }
    screens.append(screen)
    scroll[screen] = 0
  }

  mutating func say(_ kind: Status.Kind, _ text: Showable) {
    status = Status(kind: kind, text: text)
  }

  mutating func refuse(_ text: Showable) { say(.refusal, text) }

  /// Names the next write.
  mutating func ticket(_ write: PendingWrite) -> Ticket {
    ticketsGiven += 1
    let ticket = Ticket(number: ticketsGiven)
    pendingWrites[ticket] = write
    return ticket
  }
}

/// The incident that a form writes to: enough to name it where its events are not loaded.
struct Target: Hashable, Sendable {
  let id: EventID
  let number: Int
  let title: Untrusted
  let isDrill: Bool

  init(_ incident: Incident) {
    id = incident.id
    number = incident.number
    title = incident.title
    isDrill = incident.isDrill
  }

  init(_ row: BoardRow) {
    id = row.id
    number = row.number
    title = row.title
    isDrill = row.isDrill
  }

  var name: Showable { "INC-\(number)" }
}

/// What takes the keys while it is there.
enum Prompt: Sendable {
  case form(Form)
  case palette(Palette)
  /// The filter of the screen is being typed; what it was before, for Esc.
  case filter(before: LineEditor)
}

extension Instant {
  var wholeSecond: Instant {
    let rest = milliseconds % 1000
    return Instant(milliseconds: milliseconds - (rest < 0 ? rest + 1000 : rest))
  }
}
