import IncidentDomain
import Testing
import TextGate

/// Notes, corrections, pins, updates and taking back.
@Suite struct WordTests {
  @Test func aCorrectionKeepsTheOriginal() throws {
    var story = try Story()
    let noted = try story.tell(.note("failed over to db-3"), after: 60)
    let corrected = try story.tell(.correct(noted[0].id, text: "failed over to db-4"), after: 60)
    #expect(story.incident.corrections[noted[0].id] == [corrected[0].id])
    #expect(story.incident.events.contains(noted[0]))
    // Words alone are corrected: the time it happened stays.
    #expect(corrected[0].occurred == noted[0].occurred)
    #expect(corrected[0].recorded == story.now)
  }

  @Test func aCorrectionOfACorrectionIsAboutTheSameFact() throws {
    var story = try Story()
    let noted = try story.tell(.note("a"), after: 60)
    let first = try story.tell(.correct(noted[0].id, text: nil), at: ToldTime(.noon + 30, .minute))
    let second = try story.tell(.correct(first[0].id, text: "b"), after: 5)
    #expect(story.incident.corrections[noted[0].id] == [first[0].id, second[0].id])
    #expect(second[0].occurred == ToldTime(.noon + 30, .minute))
  }

  @Test func aCorrectionOfNothingIsRefused() throws {
    var story = try Story()
    let nothing = refusal { () throws(Refusal) in
      try story.tell(.correct(story.incident.id, text: nil))
    }
    #expect(nothing?.reason == "the correction changes nothing")
    let unknown = refusal { () throws(Refusal) in
      try story.tell(.correct(fingerprint([9]), text: "x"))
    }
    #expect(unknown?.kind == .notFound)
    let blank = refusal { () throws(Refusal) in
      try story.tell(.correct(story.incident.id, text: " "))
    }
    #expect(blank?.kind == .badValue)
  }

