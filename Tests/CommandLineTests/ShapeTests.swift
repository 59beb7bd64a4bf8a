import Foundation
import Testing

/// The JSON shapes of COMMANDS.md.
@Suite struct ShapeTests {
  static func isTime(_ value: Any?) -> Bool {
    (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil
  }

  static func isID(_ value: Any?) -> Bool {
    (value as? String)?.wholeMatch(of: /[0-9a-f]{64}/) != nil
  }

  /// No null, no empty text: what is not known is absent.
  static func holdsNothingEmpty(_ value: Any) -> Bool {
    switch value {
    case is NSNull: false
    case let text as String: !text.isEmpty
    case let list as [Any]: list.allSatisfy(holdsNothingEmpty)
    case let object as [String: Any]: object.values.allSatisfy(holdsNothingEmpty)
    default: true
    }
  }

  @Test func aChangeSaysWhichIncidentWhereItStandsAndWhatWasWritten() throws {
    let desk = try Desk()
    let declared = try desk.object("declare", "Odd", "--severity", "P1", "--service", "checkout")
    #expect(Set(declared.keys) == ["number", "id", "phase", "events"])
    #expect(declared["number"] as? Int == 1)
    #expect(declared["phase"] as? String == "detection")
    #expect(Self.isID(declared["id"]))
    #expect(declared["events"] as? [String] == (declared["id"] as? String).map { [$0] })

    try desk.done("ack", "1")
    let moved = try desk.object("phase", "1", "triage")
    #expect(moved["id"] as? String == declared["id"] as? String)
    #expect(moved["phase"] as? String == "triage")
    let events = try #require(moved["events"] as? [String])
    #expect(events.count == 1 && events.allSatisfy(Self.isID))

    try desk.done("severity", "1", "1")
    try desk.done("impact", "1", "many")
    try desk.done("role", "1", "ic", "alice")
    try desk.done("phase", "1", "mitigation")
    let two = try desk.object("phase", "1", "resolution", "--because", "rolled back at last")
    #expect((two["events"] as? [String])?.count == 2)
    #expect(two["phase"] as? String == "resolution")
  }

  @Test func showHoldsEveryMemberOfTheContract() throws {
    let desk = try Desk()
    let bare = try desk.object("declare", "Odd")
    let first = try desk.object("show", "1")
    #expect(
      Set(first.keys) == [
        "number", "id", "phase", "events", "title", "severity", "declared", "milestones", "roles",
        "timers", "moves", "runs", "heads", "drill", "policy",
      ])
    #expect(Self.holdsNothingEmpty(first))
    #expect(first["heads"] as? [String] == bare["events"] as? [String])
    #expect(first["drill"] as? Bool == false)
    #expect(first["severity"] as? Int == 2)
    #expect(Self.isTime(first["declared"]))
    #expect((first["milestones"] as? [String: String])?.keys.sorted() == ["declared"])

    let timers = try #require(first["timers"] as? [[String: Any]])
    #expect(!timers.isEmpty)
    for timer in timers {
      #expect(
        timer["kind"] is String && timer["remainingSeconds"] is Int && Self.isTime(timer["due"]))
      #expect(!((timer["because"] as? String) ?? "").isEmpty)
      #expect(
        ["running", "warning", "breached", "met", "stopped"].contains(timer["state"] as? String))
    }
    let acknowledge = try #require(timers.first { $0["kind"] as? String == "acknowledge" })
    #expect(acknowledge["state"] as? String == "running")
    #expect((890...900).contains(acknowledge["remainingSeconds"] as? Int ?? 0))
    #expect(timers.first { $0["kind"] as? String == "escalate" }?["level"] as? Int == 2)

    let moves = try #require(first["moves"] as? [[String: Any]])
    let triage = try #require(moves.first { $0["to"] as? String == "triage" })
    #expect(triage["legal"] as? Bool == false)
    #expect((triage["because"] as? String)?.contains("mayday ack 1") == true)

    try desk.done("ack", "1")
    let second = try desk.object("show", "INC-1")
    let met = try #require(
      (second["timers"] as? [[String: Any]])?.first { $0["kind"] as? String == "acknowledge" })
    #expect(met["state"] as? String == "met")
    #expect(Self.isTime(met["met"]))
    #expect(met["remainingSeconds"] as? Int != nil)
    #expect(Self.holdsNothingEmpty(second))
    let prefix = String(try #require(bare["id"] as? String).prefix(7))
    #expect(try desk.object("show", prefix)["number"] as? Int == 1)
  }

  @Test func listIsALineEach() throws {
    let desk = try Desk()
    try desk.done("declare", "Small", "--severity", "4")
    try desk.done("declare", "Big", "--severity", "1")
    try desk.done("role", "2", "ic", "alice")
    let list = try desk.objects("list")
    #expect(list.compactMap { $0["number"] as? Int } == [2, 1])
    let big = try #require(list.first)
    #expect(
      Set(big.keys) == [
        "number", "id", "title", "severity", "phase", "commander", "declared", "next",
      ])
    #expect(big["commander"] as? String == "alice")
    let next = try #require(big["next"] as? [String: Any])
    #expect(next["kind"] is String && Self.isTime(next["due"]))
    #expect(list[1]["commander"] == nil)
    #expect(try desk.objects("list", "--severity", "4").compactMap { $0["number"] as? Int } == [1])
    #expect(try desk.objects("list", "--since", "-1h").count == 2)
    #expect(try desk.objects("list", "--closed").isEmpty)
    #expect(try desk.objects("list", "--all", "--since", "2999-01-01").isEmpty)
  }

  @Test func listShowsEveryPageOfALongBoard() throws {
    let desk = try Desk()
    for number in 1...205 { try desk.done("declare", "Incident \(number)", "--severity", "4") }
    #expect(Set(try desk.objects("list").compactMap { $0["number"] as? Int }) == Set(1...205))
    #expect(Set(try desk.objects("timers").compactMap { $0["number"] as? Int }).count == 205)
  }

  @Test func anExportedEventHasTheMembersOfTheContract() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--as", "alice")
    try desk.done("note", "1", "a note", "--at", "2025-01-01")
    let timeline = try desk.object("timeline", "1")
    let events = try #require(timeline["events"] as? [[String: Any]])
    #expect(events.count == 2)
    #expect(timeline["heads"] as? [String] == (events[1]["id"] as? String).map { [$0] })
    for event in events {
      #expect(Self.isID(event["id"]) && event["v"] as? Int == 1 && event["body"] is [String: Any])
      #expect(event["kind"] is String && event["author"] is String && event["host"] is String)
      #expect(Self.isTime(event["occurred"]) && Self.isTime(event["recorded"]))
      #expect(event["parents"] is [String])
    }
    #expect(events[0]["incident"] == nil)
    #expect(events[1]["incident"] as? String == events[0]["id"] as? String)
    #expect(events[0]["author"] as? String == "alice")
    #expect(events[0]["account"] is String)
  }

  @Test func verifySaysWhatItFound() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let sound = try desk.object("verify", "1")
    #expect(Set(sound.keys) == ["ok", "events", "heads"])
    #expect(sound["ok"] as? Bool == true && sound["events"] as? Int == 1)
    try desk.done("timeline", "1", "--format", "json", "--output", "t.json")
    #expect(try desk.object("verify", "t.json")["ok"] as? Bool == true)
    let text = try String(contentsOfFile: desk.path("t.json"), encoding: .utf8)
    try text.replacing("Odd", with: "Even").write(
      toFile: desk.path("t.json"), atomically: false, encoding: .utf8)
    let command = try desk.run("verify", "t.json", "--json")
    #expect(command.status == .exited(65))
    let wrong = try Desk.object(command.out)
    #expect(wrong["ok"] as? Bool == false)
    #expect(wrong["event"] as? String == sound["heads"].flatMap { ($0 as? [String])?.first })
    #expect(wrong["problem"] is String)
  }

  @Test func aRunAndItsStepsAreShown() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "postgres-ha-recovery")
    try desk.done("run", "step", "1", "1", "start")
    try desk.done("run", "step", "1", "1", "done", "--note", "node-2 leads")
    let runs = try #require(try desk.object("show", "1")["runs"] as? [[String: Any]])
    let run = try #require(runs.first)
    #expect(run["runbook"] as? String == "04-data/postgres-ha-recovery.md")
    #expect(run["title"] as? String == "PostgreSQL HA & Patroni Recovery")
    let steps = try #require(run["steps"] as? [[String: Any]])
    #expect(steps[0]["number"] as? String == "1" && steps[0]["state"] as? String == "done")
    #expect(steps[0]["by"] is String && steps[0]["elapsedSeconds"] is Int)
    #expect(steps[1]["state"] as? String == "todo" && steps[1]["by"] == nil)
    #expect(steps.allSatisfy { $0["title"] is String })
    #expect(steps[0]["estimateSeconds"] as? Int == 120)
  }

  @Test func theCatalogueIsListedSearchedAndPlanned() throws {
    let desk = try Desk()
    let list = try desk.objects("runbook", "list")
    #expect(list.contains { $0["path"] as? String == "core/incident-response-runbook.md" })
    #expect(list.allSatisfy { $0["title"] is String && $0["steps"] is Int })
    let found = try desk.objects("runbook", "search", "leader", "patroni")
    #expect(found.first?["path"] as? String == "04-data/postgres-ha-recovery.md")
    let plan = try desk.object("runbook", "show", "postgres-ha-recovery", "--plan")
    for member in ["title", "path", "fields", "digest", "sections", "steps", "findings"] {
      #expect(plan[member] != nil, "\(member)")
    }
    let text = try desk.object("runbook", "show", "postgres-ha-recovery")["text"] as? String
    let file = fixture("../../../runbooks/04-data/postgres-ha-recovery.md")
    #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    try desk.fails(66, "runbook", "show", "postgres-ha-recovry", because: "near it are")
    try desk.fails(66, "--runbooks", desk.path("none"), "runbook", "list")
  }

  @Test func actionsContactsAndStoreAreObjectsToo() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let added = try desk.object("action", "add", "1", "Do", "--owner", "bob", "--due", "2030-01-02")
    let id = try #require((added["events"] as? [String])?.first)
    let items = try desk.objects("action", "list", "1")
    #expect(items.first?["event"] as? String == id)
    #expect(items.first?["due"] as? String == "2030-01-02T00:00:00.000Z")
    #expect(items.first?["state"] as? String == "open")
    try desk.done("action", "done", "1", id)
    #expect(try desk.objects("action", "list", "1").first?["state"] as? String == "done")
    try desk.fails(1, "action", "drop", "1", id, "--because", "never mind that one")
    #expect(try desk.objects("contacts").count == 4)
    #expect((try desk.object("card")["emergencies"] as? [Any])?.count == 4)
    let info = try desk.object("store", "info")
    #expect(info["incidents"] as? Int == 1 && info["writable"] as? Bool == true)
    #expect(try desk.object("paths")["runbooks"] as? [String] != nil)
  }
}
