import IncidentDomain
import Journal
import JournalPostgres
import Testing
import TextGate

/// The search of the whole record: the same in every store.
@Suite struct SearchTests {
  private static func found(_ text: Untrusted, in journal: any Journal) throws -> [String] {
    try journal.search(SearchQuery(text)).hits.map { hit in
      let word = hit.excerpt.match.raw
      let text = hit.event.body.texts.first { $0.raw.contains(word) }?.raw ?? ""
      return "\(hit.number) \(text)"
    }
  }

  private static func record(_ kind: StoreKind) throws -> (journal: any Journal, ids: [EventID]) {
    let journal = try Bench(kind).open()
    var first = Declaration.of("Checkout returns 503", .sev1)
    first.service = "payments"
    first.impact = "card payments fail"
    let ids = try [first, .of("Überweisungen hängen"), .of("Kafka is slow")].map {
      try journal.declare($0, by: .ana, at: nil, now: .morning).incident.id
    }
    func write(_ place: Int, _ command: IncidentDomain.Command) throws {
      _ = try journal.append(command, to: ids[place], by: .bob, at: nil, now: .morning + 60)
    }
    try write(0, .note("replica lag on pg-1 is 40 s"))
    try write(0, .publishUpdate("We look into failed payments", .public))
    try write(1, .note("Zürich meldet: replica steht, lag wächst"))
    try write(2, .cancel(.test, because: "an exercise of the queue team"))
    return (journal, ids)
  }

