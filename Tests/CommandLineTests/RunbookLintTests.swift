import Foundation
import Glibc
import TerminalHarness
import Testing

/// `runbook lint`, `runbook new` and `runbook index` as scripts use them.
@Suite struct RunbookLintTests {
  private func write(_ text: String, _ name: String, on desk: Desk) throws {
    let url = desk.folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func read(_ name: String, on desk: Desk) throws -> String {
    try String(contentsOf: desk.folder.appending(path: name), encoding: .utf8)
  }

  @Test func errorsEndWith65AndWarningsOnlyWhenStrict() throws {
    let desk = try Desk()
    try write("# R\n\n[gone](gone.md)\n", "books/sub/r.md", on: desk)
    let command = try desk.fails(65, "runbook", "lint", "books/", because: "1 error and")
    let lines = command.out.split(separator: "\n")
    #expect(
      lines.allSatisfy {
        $0.wholeMatch(of: /books\/sub\/r\.md:\d+: (error|warning|info): [a-z-]+: .+/) != nil
      },
      "\(command.out)")
    #expect(lines.contains("books/sub/r.md:3: error: dead-link: there is no sub/gone.md"))

    try write("# R\n", "books/sub/r.md", on: desk)
    let calm = try desk.done("runbook", "lint", "books")
    #expect(calm.contains(": warning: missing-field: "))
    let strict = try desk.fails(65, "runbook", "lint", "books", "--strict")
    #expect(strict.out == calm.replacingOccurrences(of: ": warning: ", with: ": error: "))
  }

  @Test func aFileByItselfIsJudgedWithItsNeighbours() throws {
    let desk = try Desk()
    try write("# R\n\n[a](../a.md#b) [c](../a.md#c) [d](d.png) [e](../..)\n", "x/r.md", on: desk)
    try write("# A\n\n## B\n\nText.\n", "a.md", on: desk)
    try write("", "x/d.png", on: desk)
    let command = try desk.fails(65, "runbook", "lint", "x/r.md")
    #expect(
      command.out.split(separator: "\n").filter { $0.contains(": error: ") } == [
        "x/r.md:3: error: dead-anchor: no heading #c stands in ../a.md"
      ])
    try desk.fails(66, "runbook", "lint", "none.md", because: "there is no none.md")
  }

  @Test func jsonAndSarifHoldTheSameFindings() throws {
    let desk = try Desk()
    try write("# R\n", "r.md", on: desk)
    let lines = try desk.done("runbook", "lint", "r.md").split(separator: "\n")
    let objects = try desk.objects("runbook", "lint", "r.md")
    #expect(
      objects.map {
        "\($0["file"] ?? ""):\($0["line"] ?? ""): \($0["severity"] ?? ""): \($0["rule"] ?? ""): \($0["message"] ?? "")"
      } == lines.map(String.init))
    #expect(
      try desk.done("runbook", "lint", "r.md", "--json")
        == desk.done("runbook", "lint", "r.md", "--format", "json"))
    let log = try Desk.object(desk.done("runbook", "lint", "r.md", "--format", "sarif"))
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    #expect((run["results"] as? [Any])?.count == lines.count)
    try desk.fails(64, "runbook", "lint", "r.md", "--format", "xml")
    try desk.fails(64, "runbook", "lint", "r.md", "--format", "sarif", "--json")
  }

  /// Every file of the shipped catalogue passes; without an argument it is the one that is judged.
  @Test func theShippedCatalogueIsJudgedByDefault() throws {
    let desk = try Desk()
    // A date far ahead would make reviews stale, which is not what is tried here.
    let out = try desk.done("runbook", "lint", "--strict", "--stale-after", "36500")
    #expect(out.hasSuffix("files: nothing to mend\n"))
  }

  @Test func aNewRunbookIsNeverWrittenOverAnother() throws {
    let desk = try Desk()
    #expect(try desk.done("runbook", "new", "Redis is full") == "redis-is-full.md\n")
    let text = try read("redis-is-full.md", on: desk)
    #expect(text.contains("# Redis is full\n"))
    try write("mine", "redis-is-full.md", on: desk)
    try desk.fails(73, "runbook", "new", "redis-is-full", because: "is there already")
    #expect(try read("redis-is-full.md", on: desk) == "mine")
    // Nor through a link, dangling or not.
    symlink(desk.path("elsewhere"), desk.path("link.md"))
    try desk.fails(73, "runbook", "new", "link")
    #expect(access(desk.path("elsewhere"), F_OK) != 0)
    try desk.fails(66, "runbook", "new", "x", "--folder", "none")
    try desk.fails(64, "runbook", "new", "../x", because: "--folder")
    try desk.fails(77, "runbook", "new", "y", "--observer")
    #expect(access(desk.path("y.md"), F_OK) != 0)
    mkdir(desk.path("books"), 0o755)
    let made = try desk.object(
      "runbook", "new", "disk", "--folder", "books", "--title", "Disk \u{1B}[31mfull")
    #expect(made["path"] as? String == "books/disk.md")
    #expect(!(try read("books/disk.md", on: desk)).contains("\u{1B}"))
  }

  @Test func anIndexIsWrittenBetweenItsMarksAndCheckedStale() throws {
    let desk = try Desk()
    try write("# Disk\n", "books/04-data/disk.md", on: desk)
    let table = try desk.done("runbook", "index", "books")
    #expect(table.contains("| **Data** | Disk | – | – | [disk.md](04-data/disk.md) |"))
    #expect(
      try desk.objects("runbook", "index", "books").map { $0["path"] as? String }
        == ["04-data/disk.md"])
    try desk.fails(66, "runbook", "index", "books", "--write", because: "--whole")
    try desk.fails(66, "runbook", "index", "books", "--check")

    try write("# Ours\n\nText.\n", "books/README.md", on: desk)
    try desk.fails(65, "runbook", "index", "books", "--write", because: "runbook-index: begin")
    try desk.fails(65, "runbook", "index", "books", "--check", because: "stale")
    let frame = ("# Ours\n\n<!-- runbook-index: begin -->\n", "<!-- runbook-index: end -->\nEnd\n")
    try write(frame.0 + frame.1, "books/README.md", on: desk)
    chmod(desk.path("books/README.md"), 0o664)
    try desk.done("runbook", "index", "books", "--write")
    #expect(try read("books/README.md", on: desk) == frame.0 + table + frame.1)
    var status = stat()
    #expect(stat(desk.path("books/README.md"), &status) == 0 && status.st_mode & 0o777 == 0o664)
    try desk.done("runbook", "index", "books", "--check")

    try write("# Net\n", "books/net.md", on: desk)
    let stale = try desk.fails(65, "runbook", "index", "books", "--check")
    #expect(stale.out.hasPrefix("books/README.md:7: error: index-misses: "), "\(stale.out)")
    try desk.done("runbook", "index", "books", "--write")
    try desk.done("runbook", "index", "books", "--check")
    try desk.fails(77, "runbook", "index", "books", "--write", "--observer")
    try desk.fails(64, "runbook", "index", "books", "--write", "--check")

    try desk.done("runbook", "index", "books", "--write", "--whole")
    try desk.done("runbook", "index", "books", "--check")
    #expect(try read("books/README.md", on: desk).hasPrefix("# Runbook Catalogue\n"))
  }
}
