import Foundation
import TerminalHarness
import Testing

/// Text that would act on a terminal, on every way out of the program (RELIABILITY 22).
@Suite struct HostileTextTests {
  struct Hostile: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let text_base64: String

    var bytes: [UInt8] { Data(base64Encoded: text_base64).map { Array($0) } ?? [] }
    var text: String? { String(validating: bytes, as: UTF8.self) }
    var testDescription: String { name }
  }

  static let all: [Hostile] = {
    let lines = (try? String(contentsOf: fixture("text/strings.jsonl"), encoding: .utf8)) ?? ""
    return lines.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Hostile.self, from: Data($0.utf8))
    } + extra
  }()

  /// The rule behind the classes, not their names: every C0, C1 and hidden character.
  static let extra: [Hostile] = [
    hostile("every C0 but NUL", (1...31).map { UInt8($0) } + [127]),
    hostile("every C1", (0x80...0x9F).flatMap { [0xC2, UInt8($0)] }),
    hostile("line ends", Array("one\ntwo\r\nthree\u{2028}four\u{85}five".utf8)),
    hostile("private use and variation", Array("\u{F8FF}a\u{FE0F}b\u{E0041}\u{200D}".utf8)),
  ]

  static func hostile(_ name: String, _ bytes: [UInt8]) -> Hostile {
    Hostile(name: name, text_base64: Data(bytes).base64EncodedString())
  }

  /// Printable characters and line feeds only; nothing that the oracle knows as an act.
  static func isInert(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A }
      && EscapeOracle.findings(Array(text.utf8)) == []
  }

  @Test func theSampleIsThere() {
    #expect(Self.all.count == 16)
  }

  @Test(arguments: all)
  func itIsKeptAsItCameAndNeverShownRaw(_ hostile: Hostile) throws {
    let desk = try Desk()
    var outputs: [(String, Command)] = []
    func run(_ words: [String]) throws {
      outputs.append((words.joined(separator: " "), try desk.run(words)))
    }
    guard let text = hostile.text else {
      // An argument that is not UTF-8 is refused with one clear line.
      let program = try Binary.path(named: "mayday")
      let octal = hostile.bytes.map { "\\" + String($0, radix: 8) }.joined()
      let command = try desk.tool(
        "/bin/sh", ["-c", "exec \"$0\" declare \"$(printf '\(octal)')\"", program])
      #expect(command.status == .exited(65))
      #expect(command.err.contains("is not UTF-8"))
      #expect(Self.isInert(command.out + command.err), "\(command.err)")
      return
    }
    let title = try desk.run(["declare", "--", text])
    #expect(title.status == .exited(0), "\(title.err)")
    outputs.append(("declare", title))
    for words in [
      ["--as", text, "note", "1", "--", text], ["ack", "1"],
      ["impact", "1", "--", text], ["--as", text, "role", "1", "ic", text],
      ["handoff", "1", "deputy", text, "--brief=" + text], ["severity", "1", "1"],
      ["promise", "1", "--in", "1h", "--", text], ["update", "1", "--", text],
      ["phase", "1", "triage"], ["phase", "1", "mitigation"],
      ["phase", "1", "resolution", "--because=stopped by: " + text],
      ["phase", "1", "post-mortem", "--because=verified by: " + text],
      ["escalate", "1", "--because=" + text],
      ["action", "add", "1", "--owner=" + text, "--due", "3d", "--", text],
      ["feedback", "1", "missing", "--", text], ["postmortem", "draft", "1"],
      ["exec", "1", "--", "printf", "%s", text],
    ] {
      let command = try desk.run(words)
      #expect(command.status == .exited(0), "\(words): \(command.err)")
      outputs.append((words.joined(separator: " "), command))
    }
    for words in [
      ["list", "--all"], ["show", "1"], ["timers"], ["timers", "1"], ["timeline", "1"],
      ["timeline", "1", "--format", "markdown"], ["timeline", "1", "--format", "json"],
      ["postmortem", "show", "1"], ["action", "list", "1"], ["verify", "1"],
      ["search", "--", text], ["search", "--json", "--", text], ["search", "a", "--", text],
      ["list", "--all", "--json"], ["show", "1", "--json"], ["timers", "--json"],
      ["postmortem", "show", "1", "--json"], ["action", "list", "1", "--json"],
      // Errors name what was given.
      ["show", text], [text], ["--" + text], ["phase", "1", text],
      ["note", "1", "x", "--at", text],
      ["runbook", "show", text], ["runbook", "search", text], ["verify", text],
      ["--store", text, "show", "1"], ["--store", text + "://x", "list"], ["list", "--zone", text],
      ["correct", "1", text, "x"], ["accept", "1", "ic", "--as", text], ["help", text],
      ["timeline", "1", "--output", text + "/none"], ["--runbooks", text, "runbook", "list"],
      ["run", "step", "1", text, "done"], ["paths", "--store", text],
      ["cancel", "1", "--reason", text],
      ["run", "exec", "1", "1", "--set", text], ["timeline", "1", "--format", text],
    ] {
      try run(words)
    }
    for (words, command) in outputs {
      #expect(Self.isInert(command.out), "stdout of \(words.debugDescription)")
      #expect(Self.isInert(command.err), "stderr of \(words.debugDescription)")
      guard case .exited = command.status else {
        Issue.record("\(words.debugDescription) ended with \(command.status)")
        continue
      }
    }

    let show = try desk.object("show", "1")
    #expect((show["title"] as? String).map { Array($0.utf8) } == Array(text.utf8))
    #expect((show["impact"] as? String).map { Array($0.utf8) } == Array(text.utf8))
    let roles = try #require(show["roles"] as? [String: String])
    #expect(roles["commander"].map { Array($0.utf8) } == Array(text.utf8))
    try desk.done("verify")
    try desk.done("timeline", "1", "--format", "json", "--output", "t.json")
    try desk.done("verify", "t.json")
    #expect(!FileManager.default.fileExists(atPath: "/tmp/mayday-canary-s-paste"))
  }

  @Test func aTerminalWithoutUTF8GetsASCII() throws {
    let desk = try Desk()
    try desk.done("declare", "Größe ändert sich ✓ 日本")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["show", "1"],
      environment: desk.environment.merging(["LANG": "C", "LC_ALL": "C"]) { $1 },
      directory: desk.folder.path)
    #expect(try program.waitForExit() == .exited(0))
    #expect(program.bytesReceived.allSatisfy { $0 < 0x80 })
    // A pipe keeps the text as it is.
    #expect(try desk.run(["show", "1"], ["LC_ALL": "C"]).out.contains("Größe ändert sich ✓ 日本"))
  }
}
