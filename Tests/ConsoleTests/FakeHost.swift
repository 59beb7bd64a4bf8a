import Console
import Foundation
import Grid
import IncidentDomain
import Runbooks
import TextGate

/// A host over an in-memory store: every effect is carried out at once, with the domain's own
/// decisions and a toy hash.
struct FakeHost {
  var model: Model
  var now: Instant
  var size = Size(columns: 80, rows: 24)
  private(set) var effects: [Effect] = []
  private var stored: [EventID: [Event]] = [:]
  private var order: [EventID] = []
  private var told: [EventID: Int] = [:]
  private var rounds: [Round: RoundRecord] = [:]
  /// Runbooks of the catalogue, by path.
  var files: [(path: String, text: String)] = []
  /// What the store says to every write; nil when it writes.
  var fault: Showable?
  /// Sessions of this machine that ended.
  var gone: Set<String> = []
  /// What their commands had written.
  var left: OutputLeft?
  /// Variables that the next command of a run would find set.
  var variables: [String: Untrusted] = [:]
  /// Whether answers to writes are held back.
  var holds = false
  private var held: [Message] = []

  /// 2026-03-01T14:00:00Z, a Sunday.
  static let start = Instant(milliseconds: 1_772_373_600_000)
  static let process = OwnProcess(id: 4711, session: "boot.1.4711.1")
  static let alice = Actor(person: "alice", account: "alice", host: "jump-1")

  init(
    permissions: Permissions = Permissions(), actor: Actor = FakeHost.alice,
    operations: OperationsPolicy? = nil, notice: Showable? = nil
  ) {
    now = Self.start
    model = Model(
      session: Session(
        actor: actor, policy: .builtIn, card: operations?.card ?? .builtIn,
        permissions: permissions, directory: "/srv/ops", process: Self.process,
        operations: operations, notice: notice),
      now: now)
    send(.started)
  }

  /// Another console on the same store, at the same time.
  init(permissions: Permissions, like other: FakeHost) {
    self.init(permissions: permissions)
    now = other.now
    files = other.files
    stored = other.stored
    order = other.order
    send(.storeChanged)
  }

  // MARK: - Messages

  mutating func send(_ message: Message) {
    var queue = [Message.clock(now), message]
    while !queue.isEmpty {
      for effect in Console.update(&model, queue.removeFirst()) {
        effects.append(effect)
        queue += answers(to: effect)
      }
    }
  }

  mutating func pass(_ seconds: Int) {
    now = now + seconds
    send(.clock(now))
  }

  /// Presses keys: plain characters, and names as `<Enter>`, `<Esc>`, `<C-c>`, `<lt>`.
  mutating func press(_ keys: String) {
    for key in Self.keys(keys) { send(.key(KeyPress(key))) }
  }

  mutating func resize(_ columns: Int, _ rows: Int) {
    size = Size(columns: columns, rows: rows)
    send(.resized(size))
  }

  func screen(_ columns: Int = 80, _ rows: Int = 24, glyphs: GlyphSet = .utf8) -> String {
    Console.view(model, Size(columns: columns, rows: rows), glyphs: glyphs).text
  }

  /// What the last line says; a long refusal takes several rows, from its sign on.
  var status: String {
    let lines = screen().split(separator: "\n").map(String.init)
    let start = lines.suffix(4).firstIndex { $0.hasPrefix(" ⚠") || $0.hasPrefix(" !") }
    return lines.suffix(from: start ?? max(0, lines.count - 1))
      .map { $0.trimmingPrefix(" ") }.joined(separator: " ")
  }

  private static let names: [String: Key] = [
    "Enter": .enter, "Esc": .escape, "Tab": .tab, "BackTab": .backTab, "BS": .backspace,
    "Del": .delete, "Up": .up, "Down": .down, "Left": .left, "Right": .right, "Home": .home,
    "End": .end, "PgUp": .pageUp, "PgDn": .pageDown, "Space": .character(" "),
    "lt": .character("<"),
  ]

  static func keys(_ text: String) -> [Key] {
    var keys: [Key] = []
    var rest = Substring(text)
    while let first = rest.unicodeScalars.first {
      if first == "<", let end = rest.firstIndex(of: ">") {
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        if let key = names[name] {
          keys.append(key)
        } else if name.hasPrefix("C-"), let letter = name.last {
          keys.append(.control(letter))
        }
        rest = rest[rest.index(after: end)...]
      } else {
        keys.append(.character(first))
        rest = Substring(rest.unicodeScalars.dropFirst())
      }
    }
    return keys
  }

