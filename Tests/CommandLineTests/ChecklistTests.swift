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
    #expect(out.contains("Before\n  1. Tell users\nAfter\n  1. Tell them again\n"))
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
    try desk.fails(1, "checklist", "declare", "read news", because: "is optional")
    try desk.fails(1, "checklist", "declare", "rollback", because: "was not missed")
  }

  @Test func whatWasTakenOutOfTheRecordIsSeen() throws {
    let desk = try desk()
    try desk.done("checklist", "done", "1.1")
    try desk.done("checklist", "done", "1.2")
    try desk.done("checklist", "done", "1.3")
    let path = desk.store + "-checklists.jsonl"
    var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
    #expect(lines.count == 4)
    lines.remove(at: 1)
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    try desk.fails(65, "checklist", "list", because: "line 2 of")
    var status = stat()
    #expect(stat(path, &status) == 0)
  }

  @Test func eightPeopleTickAtOnceAndNothingIsLost() async throws {
    let desk = try desk()
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for index in 0..<8 {
        group.addTask {
          let command = try desk.run(["checklist", "done", "2.1", "--as", "p\(index)"])
          return command.status == .exited(0) ? 0 : 1
        }
      }
      for try await status in group { #expect(status == 0) }
    }
    let text = try String(contentsOfFile: desk.store + "-checklists.jsonl", encoding: .utf8)
    #expect(text.split(separator: "\n").count == 8)
    try desk.done("checklist", "list")
  }
}