  @Test(arguments: StoreKind.allCases)
  func wordsAndPhrasesAreFoundWhateverTheirCase(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    func found(_ text: Untrusted) throws -> [String] { try Self.found(text, in: journal) }
    #expect(
      try found("LAG") == [
        "2 Zürich meldet: replica steht, lag wächst", "1 replica lag on pg-1 is 40 s",
      ])
    #expect(try found("\"replica lag\"") == ["1 replica lag on pg-1 is 40 s"])
    #expect(try found("pg-1 replica") == ["1 replica lag on pg-1 is 40 s"])
    #expect(try found("1-pg").isEmpty)
    #expect(try found("zurich") == ["2 Zürich meldet: replica steht, lag wächst"])
    #expect(try found("u\u{308}berweisungen") == ["2 Überweisungen hängen"])
    #expect(try found("503") == ["1 Checkout returns 503"])
    #expect(try found("queue team") == ["3 an exercise of the queue team"])
    // Of two texts of one event each may hold a word, and no phrase reaches over.
    #expect(try found("checkout card") == ["1 Checkout returns 503"])
    #expect(try found("\"503 card\"").isEmpty)
    // Whole words only.
    #expect(try found("check").isEmpty)
    let hit = try #require(try journal.search(SearchQuery("failed")).hits.first)
    #expect(hit.event.author == "bob" && hit.event.kind == "update" && hit.number == 1)
    #expect(hit.event.incidentID == ids[0] && hit.standing == .stands)
    #expect(hit.excerpt.before == "We look into " && hit.excerpt.match == "failed")
  }

  @Test(arguments: StoreKind.allCases)
  func everyTextOfTheRecordIsFound(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    var incident = try #require(try journal.incident(ids[0]))
    func write(_ command: IncidentDomain.Command) throws {
      incident = try journal.append(
        command, to: ids[0], by: .ana, at: nil, now: .morning + 120
      ).incident
    }
    try write(.setSeverity(.sev2, because: "alpha is enough"))
    try write(.offer(.commander, to: "carol", brief: "bravo as agreed"))
    try write(.promise("charlie by noon", due: .morning + 3600))
    try write(
      .propose(Proposal(text: "delta now", risk: "echo is lost", alternatives: ["foxtrot"])))
    let proposal = try #require(incident.deliberations.first?.id)
    try write(.answerProposal(proposal, objects: true, because: "golf objects"))
    try write(.skipUpdate(because: "hotel has nothing new"))
    try write(.escalate(level: nil, because: "india cannot do it"))
    let step = PlannedStep(id: "1", number: "1", title: "Look", kind: .manual)
    try write(
      .startRun(
        RunStart(
          runbook: "juliett.md", title: "Juliett recovery", digest: "",
          source: "kilo is no text of a person", steps: [step])))
    let run = try #require(incident.runs.first?.id)
    try write(.moveStep(run: run, step: "1", .started, takingOver: false))
    try write(.moveStep(run: run, step: "1", .done(note: "lima is done"), takingOver: false))
    try write(
      .record(
        CommandRecord(
          run: nil, step: nil, command: "echo mike", directory: "/", started: .morning,
          ended: .morning, outcome: .exited(0), outputBytes: 9, outputDigest: "",
          output: "november\nis in the output", outputCut: false)))
    for word in [
      "alpha", "bravo", "carol", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india",
      "juliett", "lima", "mike", "november",
    ] as [Untrusted] {
      #expect(try !Self.found(word, in: journal).isEmpty, "\(word.raw)")
    }
    #expect(try Self.found("kilo", in: journal).isEmpty)
    #expect(try Self.found("november is", in: journal) == ["1 november\nis in the output"])
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasCorrectedOrTakenBackIsFoundAndTold(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    func write(_ command: IncidentDomain.Command) throws -> EventID {
      let appended = try journal.append(
        command, to: ids[0], by: .ana, at: nil, now: .morning + 120)
      return try #require(appended.events.last?.id)
    }
    let note = try write(.note("leader is in Frankfurt"))
    _ = try write(.correct(note, text: "leader is in Dublin"))
    let wrong = try write(.note("wrong window"))
    _ = try write(.reverse([wrong]))
    func standing(_ text: Untrusted) throws -> [SearchHit.Standing] {
      try journal.search(SearchQuery(text)).hits.map(\.standing)
    }
    #expect(try standing("Frankfurt") == [.corrected])
    #expect(try standing("Dublin") == [.correction])
    #expect(try standing("leader") == [.correction, .corrected])
    #expect(try standing("window") == [.takenBack])
  }

  @Test(arguments: StoreKind.allCases)
  func theNewestComeFirstAndTheRestIsTold(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    for number in 1...30 {
      _ = try journal.append(
        .note(Untrusted("entry \(number)")), to: ids[number % 3 == 0 ? 0 : 1], by: .ana, at: nil,
        now: .morning + 100)
    }
    let some = try journal.search(SearchQuery("entry", limit: 3))
    #expect(some.hits.map(\.excerpt.text.raw) == ["entry 30", "entry 29", "entry 28"])
    #expect(some.isCut && some.unsearched == 0)
    let all = try journal.search(SearchQuery("entry", limit: 30))
    #expect(all.hits.count == 30 && !all.isCut)
    // What happened earlier and was written later stands where it happened.
    for (text, seconds) in [("entry of before", 99), ("entry of then", 100)] {
      _ = try journal.append(
        .note(Untrusted(text)), to: ids[0], by: .ana, at: ToldTime(.morning + seconds),
        now: .morning + 200)
    }
    let last = try journal.search(SearchQuery("entry", limit: 40)).hits.map(\.excerpt.text.raw)
    #expect(last.first == "entry of then" && last.last == "entry of before")
  }

  /// An old history that is brought over stands behind what happened since.
  @Test(arguments: [StoreKind.sqlite, .postgresql])
  func anOldHistoryThatComesLaterIsNotTheNewest(kind: StoreKind) throws {
    let (journal, _) = try Self.record(kind)
    let old = try SQLiteJournal(path: Scratch().file(), create: true)
    let id = try old.declare(
      .of("replica of old"), by: .ana, at: nil, now: .morning + -90_000
    ).incident.id
    _ = try old.append(
      .note("the replica is slow"), to: id, by: .ana, at: nil, now: .morning + -80_000)
    _ = try Sync(old, with: #require(journal as? any Replica), by: .ana, now: .morning + 300).run()
    #expect(
      try Self.found("replica", in: journal) == [
        "2 Zürich meldet: replica steht, lag wächst", "1 replica lag on pg-1 is 40 s",
        "4 the replica is slow", "4 replica of old",
      ])
  }

  /// What SQL, FTS5 or tsquery would take as their own is text here.
  @Test(arguments: StoreKind.allCases)
  func nothingInAQueryActs(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    let texts: [Untrusted] = [
      "lag' OR 1=1 --", "lag OR", "lag AND", "NOT lag", "NEAR(lag replica)", "words:lag", "^lag",
      "lag*", "lag\" OR \"", "(lag", "lag)", "lag\\", "lag:*", "!lag", "lag <-> replica", "lag|x",
      "{lag}", "lag + replica", "lag\u{0}replica", "-lag", "lag'':x", "$1 lag", "%lag_",
    ]
    for text in texts {
      _ = try journal.append(
        .note("\(text.raw.filter { $0 != "\u{0}" })".untrusted), to: ids[2],
        by: .ana, at: nil, now: .morning + 90)
      let hits = try journal.search(SearchQuery(text)).hits
      #expect(!hits.isEmpty, "\(text.raw)")
    }
    for text in ["", " ", "\"\"", "\u{0}", "***", "💥", "\" \" \""] as [Untrusted] {
      #expect(throws: Refusal.self) { try SearchQuery(text) }
    }
    let long = Untrusted(String(repeating: "x", count: 65_536))
    #expect(try journal.search(SearchQuery(long)).hits.isEmpty)
    let repeated = Untrusted(String(repeating: "lag ", count: 16_384))
    #expect(try !journal.search(SearchQuery(repeated)).hits.isEmpty)
    let many = (0..<200).map { "w\($0)" }.joined(separator: " ")
    #expect(throws: Refusal.self) { try SearchQuery(Untrusted(many)) }
    let most = (0..<64).map { "w\($0)" }.joined(separator: " ")
    #expect(try journal.search(SearchQuery(Untrusted(most))).hits.isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func textsOfAllKindsAreTakenAsTheyCome(kind: StoreKind) throws {
    let (journal, ids) = try Self.record(kind)
    let long = String(repeating: "word ", count: 13_000)
    let base = String(repeating: "QUJD", count: 3000)
    let texts: [Untrusted] = [
      "データベースが停止", "it's \"quoted\" \\ and 'so' on: 10.0.0.7:5432", Untrusted(long + "end"),
      Untrusted(base + " tail"), "e\u{301}\u{301} \u{301}alone", "ᚠᛇᚻ runes ١٢٣", "😀🏽‍🚒",
    ]
    for text in texts {
      _ = try journal.append(.note(text), to: ids[2], by: .ana, at: nil, now: .morning + 90)
    }
    #expect(try Self.found("データ", in: journal) == ["3 データベースが停止"])
    #expect(try Self.found("停止 ベース", in: journal) == ["3 データベースが停止"])
    #expect(try Self.found("10.0.0.7", in: journal).count == 1)
    #expect(try Self.found("0.0.10.7", in: journal).isEmpty)
    #expect(try Self.found("runes ١٢٣", in: journal).count == 1)
    #expect(try Self.found("end", in: journal).count == 1)
    #expect(try Self.found("tail", in: journal).count == 1)
    let hit = try #require(try journal.search(SearchQuery("end")).hits.first)
    #expect(hit.excerpt.text.raw.count < 200 && hit.excerpt.before.raw.hasPrefix("…"))
  }
}

extension String {
  fileprivate var untrusted: Untrusted { Untrusted(self) }
}
