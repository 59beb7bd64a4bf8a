import Testing

/// The life of an incident, by the real program.
@Suite struct CourseTests {
  @Test func aSevereIncidentGoesFromDeclarationToClosed() throws {
    let desk = try Desk()
    #expect(
      try desk.done("declare", "Checkout returns 503", "--severity", "1").hasPrefix("INC-1 "))
    try desk.fails(1, "phase", "1", "triage", because: "nobody has acknowledged it")
    try desk.done("ack", "1")
    try desk.done("phase", "1", "triage")
    try desk.fails(1, "phase", "1", "mitigation", because: "the severity is not confirmed")
    try desk.done("severity", "INC-1", "1")
    try desk.done("impact", "1", "30 % of payments fail")
    try desk.done("role", "1", "ic", "alice")
    try desk.done("phase", "1", "mitigation")
    try desk.fails(1, "phase", "1", "resolution", because: "mitigation not recorded")
    try desk.done("phase", "1", "resolution", "--because", "replica promoted, errors fall")
    try desk.fails(1, "phase", "1", "post-mortem", because: "recovery is not verified")
    try desk.done("phase", "1", "postmortem", "--because", "ten minutes without an error")

    try desk.fails(1, "phase", "1", "documentation", because: "the post-mortem is not published")
    try desk.fails(1, "postmortem", "waive", "1", "--because", "not worth the time")
    try desk.done("postmortem", "draft", "1")
    try desk.done("postmortem", "publish", "1")
    try desk.fails(1, "phase", "1", "documentation", because: "no action item")
    try desk.done("action", "add", "1", "Add a witness", "--owner", "bob", "--due", "30d")
    try desk.done("phase", "1", "documentation")