  // MARK: - The store

  func incident(_ number: Int) -> Incident? {
    order.lazy.compactMap { id in Incident.fold(stored[id] ?? []) }.first { $0.number == number }
  }

  /// What somebody else does, and the doorbell that tells of it.
  mutating func other(
    _ person: Untrusted, _ command: IncidentDomain.Command, on number: Int,
    at told: ToldTime? = nil, from machine: Untrusted = "jump-2"
  ) {
    let actor = Actor(person: person, account: person, host: machine)
    guard let incident = incident(number) else { return }
    _ = append(command, to: incident.id, by: actor, at: told)
    send(.storeChanged)
  }

  /// An incident that was there before the console opened.
  @discardableResult
  mutating func declare(
    _ title: Untrusted, _ severity: Severity, ago: Int = 0, by: Untrusted = "alice",
    impact: Untrusted? = nil, service: Untrusted? = nil, isDrill: Bool = false
  ) -> Int {
    let actor = Actor(person: by, account: by, host: "jump-1")
    let real = now
    now = now - ago
    let incident = declare(
      Declaration(
        number: 0, title: title, severity: severity, service: service, impact: impact,
        isDrill: isDrill, policy: .builtIn), by: actor, at: nil)
    now = real
    return incident?.number ?? 0
  }

  /// Something that was done before the console opened, so many seconds ago.
  mutating func did(
    _ person: Untrusted, _ command: IncidentDomain.Command, on number: Int, ago: Int
  ) {
    let real = now
    now = now - ago
    other(person, command, on: number)
    now = real
    send(.clock(now))
  }

  /// What somebody does of a checklist, and the doorbell that tells of it.
  mutating func did(_ person: Untrusted, _ command: RoundCommand, in round: Round, ago: Int = 0) {
    let actor = Actor(person: person, account: person, host: "jump-2")
    _ = change(round, command, by: actor, at: ToldTime(now - ago))
    send(.storeChanged)
  }

  private mutating func change(
    _ round: Round, _ command: RoundCommand, by actor: Actor, at told: ToldTime?
  ) -> Refusal? {
    let before = rounds[round]
    do throws(Refusal) {
      let (change, occurred) = try command.decide(
        in: before, by: actor, at: told, now: now)
      let held = before?.events ?? [round.opening(hash: Self.hash)]
      let event = Event(
        incident: held[0].id, body: .round(change), author: actor.person, account: nil,
        host: actor.host, occurred: occurred, recorded: now, parents: before?.heads ?? [held[0].id],
        hash: Self.hash)
      rounds[round] = RoundRecord.fold(held + [event])
      return nil
    } catch {
      return error
    }
  }

  /// Two commands on the incident as it is, neither of which has seen the other.
  mutating func fork(
    _ number: Int, _ one: IncidentDomain.Command, by first: Untrusted,
    _ two: IncidentDomain.Command, by second: Untrusted
  ) {
    guard let incident = incident(number) else { return }
    let before = stored[incident.id] ?? []
    now = now + 2
    _ = append(one, to: incident.id, by: Actor(person: first, account: first, host: "a"), at: nil)
    let left = stored[incident.id] ?? []
    stored[incident.id] = before
    now = now + 2
    _ = append(two, to: incident.id, by: Actor(person: second, account: second, host: "b"), at: nil)
    stored[incident.id]? += left.dropFirst(before.count)
    send(.storeChanged)
  }

  /// The incident was brought together with another one of its number.
  mutating func renumber(_ number: Int, to new: Int) {
    guard let incident = incident(number) else { return }
    let event = Event(
      incident: incident.id, body: .renumbered(new), author: "alice", account: nil, host: "jump-1",
      occurred: ToldTime(now), recorded: max(now, incident.lastActivity), parents: incident.heads,
      hash: Self.hash)
    stored[incident.id]?.append(event)
    send(.storeChanged)
  }

