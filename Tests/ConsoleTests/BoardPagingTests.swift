import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// A board of more rows than are ever loaded.
@Suite struct BoardPagingTests {
  private static let total = 100_000

  /// Answers a request as a store of 100,000 active incidents would.
  private func window(_ request: BoardRequest) -> BoardWindow {
    let end = min(request.offset + request.limit, Self.total)
    let rows = (request.offset..<max(request.offset, end)).map { index in
      Incident.fold([Self.event(index)])?.boardRow
    }
    return BoardWindow(
      request: request, rows: rows.compactMap { $0 }, total: Self.total,
      counts: [.active: Self.total])
  }

  private static func event(_ index: Int) -> Event {
    Event(
      incident: nil,
      body: .declared(
        Declaration(
          number: index + 1, title: Untrusted("incident at row \(index)"), severity: .sev3,
          policy: .builtIn)),
      author: "alice", account: nil, host: "jump-1", occurred: ToldTime(FakeHost.start),
      recorded: FakeHost.start, parents: []
    ) { _ in
      let hex = String(index, radix: 16)
      return EventID(hex: String(repeating: "0", count: 64 - hex.count) + hex)
        ?? EventID(hex: String(repeating: "f", count: 64)).unsafelyUnwrapped
    }
  }

  private func model() -> (Model, [BoardRequest]) {
    var model = Model(
      session: Session(
        actor: FakeHost.alice, policy: .builtIn, card: .builtIn, permissions: Permissions(),
        directory: "/", process: FakeHost.process), now: FakeHost.start)
    var requests: [BoardRequest] = []
    send(.started, &model, &requests)
    return (model, requests)
  }

  private func send(_ message: Message, _ model: inout Model, _ requests: inout [BoardRequest]) {
    for effect in Console.update(&model, message) {
      if case .loadBoard(let request) = effect {
        requests.append(request)
        send(.boardLoaded(window(request)), &model, &requests)
      }
    }
  }

  private func selected(_ model: Model) -> String {
    let frame = Console.view(model, Size(columns: 80, rows: 24), glyphs: .utf8)
    return frame.lines.first { $0.hasPrefix(" ▌") } ?? ""
  }

  @Test func onlyAWindowIsEverAskedFor() {
    var (model, requests) = model()
    send(.key(KeyPress("G")), &model, &requests)
    #expect(selected(model).contains("INC-100000"))
    send(.key(KeyPress("g")), &model, &requests)
    #expect(selected(model).contains("INC-1 "))
    #expect(requests.allSatisfy { $0.limit <= 240 })
    #expect(requests.count <= 4)
  }

  @Test func goingDownMeetsEveryRowInOrder() {
    var (model, requests) = model()
    for row in 1...900 {
      send(.key(KeyPress("j")), &model, &requests)
      #expect(selected(model).contains("INC-\(row + 1) "))
    }
    #expect(requests.count < 20)
  }

  @Test func aPageIsAPageAndTheSelectionSurvivesAReload() {
    var (model, requests) = model()
    for _ in 0..<40 { send(.key(KeyPress(.pageDown)), &model, &requests) }
    let before = selected(model)
    send(.storeChanged, &model, &requests)
    #expect(selected(model) == before)
    #expect(before.contains("INC-"))
  }

  @Test func anAnswerThatComesLateChangesNothing() {
    var (model, requests) = model()
    let first = Console.update(&model, .key(KeyPress("G")))
    guard case .loadBoard(let old)? = first.first else {
      Issue.record("nothing was asked for")
      return
    }
    send(.key(KeyPress("g")), &model, &requests)
    let before = selected(model)
    _ = Console.update(&model, .boardLoaded(window(old)))
    #expect(selected(model) == before)
    #expect(before.contains("INC-1 "))
  }

  @Test func aFailureIsSaidAndTheRowsAreAskedForAgain() {
    var (model, requests) = model()
    _ = Console.update(&model, .key(KeyPress("G")))
    _ = Console.update(&model, .failed("the store is busy; try again"))
    let frame = Console.view(model, Size(columns: 80, rows: 24), glyphs: .utf8)
    #expect(frame.text.contains("the store is busy"))
    send(.key(KeyPress("k")), &model, &requests)
    #expect(selected(model).contains("INC-99999"))
  }

  @Test func rowsThatAreNotHereYetAreShownAsSuch() {
    var (model, requests) = model()
    _ = Console.update(&model, .key(KeyPress("G")))
    #expect(!selected(model).contains("INC-"))
    let effects = Console.update(&model, .key(KeyPress(.enter)))
    #expect(effects.isEmpty)
    send(.key(KeyPress("g")), &model, &requests)
    #expect(selected(model).contains("INC-1 "))
  }
}