    try desk.fails(1, "phase", "1", "closed", because: "feedback")
    try desk.done("feedback", "1", "used")
    try desk.done("phase", "1", "closed")
    #expect(try desk.object("show", "1")["phase"] as? String == "closed")
    try desk.fails(1, "impact", "1", "too late", because: "INC-1 is closed")
    try desk.done("verify")
  }

  @Test func anOverrideIsMadeWithAReasonThatTheTimelineShows() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--severity", "3")
    try desk.fails(1, "phase", "1", "triage", "--override", because: "needs a reason")
    try desk.done("phase", "1", "triage", "--override", "--because", "the pager is down too")
    #expect(try desk.done("timeline", "1").contains("overridden: acknowledged"))
  }

  @Test func aRoleChangesHandsOnlyWhenTheReceiverAccepts() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.done("--as", "alice", "role", "1", "commander", "alice")
    try desk.done("--as", "alice", "handoff", "1", "ic", "bob")
    #expect(try desk.object("show", "1")["roles"] as? [String: String] == ["commander": "alice"])
    try desk.fails(1, "--as", "carol", "accept", "1", "ic", because: "offered to bob")
    try desk.done("--as", "bob", "decline", "1", "ic")
    try desk.done("--as", "alice", "handoff", "1", "ic", "bob", "--brief", "all quiet")
    try desk.done("accept", "1", "ic", "--as", "bob")
    #expect(try desk.object("show", "1")["roles"] as? [String: String] == ["commander": "bob"])
    try desk.done("role", "1", "ic", "--vacate", "--as", "bob")
    try desk.fails(1, "role", "1", "ic", "--vacate", because: "nobody is Incident Commander")
    try desk.fails(64, "role", "1", "ic")
    for name in ["carol", "dave"] { try desk.done("role", "1", "sme", name) }
    try desk.fails(1, "role", "1", "sme", "--vacate", because: "several people")
    try desk.done("role", "1", "sme", "carol", "--vacate", "--as", "carol")
    #expect(try desk.object("show", "1")["roles"] as? [String: String] == ["expert": "dave"])
  }

  @Test func whatWasWrittenCanBeCorrectedPinnedAndPromisesKept() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let note = try desk.object("note", "1", "leader is node-1")
    let id = try #require((note["events"] as? [String])?.first)
    try desk.done("correct", "1", String(id.prefix(7)), "leader is node-2")
    try desk.done("correct", "1", id, "--at", "-10m")
    try desk.done("pin", "1", id)
    try desk.fails(1, "pin", "1", id, because: "pinned already")
    try desk.done("pin", "1", id, "--off")
    let promise = try desk.object("promise", "1", "back soon", "--in", "10m")
    let promised = try #require((promise["events"] as? [String])?.first)
    #expect(try desk.done("timers", "1").contains("back soon"))
    try desk.done("promise", "1", "--kept", String(promised.prefix(9)))
    #expect(!(try desk.done("timers", "1").contains("back soon")))
    try desk.fails(66, "pin", "1", "0000000", because: "no event 0000000")
    try desk.fails(64, "pin", "1", "abc", because: "too short")
    #expect(try desk.done("timeline", "1").contains("leader is node-2"))
  }

  @Test func mergedIncidentsPointToEachOtherAndComeApartAgain() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout slow")
    try desk.done("declare", "Payments slow")
    let merged = try desk.object("merge", "2", "1")
    #expect((merged["events"] as? [String])?.count == 2)
    try desk.fails(1, "ack", "2", because: "merged into INC-1")
    #expect(try desk.done("list", "--closed").contains("merged into INC-1"))
    try desk.done("unmerge", "2")
    try desk.done("ack", "2")
    try desk.done("cancel", "2", "--reason", "false-positive")
    #expect(try desk.object("show", "2")["cancelled"] as? String == "false-positive")
    try desk.done("reopen", "2", "--because", "it was one after all")
    #expect(try desk.object("show", "2")["cancelled"] == nil)
  }

  @Test func updatesAreGivenOrSkippedWithAReasonAndEscalationsClimb() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--severity", "1")
    try desk.done("update", "1", "We are on it.", "--audience", "public")
    try desk.done("update", "1", "--skip", "--because", "nothing has changed yet")
    try desk.fails(1, "update", "1", "--skip", "--because", "short")
    try desk.fails(64, "update", "1")
    try desk.fails(64, "update", "1", "text", "--because", "nothing has changed yet")
    #expect(try desk.done("escalate", "1").contains("escalated to L1"))
    #expect(try desk.done("escalate", "1", "--because", "no answer").contains("escalated to L2"))
    #expect(try desk.done("escalate", "1", "--level", "4").contains("escalated to L4"))
    try desk.fails(65, "escalate", "1", "--level", "9", because: "levels are 1 to 4")
  }

  @Test func aDrillIsMarkedAndStandsApart() throws {
    let desk = try Desk()
    try desk.done("declare", "Game day", "--drill")
    #expect(try desk.done("list").contains("1 with --drills"))
    #expect(try desk.done("list", "--drills").contains("DRILL Game day"))
    #expect(try desk.done("show", "1").contains("DRILL"))
    #expect(try desk.object("show", "1")["drill"] as? Bool == true)
  }

  @Test func milestonesAreRecordedWithTheirOwnTimesAndKeepTheirOrder() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--at", "2025-01-02T10:00Z", "--detected", "2025-01-02T09:58Z")
    try desk.done("milestone", "1", "started", "--at", "2025-01-02T09:50:30Z")
    try desk.done("ack", "1", "--at", "2025-01-02T10:03Z")
    try desk.done("milestone", "1", "mitigated", "rolled back", "--at", "2025-01-02T10:20Z")
    try desk.fails(
      65, "milestone", "1", "recovered", "checked", "--at", "2025-01-02T10:10Z",
      because: "recovered at 2025-01-02T10:10Z would be before mitigated at 2025-01-02T10:20Z")
    try desk.done("milestone", "1", "recovered", "checked", "--at", "2025-01-02T11:00Z")
    #expect(
      try desk.object("show", "1")["milestones"] as? [String: String] == [
        "started": "2025-01-02T09:50:30.000Z", "detected": "2025-01-02T09:58:00.000Z",
        "declared": "2025-01-02T10:00:00.000Z", "acknowledged": "2025-01-02T10:03:00.000Z",
        "mitigated": "2025-01-02T10:20:00.000Z", "recovered": "2025-01-02T11:00:00.000Z",
      ])
  }
}
