import Foundation
import TerminalHarness
import Testing

/// Two stores in which people went on without each other, brought together by `store sync`.
@Suite struct ConflictTests {
  private static func runbook(_ desk: Desk) throws {
    try """
    # Restart

    ## Steps

    1. Find the leader

       ```bash
       true
       ```

    2. Restart it

       ```bash
       true
       ```
    """.write(toFile: desk.path("restart.md"), atomically: true, encoding: .utf8)
  }

  @Test func listMarksWhatBranchesDisagreeAboutAndAStepStaysWithWhoDidIt() throws {
    let desk = try Desk()
    try Self.runbook(desk)
    let there = "sqlite:" + desk.path("there/journal.sqlite")
    try desk.done("declare", "Checkout is down", "--as", "ana")
    try desk.done("run", "start", "1", desk.path("restart.md"), "--as", "ana")
    try desk.done("store", "sync", there)
    try desk.done("run", "step", "1", "1", "done", "--note", "pg-1", "--as", "ana")
    try desk.done(
      "run", "step", "1", "1", "fail", "--note", "no answer", "--as", "bob", "--store", there)
    #expect(try !desk.done("list").contains("CONFLICT"))
    try desk.done("store", "sync", there)
    #expect(try desk.done("list").contains("CONFLICT Checkout is down"))
    #expect(try desk.object("list")["conflicts"] as? Int == 1)

    let sides = try #require(try desk.object("show", "1")["conflicts"] as? [[String: Any]])
    let first = try #require(sides.first?["first"] as? String)
    try desk.done("settle", "1", first, "--as", "carol")
    #expect(try !desk.done("list").contains("CONFLICT"))
    #expect(try desk.object("list")["conflicts"] == nil)
    let runs = try #require(try desk.object("show", "1")["runs"] as? [[String: Any]])
    let steps = try #require(runs.first?["steps"] as? [[String: Any]])
    #expect(steps.first?["by"] as? String == "ana")
    #expect(steps.first?["state"] as? String == "done")
    let timeline = try desk.done("timeline", "1", "--format", "text")
    #expect(timeline.contains("carol"), "\(timeline)")
    #expect(timeline.contains("says that ana's entry holds: done step 1"), "\(timeline)")
    try desk.done("store", "sync", there)
    #expect(try desk.done("list", "--store", there).contains("Checkout is down"))
    #expect(try !desk.done("list", "--store", there).contains("CONFLICT"))
    try desk.done("verify")
  }
}
