import IncidentDomain
import Journal
import Testing
import TextGate

@testable import Reports

@Suite struct PostmortemTests {
  private static func draft(_ name: Int) throws -> String {
    let told = try RealIncidents.tell(RealIncidents.names[name])
    return Postmortem.draft(told.incident, now: told.now).text
  }

  @Test func measuresFollowTheFormulas() throws {
    let github = try RealIncidents.tell(RealIncidents.names[0]).incident
    #expect(
      Measure.all(github).map(\.value) == [
        .seconds(120), .seconds(120), .seconds(17 * 3600 + 900), .seconds(24 * 3600 + 660),
        .seconds(23 * 3600 + 54 * 60),
      ])
    #expect(
      Measure.all(github).map(\.formula) == [
        "detected - started", "acknowledged - declared", "mitigated - declared",
        "recovered - started", "resolved - declared",
      ])
  }

  @Test func whatNobodyRecordedIsMarkedWithWhoCouldTell() throws {
    let dfds = try RealIncidents.tell(RealIncidents.names[1]).incident
    #expect(Measure.all(dfds).map(\.value).prefix(2) == [.unknown([.detected]), .seconds(12_050)])
    // A day is no time: nothing is computed of it.
    #expect(Measure.all(dfds)[3].value == .knownToTheDay)
    #expect(
      try Self.draft(1).contains(
        "unknown: when it was detected (whoever or whatever raised the first alarm could tell)"))
  }

  @Test func theDraftStatesFactsAndAsksForTheRest() throws {
    let text = try Self.draft(2)
    for part in [
      "skipped step 3: Watch the error rate", "FAILED step 2: Undo the rollout",
      "Into mitigation, gates were overridden (commander): the one on call is working on it alone",
      "No Incident Commander for 1 h 41 min", "a run was abandoned: the cause lies elsewhere",
      "| 2 | Undo the rollout | failed | 5 min | 1 min 23 s |",
      "Target mitigate missed by 43 min",
      "A status update was due at 2025-10-21T22:17:00Z; it came 19 min 50 s later",
      "Cause named: too much parallelism fills the cache. *To be written: what made this possible",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(!text.contains("deadline exceeded"), "output stays in the timeline")
    let github = try Self.draft(0)
    #expect(github.contains("invoke the disaster recovery plan"))
    #expect(github.contains("A promise that was due at 2018-10-22T08:51:20Z is not marked as kept"))
    let dfds = try Self.draft(1)
    #expect(
      dfds.contains("The acknowledgement expired at 2021-12-10T20:01:30Z and was given again after")
    )
  }

  /// Blameless: the sections that judge name nobody.
  @Test(arguments: 0..<5) func whatDidNotGoAsPlannedNamesNobody(index: Int) throws {
    let text = try Self.draft(index)
    let start = try #require(text.range(of: "## What went well"))
    let end = try #require(text.range(of: "## Contributing factors"))
    let judged = text[start.upperBound..<end.lowerBound]
    for name in ["rosa", "timo", "ines"] { #expect(!judged.contains(name), "\(name)") }
  }

  @Test func aDraftIsItselfAcceptedAndCounted() throws {
    var told = try RealIncidents.tell(RealIncidents.names[4])
    let draft = Untrusted(Postmortem.draft(told.incident, now: told.now).text)
    try told.tell(.savePostmortem(draft), by: .rosa)
    let open = Postmortem.openPassages(in: draft)
    #expect(open.prompts == 10)
    #expect(open.unknown == 0)
    let items = PostmortemChecklist(told.incident).items
    #expect(items.contains { $0.what == "every question of the draft answered" && !$0.isDone })
    #expect(Postmortem.openPassages(in: "all written\nnothing left") == (0, 0))
  }

  @Test func theChecklistSaysWhatTheGatesSay() throws {
    for name in RealIncidents.names {
      let closed = PostmortemChecklist(try RealIncidents.tell(name).incident)
      let isReviewed = name != RealIncidents.names[4]
      #expect(closed.isReadyToClose == isReviewed)
      #expect(closed.items.allSatisfy { $0.isDone == $0.remedy.isEmpty })
    }
    let open = PostmortemChecklist(try RealIncidents.tell(RealIncidents.names[4]).incident).open
    #expect(
      open.prefix(3).map(\.what) == [
        "post-mortem published", "an action item, with owner and due date",
        "runbook feedback answered",
      ])
    #expect(open.prefix(3).allSatisfy { $0.need == .gate })
    #expect(open.contains { $0.what == "turning points pinned" })
    #expect(open.first?.remedy == "mayday postmortem publish 1118")
  }

  @Test func theNextUpdateIsSuggestedFromTheRecord() throws {
    var told = try RealIncidents.tell(RealIncidents.names[4])
    #expect(
      UpdateSuggestion.text(told.incident, for: .public, now: told.now)
        == "Service has recovered. Impact: HTTP errors for <everyone>; see https://status.example.")
    try told.tell(.reopen(because: "the errors are back"), by: .ines)
    let inside = UpdateSuggestion.text(told.incident, for: .internal, now: told.now)
    #expect(inside.raw.hasPrefix("We are investigating. Impact: "))
    #expect(inside.raw.contains("SEV-1, phase triage. Incident Commander: ines."))
    #expect(inside.raw.hasSuffix("Next update by 2025-11-18T17:21Z."))
    let outside = UpdateSuggestion.text(told.incident, for: .public, now: told.now)
    #expect(!outside.raw.contains("ines") && !outside.raw.contains("SEV"))
  }

  @Test func aTenureEndsWhereTheNextBegins() throws {
    let incident = try RealIncidents.tell(RealIncidents.names[3]).incident
    let commanders = Postmortem.tenures(incident).filter { $0.role == .commander }
    #expect(commanders.map(\.person) == ["timo", "ines", "rosa", "ines"])
    #expect(commanders.dropLast().map(\.to) == commanders.dropFirst().map { Optional($0.from) })
    #expect(commanders.last?.to == nil)
  }
}
