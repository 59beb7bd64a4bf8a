import Foundation
import Glibc
import IncidentDomain
import TerminalHarness
import Testing

/// `windows` and `checklist` as a person uses them.
@Suite struct ChecklistTests {
  private static let policy = """
    zone: UTC
    notice: 48 h
    windows:
      - {name: Always, when: "every 1 h", duration: 1 h}
      - {name: Rare, when: "first Sun 02:00", zone: Europe/Berlin, duration: 2 h}
    maintenance:
      - {phase: before, steps: [Tell users]}
      - {phase: after, steps: [Tell them again]}
    backups: [{name: All, when: "daily 02:00"}]
    checklists:
      - name: Daily
        repeats: daily
        items:
          - {item: Look at alerts}
          - {item: Check backups, notes: agreed}
          - {item: Read news, required: no}
      - name: Kickoff
        items: [{item: Rollback, question: Is there one?}]
      - name: Machines
        repeats: daily
        automated: yes
        items: [{item: Scan}]
    """

  private func desk() throws -> Desk {
    let desk = try Desk()
    let folder = desk.folder.appending(path: ".config/mayday")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(Self.policy.utf8).write(to: folder.appending(path: "policy.yaml"))
    return desk
  }

  @Test func windowsSayWhatIsOpenWhatIsNextAndWhetherNoticeIsDue() throws {
    let desk = try desk()
    let out = try desk.done("windows")
    #expect(out.contains("Always\n  OPEN until "))
    #expect(out.contains("NOTICE DUE since"))
    #expect(out.contains("LATE  before: Tell users, by "))
    #expect(out.contains("DUE   after: Tell them again, by "))
    #expect(out.contains("All: next "))
    let objects = try desk.objects("windows")
    let always = objects[0]
    #expect(always["open"] != nil && always["noticeDue"] as? Bool == true)
    let rare = try #require(objects[1]["next"] as? [String: Any])
    let from = try #require(rare["from"] as? String)
    // A Sunday, at two o'clock in Berlin.
    #expect(from.hasSuffix("T01:00:00.000Z") || from.hasSuffix("T00:00:00.000Z"))
    #expect(try desk.done("declare", "x").contains("inside a maintenance window: Always (until"))
    let window = try #require(try desk.object("show", "1")["window"] as? String)
    #expect(window.hasPrefix("Always (until "))
  }

  @Test func anItemIsDueThenDoneWithWhoAndNote() throws {
    let desk = try desk()
    #expect(try desk.done("checklist").contains("Daily (daily): 0 of 3 done\n  1.1 DUE   Look"))
    try desk.done("checklist", "done", "look at", "--note", "quiet", "--as", "bob")
    let out = try desk.done("checklist", "list")
    #expect(out.contains("Daily (daily): 1 of 3 done\n  1.1 done  Look at alerts, bob "))
    #expect(out.contains(": quiet\n"))
    #expect(out.contains("  1.3 DUE   Read news (optional), by "))
    #expect(out.contains("  2.1 open  Rollback\n      Is there one?\n"))
    #expect(out.contains("Machines (daily, by machines)\n  3.1 auto  Scan\n"))
    let objects = try desk.objects("checklist", "list")
    #expect(objects[0]["state"] as? String == "done" && objects[0]["by"] as? String == "bob")
    #expect(objects[1]["state"] as? String == "due" && objects[1]["notes"] as? String == "agreed")
    try desk.fails(1, "checklist", "done", "1.1", because: "is done: bob")
    try desk.fails(66, "checklist", "done", "nothing", because: "no checklist holds nothing")
    try desk.fails(64, "checklist", "done", "c", because: "items are meant by c")
    try desk.fails(1, "checklist", "done", "scan", because: "machines do Scan")
    try desk.fails(77, "checklist", "done", "1.2", "--observer")
    try desk.done("checklist", "done", "2.1")
    #expect(try desk.objects("checklist", "list").count { $0["state"] as? String == "done" } == 2)
  }

