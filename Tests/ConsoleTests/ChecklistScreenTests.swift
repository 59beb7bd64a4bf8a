import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// The screen of checklists and windows. It is Sunday 2026-03-01, 14:00 UTC.
@Suite struct ChecklistScreenTests {
  private static func item(
    _ name: Untrusted, required: Bool = true, question: Untrusted? = nil, notes: Untrusted? = nil
  ) -> Checklist.Item {
    Checklist.Item(
      name: name, question: question, isRequired: required, notes: notes, document: nil,
      recurrence: nil)
  }

  private static let policy: OperationsPolicy = {
    var policy = OperationsPolicy(incident: .builtIn, card: .builtIn)
    policy.checklists = [
      Checklist(
        name: "Daily operations", cycle: .daily, zone: "UTC", isAutomated: false,
        items: [
          item("Look at alerts"),
          item("Check backups", question: "Did every one end well?", notes: "a restore counts"),
          item("Read news", required: false),
        ]),
      Checklist(
        name: "Monthly", cycle: .monthly, zone: "UTC", isAutomated: false,
        items: [item("Failover test")]),
      Checklist(
        name: "Kickoff", cycle: .kickoff, zone: "UTC", isAutomated: false,
        items: [item("Rollback plan"), item("Cake", required: false)]),
      Checklist(
        name: "Machines", cycle: .weekly, zone: "UTC", isAutomated: true, items: [item("Scan")]),
    ]
    policy.windows = [
      MaintenanceWindow(
        name: "Database", recurrence: .weekly([6], minute: 13 * 60), zone: "UTC",
        duration: 2 * 3600, notice: 48 * 3600, frequency: nil)
    ]
    policy.maintenance = MaintenanceSteps(
      before: ["Tell users"], during: ["Do the work"], after: ["Tell them again"])
    return policy
  }()

  private static let midnight = Instant(milliseconds: 1_772_323_200_000)
  private static let today = Round(
    of: .checklist("Daily operations"), in: midnight..<(midnight + 86_400))
  private static let yesterday = Round(
    of: .checklist("Daily operations"), in: (midnight - 86_400)..<midnight)

  @Test func dueDoneMissedAndByWhomStandOnOneScreen() throws {
    var host = FakeHost(operations: Self.policy)
    host.did("bob", .tick("Look at alerts", note: "quiet night"), in: Self.yesterday, ago: 86_400)
    host.did("bob", .tick("Look at alerts", note: "quiet night"), in: Self.today, ago: 3600)
    host.press("l")
    // What was missed is what it opens on.
    try Snapshot.check(host, "checklists", sizes: Snapshot.every)
    host.press("<Enter>")
    #expect(host.screen().contains("MISSED"))
    host.press("q<Tab>")
    #expect(host.screen().contains("▌  DUE    Failover test"))
    host.press("<BackTab><BackTab>")
    #expect(host.screen().contains("▌  LATE   Tell users"), "\(host.screen())")
  }