  @Test func correctingAMilestonesTimeMovesIt() throws {
    var story = try Story(.sample(started: ToldTime(.noon - 600)))
    let acknowledged = try story.tell(.acknowledge, after: 900)
    #expect(story.timer(.acknowledge)?.state == .breached)
    let told = ToldTime(.noon + 240)
    try story.tell(.correct(acknowledged[0].id, text: nil), at: told, after: 60)
    #expect(story.incident.milestones[.acknowledged] == told)
    #expect(story.timer(.acknowledge)?.state == .met)
    let impossible = refusal { () throws(Refusal) in
      try story.tell(.correct(acknowledged[0].id, text: nil), at: ToldTime(.noon - 60))
    }
    #expect(
      impossible?.reason
        == "acknowledged at 2025-11-18T11:59:00Z would be before declared at 2025-11-18T12:00:00Z")
    try story.tell(.correct(story.incident.id, text: nil), at: ToldTime(.noon - 300))
    #expect(story.incident.declared == ToldTime(.noon - 300))
    #expect(story.timer(.resolve)?.due == .noon + 1500)
  }

  @Test func correctingTheImpactChangesWhatIsKnown() throws {
    var story = try Story()
    let first = try story.tell(.stateImpact("all regions"))
    try story.tell(.correct(first[0].id, text: "eu only"))
    #expect(story.incident.impact == "eu only")
    try story.tell(.stateImpact("eu and us"))
    try story.tell(.correct(first[0].id, text: "one region"))
    #expect(story.incident.impact == "eu and us")
  }

  @Test func pinsAreSetAndTakenOff() throws {
    var story = try Story()
    let noted = try story.tell(.note("this was the turn"))
    try story.tell(.pin(noted[0].id, true))
    #expect(story.incident.pins == [noted[0].id])
    let twice = refusal { () throws(Refusal) in try story.tell(.pin(noted[0].id, true)) }
    #expect(twice?.reason == "that event is pinned already")
    try story.tell(.pin(noted[0].id, false))
    #expect(story.incident.pins.isEmpty)
    let off = refusal { () throws(Refusal) in try story.tell(.pin(noted[0].id, false)) }
    #expect(off?.reason == "that event is not pinned")
  }

  @Test func updatesAndSkips() throws {
    var story = try Story()
    try story.tell(.publishUpdate("we are looking into it", .public))
    let short = refusal { () throws(Refusal) in try story.tell(.skipUpdate(because: "no news")) }
    #expect(short?.reason == "skipping a status update needs a reason of at least 10 characters")
    try story.tell(.skipUpdate(because: "nothing has changed since"))
    #expect(story.incident.updates.map(\.audience) == [.public, nil])
  }

  @Test(arguments: ["", "   ", "\n\t", "a\u{0}b"] as [Untrusted])
  func textThatSaysNothingOrCannotBeKeptIsRefused(text: Untrusted) throws {
    var story = try Story()
    for command in [
      Command.note(text), .stateImpact(text), .publishUpdate(text, .public),
      .promise(text, due: .noon + 60), .addAction(text, owner: "bob", due: .noon + 60),
    ] {
      let refused = refusal { () throws(Refusal) in try story.tell(command) }
      #expect(refused?.kind == .badValue, "\(command)")
    }
  }

  @Test func aTextOfMoreThanAQuarterMegabyteIsRefused() throws {
    var story = try Story()
    try story.tell(.note(Untrusted(String(repeating: "é", count: 131_072))))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.note(Untrusted(String(repeating: "é", count: 131_073))))
    }
    #expect(refused?.reason == "the text is 262146 bytes long; 262144 are the most")
    // A post-mortem holds the timeline, and may be longer.
    let document = Untrusted(String(repeating: "x", count: 4_194_304))
    try story.tell(.savePostmortem(document))
    let longer = refusal { () throws(Refusal) in
      try story.tell(.savePostmortem(Untrusted(document.raw + "x")))
    }
    #expect(longer?.kind == .badValue)
  }

  @Test func whatWasJustWrittenIsTakenBackByItsAuthor() throws {
    var story = try Story()
    let written = try story.tell(.acknowledge)
    let other = refusal { () throws(Refusal) in
      try story.tell(.reverse([written[0].id]), by: .bob)
    }
    #expect(other?.reason == "ana wrote that, not bob")
    try story.tell(.reverse([written[0].id]), after: 10)
    #expect(story.incident.acknowledgement == nil)
    #expect(story.incident.milestones[.acknowledged] == nil)
    #expect(story.incident.events.count == 3)
    let again = refusal { () throws(Refusal) in try story.tell(.reverse([written[0].id])) }
    #expect(again?.reason == "that was taken back already")
  }

  @Test func afterTenSecondsOrOnceBuiltOnItStays() throws {
    var story = try Story()
    let late = try story.tell(.stateImpact("x"))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.reverse([late[0].id]), after: 11)
    }
    #expect(refused?.reason == "an entry can be taken back for 10 seconds")
    let built = try story.tell(.acknowledge)
    try story.tell(.note("a note does not build on it"))
    try story.tell(.move(to: .triage, because: nil, overriding: false), by: .bob)
    let stays = refusal { () throws(Refusal) in try story.tell(.reverse([built[0].id])) }
    #expect(stays?.reason == "something was recorded after it")
  }

  @Test func aMoveIsTakenBackWithTheMilestoneItMade() throws {
    var story = try Story()
    try story.reach(.mitigation)
    let move = try story.tell(
      .move(to: .resolution, because: "promoted the replica", overriding: false))
    #expect(move.count == 2)
    try story.tell(.reverse(move.map(\.id)))
    #expect(story.incident.phase == .mitigation)
    #expect(story.incident.milestones[.mitigated] == nil)
  }

  @Test func factsOfTheWorldAreNotTakenBack() throws {
    var story = try Story()
    let ran = try story.tell(.record(Sample.command(.exited(0), run: nil)))
    for id in [story.incident.id, ran[0].id] {
      let refused = refusal { () throws(Refusal) in try story.tell(.reverse([id])) }
      #expect(refused?.reason.text.contains("cannot be taken back") == true)
    }
    let nothing = refusal { () throws(Refusal) in try story.tell(.reverse([])) }
    #expect(nothing != nil)
  }
}
