import IncidentDomain
import TextGate

/// Commands on the open incident that need more than a form.
extension Model {
  var selectedRole: ResponderRole? {
    let roles = ResponderRole.allCases
    return open?.people.index(among: roles).map { roles[$0] }
  }

  var selectedEvent: Event? {
    guard let open, let index = open.timeline.index(among: open.shown) else { return nil }
    let id = open.shown[index]
    return open.incident.events.last { $0.id == id }
  }

  var selectedAction: Incident.ActionItem? {
    guard let open else { return nil }
    let actions = open.incident.actions
    return open.actions.index(among: actions.map(\.id)).map { actions[$0] }
  }

  var selectedMove: PossibleMove? {
    guard let open else { return nil }
    let moves = open.incident.possibleMoves
    return open.phases.index(among: moves.map(\.to)).map { moves[$0] }
  }

  /// The proposals as the screen lists them: the newest first.
  var proposals: [Deliberation] { incident?.deliberations.reversed() ?? [] }

  var selectedProposal: Deliberation? {
    let all = proposals
    return open?.decisions.index(among: all.map(\.id)).map { all[$0] }
  }

  /// The people's screen, on the role of whoever looks: its duties are what they want to see.
  mutating func showPeople() {
    if open?.people.id == nil, let incident {
      let mine = ResponderRole.allCases.first { role in
        incident.roles[role] == session.actor.person
          || incident.offers[role]?.to == session.actor.person
      }
      open?.people.id = mine
    }
    push(.people)
  }

  /// The timers of the incident, and below them the review of the policy, which nobody has to see to
  /// before the incident is over.
  var ledger: [IncidentTimer] {
    let review = session.operations.review?.timer(at: now)
    return (incident?.timers(at: now) ?? []) + [review].compactMap(\.self)
  }

  /// How many lines the people's screen has below the roles: who looks, and promises.
  var linesBelowRoles: Int {
    guard let incident else { return 0 }
    return present.lookingAt(incident.id).count + max(1, incident.promises.count)
  }

  /// Everything that is to be said of the selected timer.
  mutating func readTimer() {
    guard let incident, let open else { return }
    let timers = ledger
    guard let index = open.timers.index(among: Array(timers.indices)) else { return }
    let timer = timers[index]
    document = Document(
      title: "\(incident.name) timer: \(timer.label)",
      text: Untrusted(
        reasons(of: timer).map { "\($0.0.text.isEmpty ? "" : $0.0.text + ": ")\($0.1.text)" }
          .joined(separator: "\n")))
    push(.document)
  }

  /// Why a timer exists, since when, what stops it and what moved it.
  func reasons(of timer: IncidentTimer) -> [(Showable, Showable)] {
    var rows: [(Showable, Showable)] = []
    if let consequence = timer.consequence { rows.append(("BREACHED", consequence)) }
    rows.append(("Why", timer.because))
    rows.append(
      ("Since", "\(dateTime(timer.since)), due \(dateTime(timer.due)) \(zone.name)"))
    if timer.paused > 0 {
      rows.append(("Paused", "\(Showable.clock(seconds: timer.paused)) not counted"))
    }
    rows.append(("Stops", timer.stoppedBy))
    for entry in timer.history { rows.append(("Was", entry)) }
    return rows
  }

  var oldestPromise: Incident.Promise? {
    incident?.promises.first { $0.kept == nil && $0.owner == session.actor.person }
  }

  mutating func vacate() {
    guard let incident, let role = selectedRole else { return }
    let holder = incident.roles[role] ?? incident.others.last { $0.role == role }?.person
    if let holder { ask(.vacate(role, holder)) }
  }

  mutating func togglePin() {
    guard let incident, let event = selectedEvent else { return }
    ask(.pin(event.id, !incident.pins.contains(event.id)))
  }

  mutating func readEvent() {
    guard let incident, let event = selectedEvent else { return }
    document = Document(
      title: "\(incident.name) entry \(event.id.short)", text: details(of: event, in: incident))
    push(.document)
  }

  // MARK: - Phases

  mutating func showPhases(forward: Bool, words: String) {
    guard let incident else { return }
    let moves = incident.possibleMoves
    guard !moves.isEmpty else {
      refuse("\(incident.name) has ended: it moves no more; :reopen or :unmerge brings it back")
      return
    }
    let named = Phase(word: words)
    let wanted =
      moves.first { $0.to == named }
      ?? (forward
        ? moves.first { $0.to == incident.phase.next } ?? moves.last
        : moves.last { $0.to < incident.phase })
    guard let wanted else {
      refuse("\(incident.phase.word) does not go back; only resolution and the review do")
      return
    }
    open?.phases.id = wanted.to
    push(.phases)
  }

  /// What a forward move would still need: nothing, an answer, or more than an answer.
  enum Gateway {
    case free
    case asks(Showable)
    case shut(Showable)
  }

  func gateway(_ move: PossibleMove, of incident: Incident) -> Gateway {
    func decides(_ because: Untrusted?) -> Refusal? {
      do {
        _ = try incident.decide(
          .move(to: move.to, because: because, overriding: false), by: session.actor, at: nil,
          now: now)
        return nil
      } catch {
        return error
      }
    }
    guard decides(nil) != nil else { return .free }
    // Any answer of ten characters tells whether an answer is all that is missing.
    if let refusal = decides("0123456789") { return .shut(refusal.reason) }
    if move.to < incident.phase { return .asks("Because") }
    if move.to >= .postmortem, incident.phase.isActive { return .asks("How was it verified") }
    return .asks(move.to == .resolution ? "What stopped the impact" : "Because")
  }

  mutating func enterPhase() {
    guard let incident, let move = selectedMove else { return }
    switch gateway(move, of: incident) {
    case .free: ask(.move(to: move.to, asks: .empty))
    case .asks(let what): ask(.move(to: move.to, asks: what))
    case .shut(let why): refuse("\(why); O overrides it with a written reason")
    }
  }

  mutating func overrideGate() {
    guard let incident, let move = selectedMove else { return }
    switch gateway(move, of: incident) {
    case .shut(let why): ask(.override(to: move.to, gate: why))
    case .free, .asks: refuse("that move is legal: Enter makes it, nothing is to be overridden")
    }
  }

  // MARK: - Runbooks

  mutating func showRunbooks() -> [Effect] {
    runbooks.apply(for: incidentOfRunbooks)
    runbooks.selection = Selection()
    push(.runbooks)
    return runbooks.catalogue != nil ? [] : [.loadCatalogue]
  }

  mutating func openRunbook() -> [Effect] {
    let shown = runbooks.shown
    guard let index = runbooks.selection.index(among: shown.map(\.path)) else {
      refuse(runbooks.catalogue != nil ? "no runbook matches" : "the catalogue is being read")
      return []
    }
    runbooks.opening = shown[index].path
    return [.openRunbook(shown[index].path)]
  }
}