  @Test func aTickSaysWhatItWritesAndIsTakenBack() throws {
    var host = FakeHost(operations: Self.policy)
    host.press("l<Space>no page")
    try Snapshot.check(host, "checklists-tick")
    host.press("<Enter>")
    #expect(
      host.status.contains("Daily operations, 2026-03-01: did Look at alerts: no page"),
      "\(host.status)")
    #expect(host.screen().contains("✓ done Look at alerts"))
    #expect(host.screen().contains("alice 14:00"))
    host.press("<Space>")
    #expect(host.status.contains("alice did it at 14:00; v takes it back"))
    host.press("v<Enter>")
    #expect(host.screen().contains("▌  DUE    Look at alerts"))
    host.press("v")
    #expect(host.status.contains("it is not done"))
  }

  /// Done before midnight and ticked after it: it counts for the day it was done on.
  @Test func aTickCountsForTheDayItWasDoneOn() {
    var host = FakeHost(operations: Self.policy)
    host.did("bob", .tick("Look at alerts", note: nil), in: Self.yesterday, ago: 86_400)
    host.press("l")
    #expect(host.screen().contains("▌  MISSED Check backups"))
    host.press("<Space><Tab>-20h<Enter>")
    #expect(host.status.contains("Daily operations, 2026-02-28: did Check backups"))
    #expect(host.screen().contains("▌  DUE    Check backups"))
  }

  @Test func whoIsSecondIsToldWhoWasFirst() {
    var host = FakeHost(operations: Self.policy)
    host.press("l<Space>")
    host.did("bob", .tick("Look at alerts", note: nil), in: Self.today)
    host.press("<Enter>")
    #expect(host.status.contains("bob did it"), "\(host.status)")
    host.press("<Esc>")
    #expect(host.screen().contains("bob 14:00"))
  }

  @Test func aMissedItemBecomesAnIncidentByAPrefilledForm() {
    var host = FakeHost(operations: Self.policy)
    host.did("bob", .tick("Look at alerts", note: nil), in: Self.yesterday, ago: 86_400)
    host.press("l")
    #expect(host.screen().contains("▌  MISSED Check backups"))
    host.press("d<Enter>")
    #expect(host.screen().contains("Missed: Check backups"), "\(host.screen())")
    #expect(host.screen().contains("[SEV-3]"))
    host.press("<Enter>")
    #expect(host.incident(1)?.title == "Missed: Check backups")
    #expect(
      host.incident(1)?.impact?.raw.hasPrefix(
        "Daily operations: Check backups was not done from 2026")
        == true)
    // It has its incident: the screen says which, and nobody declares another one.
    #expect(host.screen().contains("INC-1, declared for it by alice"), "\(host.screen())")
    host.press("d")
    #expect(host.status.contains("alice declared INC-1 for it at 14:00"), "\(host.status)")
    #expect(host.incident(2) == nil)
    host.press("jd")
    #expect(host.status.contains("it is optional"), "\(host.status)")
  }

  /// A window around which nothing is to be done is told all the same.
  @Test func windowsAreThereWithoutListsAndSteps() {
    var policy = OperationsPolicy(incident: .builtIn, card: .builtIn)
    policy.windows = Self.policy.windows
    var host = FakeHost(operations: policy)
    host.press("l")
    #expect(host.screen().contains("Window Database: OPEN, closes in 1h00"), "\(host.screen())")
    host.pass(6 * 86_400)
    #expect(host.screen().contains("Window Database: 03-08 13:00, in"), "\(host.screen())")
    #expect(host.screen().contains("NOTICE DUE"), "\(host.screen())")
  }

  /// Lists and windows are worked out when they turn, not with every frame: what is shown is what
  /// somebody who opens the screen at that moment would see, just before a turn and at it.
  @Test func theScreenIsNeverBehindTheTime() throws {
    var policy = Self.policy
    let early = Checklist.Item(
      name: "Early", question: nil, isRequired: true, notes: nil, document: nil,
      recurrence: .daily(minute: 15 * 60 + 30))
    policy.checklists.append(
      Checklist(name: "Timed", cycle: .daily, zone: "UTC", isAutomated: false, items: [early]))
    policy.windows.append(
      MaintenanceWindow(
        name: "Often", recurrence: .every(seconds: 5405), zone: "UTC", duration: 1234, notice: 601,
        frequency: nil))
    var host = FakeHost(operations: policy)
    host.did("bob", .tick("Look at alerts", note: nil), in: Self.today)
    host.press("lg")
    func expectFresh(_ host: FakeHost) {
      var fresh = host
      fresh.press("qlg")
      #expect(fresh.screen(120, 60) == host.screen(120, 60), "at \(host.now.iso8601)")
    }
    // The list's item, the new day, the weekly window's end; each coming of the other window with its
    // notice and its end.
    var turns = [Self.midnight + 55_800, Self.midnight + 86_400, Self.midnight + 15 * 3600]
    let first = Int(host.now.milliseconds / 1000) / 5405
    for coming in first...(first + 8) {
      let start = Instant(milliseconds: Int64(coming) * 5_405_000)
      turns += [start + -601, start, start + 1234]
    }
    for turn in turns.sorted() where turn > host.now + 1 {
      host.pass(turn.seconds(since: host.now) - 1)
      expectFresh(host)
      let shown = Console.show(host.model, Size(columns: 120, rows: 60), glyphs: .utf8)
      #expect(shown.nextEdge == turn, "nobody would wake at \(turn.iso8601)")
      host.pass(1)
      expectFresh(host)
    }
  }

  @Test func aNewDayBeginsANewRoundByItself() {
    var host = FakeHost(operations: Self.policy)
    host.did("bob", .tick("Look at alerts", note: nil), in: Self.today)
    host.press("l")
    #expect(host.screen().contains("✓ done Look at alerts"))
    host.pass(11 * 3600)
    #expect(host.screen().contains("DUE    Look at alerts"))
    #expect(host.screen().contains("MISSED Check backups"))
  }

  @Test func machinesObserversAndEmptyPoliciesAreSaid() throws {
    var host = FakeHost(operations: Self.policy)
    host.press("l<Tab><Tab><Tab><Space>")
    #expect(host.status.contains("machines do Scan"), "\(host.status)")
    var observer = FakeHost(
      permissions: Permissions(isObserver: true), operations: Self.policy)
    observer.press("l<Space>")
    #expect(observer.status.contains("only observes"))
    var empty = FakeHost()
    empty.press("l")
    try Snapshot.check(empty, "checklists-none")
    empty.press("<Space>")
    #expect(empty.status.contains("the policy holds no checklists"))
  }
}
