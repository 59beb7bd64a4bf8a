import Foundation
import Glibc
import TerminalHarness
import Testing

/// Which file a name means, and that nothing outside the folders of runbooks is opened for it.
@Suite struct RunbookPathTests {
  private func write(_ text: String, _ name: String, on desk: Desk) throws {
    let url = desk.folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  @Test func aFileIsShownWithoutACatalogue() throws {
    let desk = try Desk()
    try write("# T\n\n1. Do it\n", "x.md", on: desk)
    for changes in [["MAYDAY_RUNBOOKS": ""], ["MAYDAY_RUNBOOKS": desk.path("none")], [:]] {
      for name in ["x.md", "./x.md", desk.path("x.md")] {
        let command = try desk.run(["runbook", "show", name, "--plan"], changes)
        #expect(command.out == "1 manual \"Do it\" line 3\n", "\(changes) \(name): \(command.err)")
        #expect(command.status == .exited(0))
      }
      for name in ["y.md", "./y.md", "y"] {
        let command = try desk.run(["runbook", "show", name, "--plan"], changes)
        #expect(command.status == .exited(66), "\(changes) \(name)")
        #expect(command.err.hasPrefix("mayday: there is no "), "\(command.err)")
      }
    }
    mkfifo(desk.path("pipe.md"), 0o600)
    try desk.fails(66, "runbook", "show", "./pipe.md", because: "no regular file")
    try desk.fails(66, "runbook", "show", "./../", because: "there is no")
  }

  /// The largest file of a kind that grows most is read within 256 MiB of memory (RELIABILITY 26).
  @Test(arguments: [
    "1. a <!-- mayday: choice=a:#b est=5m -->\n", "## a\n### b\n1. d\n", "> ", "<a> {{b}} ",
    "|a|b|\n",
  ])
  func theLargestFilesFitTheMemory(_ unit: String) throws {
    let desk = try Desk()
    let lines = max(1, unit.utf8.count { $0 == 0x0A })
    let count = min(1_048_000 / unit.utf8.count, 60_000 / lines)
    try write("# T\n\n" + String(repeating: unit, count: count), "x.md", on: desk)
    let mayday = try Binary.path(named: "mayday")
    for action in ["show", "lint"] {
      let command = try desk.tool(
        "/bin/bash", ["-c", "ulimit -d 262144; exec \"$0\" runbook \"$1\" x.md", mayday, action])
      #expect(command.status == .exited(0), "\(action): \(command.err.prefix(300))")
    }
  }

  /// Every file that is opened, by the operating system's own account.
  @Test func nothingOutsideTheFolderIsOpened() throws {
    let desk = try Desk()
    try write("# Secret\n", "out/secret.md", on: desk)
    let links =
      "[a](../../out/secret.md#x) [b](link.md#x) [c](linked/secret.md#x) [d](pipe.md#x) "
      + "[e](/etc/passwd) [f](\(desk.path("out/secret.md"))) [g](..%2f..%2fout/secret.md#x)"
    try write("# A\n\n\(links)\n\n1. x\n", "books/sub/a.md", on: desk)
    symlink("../../out/secret.md", desk.path("books/sub/link.md"))
    symlink("../../out", desk.path("books/sub/linked"))
    symlink(desk.path("out"), desk.path("books/out"))
    mkfifo(desk.path("books/sub/pipe.md"), 0o600)
    let mayday = try Binary.path(named: "mayday")
    for arguments in [
      ["runbook", "list"], ["runbook", "search", "secret"], ["runbook", "lint", "books"],
      ["runbook", "show", "a", "--plan"], ["runbook", "show", "sub/link"],
      ["runbook", "show", "../out/secret"], ["runbook", "index", "books"],
    ] {
      let trace = desk.path("trace")
      let folders = arguments.contains("books") ? [] : ["--runbooks", "books"]
      let command = try desk.tool(
        "/usr/bin/strace",
        ["-f", "-qq", "-e", "trace=open,openat,openat2,creat", "-o", trace, mayday] + arguments
          + folders)
      #expect(!command.out.contains("Secret"), "\(arguments)")
      let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
      #expect(lines.contains { $0.contains("\"a.md\"") }, "\(arguments): \(command.err)")
      for line in lines where !line.contains("= -1") {
        #expect(!line.contains("secret.md") && !line.contains("pipe.md"), "\(arguments): \(line)")
        #expect(!line.contains("/out"), "\(arguments): \(line)")
      }
    }
  }
}
