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
  private var namesCount = 0
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
    index(from: 0)
  }

  /// Takes which entries only this host has.
  mutating func setUnshared(_ ids: Set<EventID>) {
    unshared = ids
    provisional = incident.provisional(ids)
  }

  /// Takes the incident as it is now.
  mutating func replace(_ incident: Incident) {
    guard incident.id == self.incident.id else { return }
    let held = self.incident.events
    let goesOn =
      held.count <= incident.events.count
      && held.indices.allSatisfy { held[$0].id == incident.events[$0].id }
    self.incident = incident
    followRun()
    index(from: goesOn ? held.count : 0)
  }

  /// Adds what others appended, and returns what was not known before.
  mutating func add(_ events: [Event]) -> [Event] {
    let new = events.filter { places[$0.id] == nil && $0.incidentID == incident.id }
    guard !new.isEmpty else { return [] }
    let held = incident.events.count
    let goesOn = incident.add(new)
    followRun()
    index(from: goesOn ? held : 0)
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
  ///
  /// - Parameter start: how many of the events stand where they stood; the rest are new.
  private mutating func index(from start: Int) {
    let events = incident.events
    provisional = incident.provisional(unshared)
    // Names only come: as many are the same.
    if start == 0 || namesCount != incident.names.count {
      namesCount = incident.names.count
      names = LookAlikes(incident.names.sorted())
    }
    if start == 0 {
      places = [:]
      clockSkews = []
    }
    for place in events.indices.dropFirst(start) {
      if let skew = incident.clockSkew(at: place, places) { skew.join(&clockSkews) }
      places[events[place].id] = place
    }
    guard start > 0 else {
      byTime = events.indices.sorted { isBefore($0, $1) }
      applyFilter()
      return
    }
    for place in events.indices.dropFirst(start) {
      let row = byTime.partitioningIndex { isBefore(place, $0) }
      byTime.insert(place, at: row)
    }
    showNew(events.indices.dropFirst(start))
  }

  /// Whether an event stands above another: the one that happened later does.
  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (one, other) = (
      incident.events[left].occurred.instant, incident.events[right].occurred.instant
    )
    return one == other ? left > right : one > other
  }

  /// Takes the filter's text anew: words that all must stand in an entry, `by:alice`, `kind:note`.
  mutating func applyFilter() {
    let terms = terms
    shown = byTime.filter { matches($0, terms) }.map { incident.events[$0].id }
  }

  /// Shows what is new and matches the filter.
  private mutating func showNew(_ new: Range<Int>) {
    let terms = terms
    // A filtered list may hold others, too, by what the new ones say of them.
    if !terms.isEmpty, new.contains(where: { incident.events[$0].body.saysOfOthers }) {
      applyFilter()
      return
    }
    for place in new where matches(place, terms) {
      let row = shown.partitioningIndex { id in places[id].map { isBefore(place, $0) } ?? false }
      shown.insert(incident.events[place].id, at: row)
    }
  }

  private var terms: [String] {
    timelineFilter.text.lowercased().split(separator: " ").map(String.init)
  }

  private func matches(_ place: Int, _ terms: [String]) -> Bool {
    guard !terms.isEmpty else { return true }
    let event = incident.events[place]
    return terms.allSatisfy { term in
      if term.hasPrefix("by:") {
        return event.author.raw.lowercased().contains(term.dropFirst(3))
      }
      if term.hasPrefix("kind:") { return event.kind.lowercased().contains(term.dropFirst(5)) }
      if term == "pinned" { return incident.pins.contains(event.id) }
      return event.author.raw.lowercased().contains(term)
        || incident.narrate(event).text.lowercased().contains(term)
    }
  }
}

extension EventBody {
  /// Whether other entries read otherwise with it.
  fileprivate var saysOfOthers: Bool {
    switch self {
    case .pinned, .reversed, .runRevised, .proposalAnswered, .proposalSettled: true
    default: false
    }
  }
}

extension Array {
  /// The first place from which on `isBehind` holds, in a list where it holds from some place on.
  fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
