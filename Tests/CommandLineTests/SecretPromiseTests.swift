import Foundation
import Glibc
import TerminalHarness
import Testing

/// Secrets stay out (RELIABILITY 31): 1,000 made-up tokens in output, notes and variables are found
/// in no command line, no log, no export, no stored output, and not in the store.
@Suite struct SecretPromiseTests {
  /// Made from parts, so that no scanner takes this file for a leak.
  private static func tokens(_ count: Int, from first: Int) -> [String] {
    let kinds: [(String) -> String] = [
      { "gh" + "p_" + $0 + $0 }, { "AK" + "IA" + $0.uppercased().prefix(16) },
      { "gl" + "pat-" + $0 }, { "xo" + "xb-" + $0 },
      { "ey" + "JhbGciOiJIUzI1NiJ9." + $0 + "." + $0 },
      { "postgres" + "://ana:" + $0 + "@db/x" }, { "Bea" + "rer " + $0 },
      { "DB_PASS" + "WORD=" + $0 },
    ]
    return (first..<first + count).map { number in
      // The last twenty characters tell one token from every other.
      let body = "Q7z" + String(repeating: "k", count: 11) + String(100_000 + number)
      return kinds[number % kinds.count](body)
    }
  }

  /// The part of a token that nothing may hold.
  private static func core(_ token: String) -> String {
    String(100_000 + (Int(token.filter(\.isNumber).suffix(6)) ?? 0) % 100_000)
  }

  @Test(.timeLimit(.minutes(3))) func ofAThousandTokensNoneIsFoundAnywhere() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    // In the output: all at once, and in pieces that no read holds whole.
    let output = Self.tokens(700, from: 0)
    try output.joined(separator: "\n").write(
      toFile: desk.path("tokens"), atomically: false, encoding: .utf8)
    let program = try desk.run([
      "exec", "1", "--", "sh", "-c",
      "cat tokens; echo; head -c 300 tokens | while IFS= read -r line; do printf '%.9s' \"$line\"; sleep 0.01; printf '%s\\n' \"${line#?????????}\"; done",
    ])
    #expect(program.status == .exited(0))
    // In the environment, under a name that says so.
    let values = (0..<200).map { "plain-but-secret-\(200_000 + $0)" }
    var secret: [String: String] = [:]
    for (index, value) in values.enumerated() { secret["SERVICE\(index)_TOKEN"] = value }
    try values.joined(separator: "\n").write(
      toFile: desk.path("values"), atomically: false, encoding: .utf8)
    // In notes, reasons and titles: what a person pastes, from a file so that no list of processes
    // holds it; and the values of the environment among them.
    let pasted = Self.tokens(100, from: 700)
    for start in stride(from: 0, to: 100, by: 20) {
      let text =
        pasted[start..<start + 20].joined(separator: " and ") + " "
        + values[start * 2..<start * 2 + 40].joined(separator: ", ")
      let note = try desk.run(["note", "1", text], secret)
      #expect(note.status == .exited(0), "\(note.err)")
      #expect(!note.out.contains("Q7z") && !note.out.contains("plain-but-secret"))
    }
    _ = try desk.run(["declare", "Title \(pasted[0])", "--impact", pasted[1]], secret)
    let exports = try [
      desk.done("timeline", "1"), desk.done("timeline", "1", "--format", "json"),
      desk.done("timeline", "1", "--format", "markdown"), desk.done("show", "1", "--json"),
      desk.done("show", "1"), desk.done("list", "--all"), desk.done("timeline", "2"),
    ]
    unlink(desk.path("tokens"))
    unlink(desk.path("values"))
    var places = exports.enumerated().map { ("export \($0.offset)", Data($0.element.utf8)) }
    for file in try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path) {
      places.append((file, FileManager.default.contents(atPath: desk.path(file)) ?? Data()))
    }
    places.append(("what was shown", Data((program.out + program.err).utf8)))
    for (place, bytes) in places {
      let text = String(decoding: bytes, as: UTF8.self)
      for token in output + pasted {
        let body = "Q7z" + String(repeating: "k", count: 11) + Self.core(token)
        // AWS names hold sixteen capitals; the last digits of the body are cut with them.
        #expect(!text.contains(body), "\(token.prefix(6)) in \(place)")
      }
      #expect(!text.uppercased().contains("AKIAQ7Z"), "\(place)")
      #expect(!text.contains("plain-but-secret-"), "\(place)")
    }
    #expect(program.out.contains("<redacted: token>"))
    #expect(program.out.contains("<redacted: access key>"))
    #expect(try desk.object("verify")["ok"] as? Bool == true)
  }

  /// A command's text, its values and the environment are in no list of processes, and a crash leaves
  /// no core.
  @Test func nothingIsInTheListOfProcesses() throws {
    let desk = try Desk()
    try """
    # Book

    ## Procedure

    1. Use it <!-- mayday: secret=CODE -->

       ```bash
       : "<CODE>"; echo "limit $(ulimit -Sc)."; read -r nothing
       ```
    """.write(toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "./book.md")
    let token = "sesame-" + "4711-opens"
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["run", "exec", "1", "1", "--yes", "--set", "CODE"],
      environment: desk.environment.merging(["CODE": token]) { $1 }, directory: desk.folder.path)
    try program.waitForText("limit 0.")
    var seen = 0
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
      guard Int(entry) != nil,
        let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else { continue }
      seen += 1
      #expect(line.range(of: Data(token.utf8)) == nil, "process \(entry)")
    }
    #expect(seen > 1)
    let limits = try String(contentsOfFile: "/proc/\(program.process)/limits", encoding: .utf8)
    let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
    #expect(core.split(separator: " ").dropFirst(4).first == "0", "\(core)")
    try program.send("\u{3}")
    _ = try program.waitForExit()
    #expect(!(try desk.done("timeline", "1")).contains(token))
  }

  /// What a person types is never recorded, whether it is echoed or not.
  @Test func whatIsTypedIsNotRecorded() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"),
      [
        "exec", "1", "--tty", "--", "bash", "-c",
        "read -rsp 'Password: ' word; echo; echo ${#word} letters",
      ],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("Password:")
    try program.send("opensesame4711\r")
    try program.waitForText("14 letters")
    #expect(try program.waitForExit() == .exited(0))
    for file in try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path) {
      let bytes = FileManager.default.contents(atPath: desk.path(file)) ?? Data()
      #expect(bytes.range(of: Data("opensesame".utf8)) == nil, "\(file)")
    }
  }
}
