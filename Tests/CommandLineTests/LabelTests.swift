import Foundation
import TerminalHarness
import Testing

/// Labels of alerts by the real program, and values of commands that are offered from them.
@Suite struct LabelTests {
  private static let book = """
    ---
    params:
      node: {ask: "Node", from: labels.instance, match: "^pg-[0-9]+$"}
    ---
    # Look at a node

    ## When to Use
    Alert `PatroniNoLeader`.

    ## Procedure
    1. Look

       ```bash
       echo "look" <node> "$ZONE" <pod-name>
       ```
    """

  private func desk() throws -> Desk {
    let desk = try Desk()
    try FileManager.default.createDirectory(
      atPath: desk.path("books"), withIntermediateDirectories: true)
    try Self.book.write(toFile: desk.path("books/look.md"), atomically: false, encoding: .utf8)
    try desk.done(
      "declare", "Lag", "--label", "alertname=PatroniNoLeader", "--label", "instance=pg-2",
      "--label", "pod=a b; touch C", "--label", "k8s.node.name=n1")
    try desk.done("run", "start", "1", "look", "--runbooks", "books")
    return desk
  }

  @Test func theyAreKeptAndShown() throws {
    let desk = try desk()
    let object = try desk.object("show", "1")
    #expect(
      object["labels"] as? [String: String] == [
        "alertname": "PatroniNoLeader", "instance": "pg-2", "pod": "a b; touch C",
        "k8s.node.name": "n1",
      ])
    #expect(try desk.done("show", "1").contains("instance = pg-2"))
    #expect(try desk.done("timeline", "1").contains("label pod = a b; touch C"))
    #expect(try desk.done("timeline", "1", "--format", "markdown").contains("instance = pg-2"))
    let fits = try desk.done("runbook", "search", "--for", "1", "--runbooks", "books")
    #expect(fits.contains("look.md") && fits.contains("it is for alert PatroniNoLeader"))
    try desk.fails(64, "runbook", "search", "--runbooks", "books")
    #expect(try desk.object("verify")["ok"] as? Bool == true)
  }

  @Test func badOnesAreRefusedInOneSentence() throws {
    let desk = try Desk()
    try desk.fails(64, "declare", "Odd", "--label", "nope", because: "write it as --label")
    try desk.fails(65, "declare", "Odd", "--label", "9x=1", because: "cannot name a label")
    try desk.fails(65, "declare", "Odd", "--label", "a=1", "--label", "a=2", because: "twice")
    try desk.fails(65, "declare", "Odd", "--label", "a=", because: "has no value")
    try desk.fails(
      65, "declare", "Odd", "--label", "a=" + String(repeating: "x", count: 1025),
      because: "1024 bytes")
    let many = (0...64).flatMap { ["--label", "l\($0)=x"] }
    #expect(try desk.run(["declare", "Odd"] + many).status == .exited(65))
    #expect(try desk.run("list", "--all").out.contains("INC-") == false)
  }

  /// With --yes nobody sees a value that was not given; else it is shown before the question.
  @Test func valuesAreOfferedToWhoReadsThem() throws {
    let desk = try desk()
    try desk.fails(65, "run", "exec", "1", "1", "--yes", because: "give it with --set")
    try desk.fails(
      1, "run", "exec", "1", "1", "--yes", "--set", "node=pg-1", "--set", "pod-name=x",
      because: "needs the variable ZONE, and it is set nowhere")
    try desk.fails(
      65, "run", "exec", "1", "1", "--yes", "--set", "node=db", "--set", "pod-name=x",
      because: "is not of the form")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["run", "exec", "1", "1"],
      environment: desk.environment.merging(["ZONE": "eu-1"]) { $1 }, directory: desk.folder.path)
    try program.waitForText("anything else to leave it")
    let lines = program.screen.lines.joined(separator: "\n")
    #expect(lines.contains("with node = pg-2, from label instance"), "\(lines)")
    #expect(lines.contains("with pod-name = a b; touch C, from label pod"))
    #expect(lines.contains("with $ZONE = eu-1, as it is set already"))
    try program.send("yes\r")
    try program.waitForText("look pg-2 eu-1 a b; touch C")
    #expect(try program.waitForExit() == .exited(0))
    #expect(!FileManager.default.fileExists(atPath: desk.path("C")))
    let empty = try desk.run([
      "run", "exec", "1", "1", "--yes", "--set", "node=pg-1", "--set", "pod-name=x", "--set",
      "ZONE=",
    ])
    #expect(empty.out.hasPrefix("look pg-1  x\n"), "\(empty.out)\(empty.err)")
  }
}
