import Foundation
import TerminalHarness
import Testing

/// `run drift` by the real program: the report, and a patch that git applies.
@Suite struct RunDriftTests {
  private func walked() throws -> Desk {
    let desk = try Desk()
    try FileManager.default.createDirectory(
      atPath: desk.path("books"), withIntermediateDirectories: true)
    try RunTests.book.write(
      toFile: desk.path("books/book.md"), atomically: false, encoding: .utf8)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "book", "--runbooks", "books")
    try desk.done("run", "step", "1", "1", "start", "--at", "-10m")
    try desk.done("run", "step", "1", "1", "done")
    _ = try desk.run(["exec", "1", "--", "uname", "-s"])
    try desk.done("run", "decide", "1", "2", "No")
    try desk.done("run", "step", "1", "3", "skip", "--note", "not needed")
    return desk
  }

  @Test func theReportIsReadByPeopleAndPrograms() throws {
    let desk = try walked()
    let text = try desk.done("run", "drift", "1", "--runbooks", "books")
    #expect(text.hasPrefix("INC-1: Test book\nbook.md, SHA-256 "))
    #expect(
      text.contains(
        "2 of 5 steps walked, 1 of them as written; still open\nrollback not begun, 1 step\n"))
    #expect(text.contains("step 1  Say it\n    took 10 min, with no estimate\n"))
    #expect(text.contains("step 3  Manual thing\n    skipped: not needed\n"))
    #expect(text.contains("after step 1, ") && text.contains("    uname -s\n"))
    let json = try desk.object("run", "drift", "1", "--runbooks", "books")
    #expect(json["file"] as? String == "same" && json["asWritten"] as? Int == 1)
    let commands = try #require(json["commands"] as? [[String: Any]])
    #expect(commands.map { $0["command"] as? String } == ["uname -s"])
    let page = try desk.done("run", "drift", "1", "--format", "markdown")
    #expect(page.contains("| 3 | Manual thing | skipped: not needed |\n"))
    try desk.done("run", "drift", "1", "--format", "markdown", "--output", "drift.md")
    #expect(try String(contentsOfFile: desk.path("drift.md"), encoding: .utf8) == page)
    try desk.fails(64, "run", "drift", "1", "--patch", "--json")
    try desk.fails(64, "run", "drift", "1", "--format", "html")
    try desk.done("declare", "Other")
    try desk.fails(66, "run", "drift", "2", because: "has no run")
  }

  @Test func thePatchFitsTheFileThatWasWalkedAndNoOther() throws {
    let desk = try walked()
    let command = try desk.run("run", "drift", "1", "--patch", "--runbooks", "books")
    #expect(command.status == .exited(0) && command.err == "", "\(command.err)")
    try command.out.write(toFile: desk.path("books/x.diff"), atomically: false, encoding: .utf8)
    for check in ["--check", "--verbose"] {
      let git = try desk.tool(
        "/usr/bin/git",
        ["-c", "core.hooksPath=/dev/null", "apply", "--directory", "books", check, "books/x.diff"])
      #expect(git.status == .exited(0), "\(git.err)")
    }
    let file = try String(contentsOfFile: desk.path("books/book.md"), encoding: .utf8)
    #expect(file.contains("1. Say it (10 min):\n"))
    #expect(file.contains("   - [ ] Run by hand in INC-1: `uname -s`\n"))
    // Now the file is another one.
    try desk.fails(
      65, "run", "drift", "1", "--patch", "--runbooks", "books", because: "has changed since")
    let changed = try desk.done("run", "drift", "1", "--runbooks", "books")
    #expect(changed.contains("The file has changed since the run; new: 1.1.\n"), "\(changed)")
  }

  /// What the record says of a path opens nothing outside the folders of runbooks.
  @Test func aPathInTheRecordLeadsNowhereElse() throws {
    let desk = try Desk()
    try RunTests.book.write(toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    try FileManager.default.createDirectory(
      atPath: desk.path("books"), withIntermediateDirectories: true)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", desk.path("book.md"))
    try desk.done("run", "step", "1", "1", "start")
    let json = try desk.object("run", "drift", "1", "--runbooks", "books")
    #expect(json["file"] as? String == "unknown")
    let named = try desk.object("run", "drift", "1", "--file", "book.md")
    #expect(named["file"] as? String == "same")
    try desk.fails(66, "run", "drift", "1", "--file", "none.md")
  }
}