  private mutating func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?
  ) -> Incident? {
    var declaration = declaration
    declaration.number = order.count + 1
    let event = Event(
      incident: nil, body: .declared(declaration), author: actor.person, account: nil,
      host: actor.host, occurred: told ?? ToldTime(now), recorded: now, parents: [],
      hash: Self.hash)
    stored[event.id] = [event]
    order.append(event.id)
    return Incident.fold([event])
  }

  private mutating func append(
    _ command: IncidentDomain.Command, to id: EventID, by actor: Actor, at told: ToldTime?
  ) -> Result<(Incident, [Event]), Refusal> {
    guard var incident = Incident.fold(stored[id] ?? []) else {
      return .failure(Refusal(.notFound, "there is no such incident"))
    }
    do throws(Refusal) {
      let drafts = try incident.decide(command, by: actor, at: told, now: now)
      var events: [Event] = []
      for draft in drafts {
        let event = Event(
          incident: draft.incident, body: draft.body, author: actor.person,
          account: actor.account == actor.person ? nil : actor.account, host: actor.host,
          occurred: draft.occurred, recorded: max(now, incident.lastActivity),
          parents: Incident.fold(stored[draft.incident] ?? [])?.heads ?? [], hash: Self.hash)
        stored[draft.incident, default: []].append(event)
        if draft.incident == id { incident.add([event]) }
        events.append(event)
      }
      return .success((incident, events))
    } catch {
      return .failure(error)
    }
  }

  /// Not a digest: enough to tell a test's events apart, the same in every run.
  private static func hash(_ bytes: [UInt8]) -> EventID {
    var hex = ""
    for salt in UInt64(1)...4 {
      var value: UInt64 = 0xcbf2_9ce4_8422_2325 &* salt
      for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
      let part = String(value, radix: 16)
      hex += String(repeating: "0", count: 16 - part.count) + part
    }
    return EventID(hex: hex) ?? EventID(hex: String(repeating: "0", count: 64)).unsafelyUnwrapped
  }

  // MARK: - Effects

  mutating func answer(_ message: Message) { send(message) }

  /// Gives the answers that were held back.
  mutating func release() {
    holds = false
    let messages = held
    held = []
    for message in messages { send(message) }
  }

  private mutating func answers(to effect: Effect) -> [Message] {
    switch effect {
    case .loadBoard(let request): return [.boardLoaded(window(request))]
    case .openIncident(let id):
      return Incident.fold(stored[id] ?? []).map { [.incidentLoaded($0)] } ?? []
    case .findIncident(let reference):
      guard let number = Int(reference.raw.filter(\.isNumber)), let found = incident(number) else {
        return [.failed("there is no incident \(reference.showable)")]
      }
      return [.incidentLoaded(found)]
    case .search(let text, let limit): return [.searched(text, found(text, limit))]
    case .readEvents(let id): return [.eventsArrived(id, stored[id] ?? [])]
    case .append(let ticket, let command, let id, let told):
      return answer(ticket) { $0.append(command, to: id, by: $0.model.session.actor, at: told) }
    case .declare(let ticket, let declaration, let missed):
      return answer(ticket) { host in
        let actor = host.model.session.actor
        if let missed, let first = host.rounds[missed.round]?.declared[missed.item] {
          return .failure(first.refusal(of: missed.item))
        }
        guard let made = host.declare(declaration, by: actor, at: nil) else {
          return .failure(Refusal(.notFound, "nothing was made"))
        }
        if let missed,
          let refusal = host.change(
            missed.round, .declare(missed.item, incident: made.id, number: made.number), by: actor,
            at: nil)
        {
          return .failure(refusal)
        }
        return .success((made, made.events))
      }
    case .merge(let ticket, let id, let reference):
      return answer(ticket) { host in
        guard let number = Int(reference.raw), let into = host.incident(number) else {
          return .failure(Refusal(.notFound, "there is no incident \(reference.showable)"))
        }
        return host.append(
          .merge(into: MergeTarget(into)), to: id, by: host.model.session.actor, at: nil)
      }
    case .loadRounds(let asked):
      var first: [String: Instant] = [:]
      for round in rounds.keys {
        let begin = round.period?.lowerBound ?? Instant(milliseconds: 0)
        first[round.subject.key] = min(begin, first[round.subject.key] ?? begin)
      }
      return [
        .roundsLoaded(RoundBook(records: asked.compactMap { rounds[$0] }, first: first))
      ]
    case .change(let ticket, let command, let round, let told):
      if let fault { return [.refused(ticket, fault)] }
      let refusal = change(round, command, by: model.session.actor, at: told)
      return [refusal.map { .refused(ticket, $0.sentence) } ?? .roundWritten(ticket)]
    case .loadCatalogue: return [.catalogueLoaded(catalogue)]
    case .openRunbook(let path):
      return catalogue.runbooks.first { $0.path == path }.map { [.runbookOpened($0)] } ?? []
    case .checkRunbook(let run, let path, let digest):
      let found = catalogue.runbooks.first { $0.path == path }
      return [.runbookOnDisk(run, found?.digest == digest ? nil : found)]
    case .readWalkedFiles(let paths):
      let found = paths.compactMapValues { path in
        catalogue.runbooks.first { $0.path == path }
      }
      return [.walkedFilesRead(found)]
    case .checkSessions(let running):
      let lost = running.filter { gone.contains($0.start.session) }
      return [
        .sessionsGone(
          Set(lost.map(\.start.session)),
          left: left.map { left in
            Dictionary(lost.map { ($0.event, left) }, uniquingKeysWith: { first, _ in first })
          } ?? [:])
      ]
    case .lookUpVariables(let run, let names):
      return [.variablesFound(run, variables.filter { names.contains($0.key) })]
    case .checkSyntax(let text): return [.syntaxChecked(text, problem: nil)]
    case .draftPostmortem(let incident):
      return [.postmortemDrafted(incident.id, "# Post-mortem\n\nTo be written: what happened")]
    case .runCommand, .interruptCommand, .editText, .copy, .suspend, .redraw, .quit: return []
    }
  }

  /// Entries that hold every word, the newest first.
  private func found(_ text: Untrusted, _ limit: Int) -> SearchResult {
    let words = text.raw.lowercased().split(separator: " ")
    let all = order.flatMap { stored[$0] ?? [] }.sorted { $0.recorded > $1.recorded }
    let hits = all.compactMap { event -> SearchHit? in
      let texts = event.body.texts.map(\.raw)
      guard words.allSatisfy({ word in texts.contains { $0.lowercased().contains(word) } }),
        let incident = Incident.fold(stored[event.incidentID] ?? []), let first = words.first,
        let text = texts.first(where: { $0.lowercased().contains(first) }),
        let range = text.range(of: first, options: .caseInsensitive)
      else { return nil }
      return SearchHit(
        number: incident.number, event: event,
        excerpt: Excerpt(
          before: Untrusted(String(text[..<range.lowerBound])),
          match: Untrusted(String(text[range])),
          after: Untrusted(String(text[range.upperBound...]))),
        standing: SearchHit.Standing(of: event, after: incident.events))
    }
    return SearchResult(hits: Array(hits.prefix(limit)), isCut: hits.count > limit)
  }

  private mutating func answer(
    _ ticket: Ticket, _ write: (inout FakeHost) -> Result<(Incident, [Event]), Refusal>
  ) -> [Message] {
    let message: Message
    if let fault {
      message = .refused(ticket, fault)
    } else {
      switch write(&self) {
      case .success(let (incident, events)): message = .written(ticket, incident, events)
      case .failure(let refusal): message = .refused(ticket, refusal.sentence)
      }
    }
    guard holds else { return [message] }
    held.append(message)
    return []
  }

  private var catalogue: Catalogue {
    Catalogue(files: files.map { Catalogue.File(path: $0.path, bytes: Array($0.text.utf8)) })
  }

  private func window(_ request: BoardRequest) -> BoardWindow {
    let all = order.compactMap { Incident.fold(stored[$0] ?? [])?.boardRow }
    var counts: [BoardTab: Int] = [:]
    for row in all { counts[row.tab, default: 0] += 1 }
    let wanted = request.filter?.raw.lowercased()
    let rows = all.filter { row in
      row.tab == request.tab && (wanted.map { row.title.raw.lowercased().contains($0) } ?? true)
    }.sorted { ($0.severity, $0.number) < ($1.severity, $1.number) }
    return BoardWindow(
      request: request, rows: Array(rows.dropFirst(request.offset).prefix(request.limit)),
      total: rows.count, counts: counts)
  }
}
