import IncidentDomain
import TextGate

/// The incident that is open, and where its screens stand.
struct OpenIncident: Sendable {
  private(set) var incident: Incident
  var pane: Pane = .runbook
  /// The run that this console walks or looks at; nil until there is one. Others may start and end
  /// runs meanwhile: what is looked at stays.
  private(set) var chosenRun: EventID?
  /// By run: the step that a person selected; none follows the next one to do.
  private var chosenSteps: [EventID: String] = [:]
  /// By run: its own copy of the runbook, of those that were shown.
  private(set) var texts: [EventID: RunText] = [:]
  /// The list of runs.
  var runs = Selection<EventID>()
  var timeline = Selection<EventID>()
  var timelineFilter = LineEditor()
  var timers = Selection<Int>()
  var people = Selection<ResponderRole>()
  var decisions = Selection<EventID>()
  var phases = Selection<Phase>()
  var actions = Selection<EventID>()
  /// Entries of others that came since a key was last pressed here.
  var news = 0
  /// Indices of events by the time they happened, the newest first.
  private(set) var byTime: [Int] = []
  /// Where each event stands among the incident's.
  private(set) var places: [EventID: Int] = [:]
  /// Everybody on the incident, to mark names that look alike.
  private(set) var names = LookAlikes([])
  /// Machines whose clocks are behind.
  private(set) var clockSkews: [ClockSkew] = []
  /// The entries that the timeline's filter lets through, the newest first.
  private(set) var shown: [EventID] = []

  /// What rests on entries that only this host has as yet.
  private(set) var provisional = Provisional.nothing
  private var unshared: Set<EventID> = []

  init(_ incident: Incident, unshared: Set<EventID> = []) {
    self.incident = incident
    self.unshared = unshared
    phases.id = incident.phase.next
    followRun()
    index()
  }

  /// Takes which entries only this host has.
  mutating func setUnshared(_ ids: Set<EventID>) {
    unshared = ids
    provisional = incident.provisional(ids)
  }

  /// Takes the incident as it is now.
  mutating func replace(_ incident: Incident) {
    guard incident.id == self.incident.id else { return }
    self.incident = incident
    followRun()
    index()
  }

  /// Adds what others appended, and returns what was not known before.
  mutating func add(_ events: [Event]) -> [Event] {
    let new = events.filter { places[$0.id] == nil && $0.incidentID == incident.id }
    guard !new.isEmpty else { return [] }
    incident.add(new)
    followRun()
    index()
    return new
  }

  /// The run whose steps are shown: the chosen one, else the open one, else the last.
  var run: Run? {
    incident.runs.first { $0.id == chosenRun } ?? incident.openRun ?? incident.runs.last
  }

  /// The run that is shown, while it can be walked.
  var openRun: Run? { run.flatMap { $0.isOpen ? $0 : nil } }

  /// Which of the runs is shown: 2 of 3.
  var placeOfRun: (number: Int, count: Int)? {
    guard let run, let index = incident.runs.firstIndex(where: { $0.id == run.id }) else {
      return nil
    }
    return (index + 1, incident.runs.count)
  }

  /// The step that a person selected in the run that is shown; nil follows the next one to do.
  var step: String? {
    get { run.flatMap { chosenSteps[$0.id] } }
    set { if let run { chosenSteps[run.id] = newValue } }
  }

  /// Shows another run; nil for the open one that was started last.
  mutating func choose(_ run: EventID?) {
    chosenRun = run
    followRun()
  }

  /// The selected step: the one a person chose, else the next to do.
  var selectedStep: PlannedStep? {
    guard let run else { return nil }
    let steps = run.currentSteps
    return steps.first { $0.id == step } ?? run.nextStep ?? steps.last
  }

  /// A step that ended is no longer the one to look at.
  private mutating func followRun() {
    guard let run else { return }
    chosenRun = run.id
    if texts[run.id]?.digest != run.start.digest { texts[run.id] = RunText(run.start) }
    guard let step else { return }
    let isEnded = run.steps[step]?.state.isEnded ?? false
    if isEnded || !run.currentSteps.contains(where: { $0.id == step }) { self.step = nil }
  }

  /// What screens ask of the events with every frame, worked out once when they change.
  private mutating func index() {
    let events = incident.events
    names = LookAlikes(incident.names.sorted())
    provisional = incident.provisional(unshared)
    clockSkews = incident.clockSkews
    places = Dictionary(
      zip(events.map(\.id), events.indices), uniquingKeysWith: { first, _ in first })
    byTime = events.indices.sorted {
      let (left, right) = (events[$0].occurred.instant, events[$1].occurred.instant)
      return left == right ? $0 > $1 : left > right
    }
    applyFilter()
  }

  /// Takes the filter's text anew: words that all must stand in an entry, `by:alice`, `kind:note`.
  mutating func applyFilter() {
    let terms = timelineFilter.text.lowercased().split(separator: " ").map(String.init)
    let events = incident.events
    guard !terms.isEmpty else {
      shown = byTime.map { events[$0].id }
      return
    }
    shown = byTime.compactMap { index in
      let event = events[index]
      let matches = terms.allSatisfy { term in
        if term.hasPrefix("by:") {
          return event.author.raw.lowercased().contains(term.dropFirst(3))
        }
        if term.hasPrefix("kind:") { return event.kind.lowercased().contains(term.dropFirst(5)) }
        if term == "pinned" { return incident.pins.contains(event.id) }
        return event.author.raw.lowercased().contains(term)
          || incident.narrate(event).text.lowercased().contains(term)
      }
      return matches ? event.id : nil
    }
  }
}