  /// An entry of three days ago: the list has been kept since, and yesterday nobody ticked.
  @Test func aMissedRequiredItemCanBeMadeAnIncident() throws {
    let desk = try desk()
    let then = Date(timeIntervalSinceNow: -3 * 86_400).timeIntervalSince1970
    let time = Instant(milliseconds: Int64(then * 1000)).iso8601
    try Data(
      "{\"account\":\"a\",\"at\":\"\(time)\",\"author\":\"a\",\"checklist\":\"Daily\",\"host\":\"h\",\"item\":\"Look at alerts\",\"v\":1}\n"
        .utf8
    ).write(to: URL(filePath: desk.store + "-checklists.jsonl"))
    let out = try desk.done("checklist")
    #expect(out.contains("      MISSED from "))
    #expect(out.contains("      not done from "))
    let declared = try desk.done("checklist", "declare", "check backups")
    #expect(declared.hasPrefix("INC-1 declared SEV-3: Missed: Check backups\n"))
    let impact = try #require(try desk.object("show", "1")["impact"] as? String)
    #expect(impact.hasPrefix("Daily: Check backups was not done from "))
    // It has its incident now: nobody declares another one.
    try desk.fails(
      1, "checklist", "declare", "check backups", "--as", "bob",
      because: "declared INC-1 for it at")
    #expect(try desk.objects("list").count == 1)
    #expect(try desk.done("checklist").contains(": INC-1\n"))
    let missed = try desk.objects("checklist").compactMap { $0["declared"] as? [String: Any] }
    #expect(missed.map { $0["number"] as? Int } == [1])
    try desk.done("verify")
    try desk.fails(1, "checklist", "declare", "read news", because: "is optional")
    try desk.fails(1, "checklist", "declare", "rollback", because: "was not missed")
  }

  /// The file from before the record held it: brought in once, by its own authors, and kept.
  @Test func anOlderFileIsBroughtIntoTheRecord() throws {
    let desk = try desk()
    let path = desk.store + "-checklists.jsonl"
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).iso8601
    let first =
      "{\"account\":\"a\",\"at\":\"\(now)\",\"author\":\"ann\",\"checklist\":\"Kickoff\",\"host\":\"h\",\"item\":\"Rollback\",\"note\":\"yes\",\"v\":1}"
    let other =
      "{\"account\":\"a\",\"at\":\"\(now)\",\"author\":\"bob\",\"checklist\":\"Daily\",\"host\":\"h\",\"item\":\"Look at alerts\",\"previous\":\"00\",\"v\":1}"
    try Data((first + "\n" + other + "\n").utf8).write(to: URL(filePath: path))
    try desk.done("declare", "x")
    try desk.fails(65, "checklist", "list", because: "line 2 of")
    try Data((first + "\n").utf8).write(to: URL(filePath: path))
    for _ in 0..<2 {
      #expect(try desk.done("checklist").contains("  2.1 done  Rollback, ann "))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(FileManager.default.fileExists(atPath: path + ".in-the-record"))
    #expect(try desk.done("verify").contains("3 events"))
  }

  @Test func whatIsDoneIsVerifiedSyncedAndTakenBack() throws {
    let desk = try desk()
    try desk.done("checklist", "done", "4.1", "--note", "by mail")
    try desk.done("checklist", "done", "2.1", "--at", "-5m")
    #expect(try desk.done("verify").contains("4 events"))
    try desk.done("checklist", "undo", "2.1", "--because", "the plan is of last year")
    #expect(try desk.done("checklist").contains("  2.1 open  Rollback"))
    #expect(try desk.done("windows").contains("done  before: Tell users, "))
    try desk.fails(1, "checklist", "undo", "2.1", because: "nothing to take back")
    let other = desk.folder.appending(path: "other.sqlite").path
    try desk.done("store", "backup", other)
    let copied = try desk.done("--store", other, "checklist")
    #expect(copied.contains("done  before: Tell users, "))
    #expect(try desk.objects("list", "--all").isEmpty)
  }

  @Test func ofEightPeopleWhoTickAtOnceOneIsFirst() async throws {
    let desk = try desk()
    let winners = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<8 {
        group.addTask {
          let command = try desk.run(["checklist", "done", "2.1", "--as", "p\(index)"])
          return command.status == .exited(0) ? 1 : 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(winners == 1)
    #expect(try desk.objects("checklist", "list").count { $0["state"] as? String == "done" } == 1)
  }
}
