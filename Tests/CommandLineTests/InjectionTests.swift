import Foundation
import Glibc
import TerminalHarness
import Testing

/// No command injection (RELIABILITY 28): values in all contexts of a command, by the real program.
///
/// A value arrives as exactly one argument, byte for byte, or it is refused; it is never code.
@Suite struct InjectionTests {
  private static let values = [
    "plain", "two words", "it's", "$(touch C)", "`touch C`", "${HOME}", "; touch C", "> C",
    "\\$(touch C)", "*", "{a,b}", "~", "'; touch C; '", "\"; touch C; \"", "'\"$(touch C)\"'",
    "%s%n", "caf\u{E9} \u{1F525}", " lead", "trail ", "-n", "\\", "a\nb", "", "EOF",
  ]

  /// Placeholders as authors write them; each prints the arguments that arrive, one a line, in
  /// brackets.
  private static let contexts: [(name: String, command: String)] = [
    ("bare", "./show <VALUE>"),
    ("option", "./show --name=<VALUE>"),
    ("double", "./show \"<VALUE>\""),
    ("single", "./show '<VALUE>'"),
    ("dollar", "./show $'<VALUE>'"),
    ("inside", "./show \"a <VALUE> b\""),
    ("assigned", "V=<VALUE>; ./show \"$V\""),
    ("substituted", "./show \"$(./show <VALUE>)\""),
    ("piped", "printf '%s' \"<VALUE>\" | ./count"),
    ("evaluated", "bash -c './show <VALUE>'"),
    ("heredoc", "./count <<EOF\n<VALUE>\nEOF"),
    ("quotedHeredoc", "./count <<'EOF'\n<VALUE>\nEOF"),
    ("afterDashes", "./show -- <VALUE>"),
  ]

  /// Where the text goes on to another program, which may take it for code: only plain words fit.
  private static let plainOnly: Set<String> = ["evaluated", "piped"]

  private func desk() throws -> Desk {
    let desk = try Desk()
    for (name, text) in [
      // Arguments with their number, so that one more or less is seen.
      ("show", "#!/bin/bash\necho \"n=$#\"; for word; do printf '[%s]\\n' \"$word\"; done\n"),
      ("count", "#!/bin/bash\nprintf 'stdin[%s]\\n' \"$(cat)\"\n"),
    ] {
      try text.write(toFile: desk.path(name), atomically: false, encoding: .utf8)
      chmod(desk.path(name), 0o700)
    }
    let steps = Self.contexts.enumerated().map { index, context in
      let lines = context.command.split(separator: "\n").map { "   \($0)" }.joined(separator: "\n")
      return "\(index + 1). \(context.name):\n\n   ```bash\n\(lines)\n   ```\n"
    }
    try ("# Book\n\n## Procedure\n\n" + steps.joined(separator: "\n")).write(
      toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "./book.md")
    return desk
  }

  @Test(.timeLimit(.minutes(5)), arguments: contexts.indices)
  func aValueIsOneArgumentOrIsRefused(index: Int) throws {
    let desk = try desk()
    let context = Self.contexts[index]
    let before = Set(try FileManager.default.contentsOfDirectory(atPath: desk.folder.path))
    var accepted = 0
    for value in Self.values {
      let result = try desk.run(
        ["run", "exec", "1", "\(index + 1)", "--yes", "--set", "VALUE=\(value)"])
      if result.status == .exited(0) {
        accepted += 1
        #expect(
          result.out.hasPrefix(Self.expected(value, in: context.name)),
          "\(context.name) \(value.debugDescription): \(result.out)")
      } else {
        // Refused before anything ran.
        #expect(result.status == .exited(65), "\(context.name) \(value): \(result.err)")
        #expect(result.out.isEmpty, "\(result.out)")
      }
    }
    #expect(
      accepted >= (Self.plainOnly.contains(context.name) ? 1 : 12), "\(context.name): \(accepted)")
    let after = Set(try FileManager.default.contentsOfDirectory(atPath: desk.folder.path))
    #expect(after.subtracting(before).subtracting(["journal.sqlite-output"]).isEmpty, "\(after)")
  }

  private static func expected(_ value: String, in context: String) -> String {
    switch context {
    case "option": "n=1\n[--name=\(value)]\n"
    case "inside": "n=1\n[a \(value) b]\n"
    case "afterDashes": "n=2\n[--]\n[\(value)]\n"
    case "substituted": "n=1\n[n=1\n[\(value)]]\n"
    case "piped", "heredoc", "quotedHeredoc": "stdin[\(value)]\n"
    default: "n=1\n[\(value)]\n"
    }
  }

  /// Words after `--` are the command and its arguments as they are.
  @Test func wordsOfACommandLineArriveAsTheyAre() throws {
    let desk = try desk()
    let words = Self.values.filter { !$0.isEmpty && !$0.contains("\t") }
    let result = try desk.run(["exec", "1", "--", "./show"] + words)
    #expect(result.status == .exited(0), "\(result.err)")
    let wanted = "n=\(words.count)\n" + words.map { "[\($0)]\n" }.joined()
    #expect(result.out.hasPrefix(wanted), "\(result.out)")
    #expect(!FileManager.default.fileExists(atPath: desk.path("C")))
  }

  /// Children hold no descriptor of the program: not the store, not its lock, not the output
  /// (RELIABILITY 37).
  @Test func childrenHoldNoDescriptorOfTheStore() throws {
    let desk = try desk()
    let listing =
      "for f in /proc/self/fd/* /proc/$$/fd/*; do readlink \"$f\"; done; cat /proc/$$/limits | head -1"
    for words in [["exec", "1", "--"], ["exec", "1", "--tty", "--"]] {
      let program = try TerminalProgram(
        Binary.path(named: "mayday"), words + ["bash", "-c", listing],
        environment: desk.environment, directory: desk.folder.path,
        size: TerminalSize(rows: 60, columns: 200))
      #expect(try program.waitForExit() == .exited(0))
      let places = program.screen.lines.filter { $0.hasPrefix("/") && !$0.hasPrefix("/proc/") }
      #expect(places.count >= 6, "\(places)")
      #expect(places.allSatisfy { $0.hasPrefix("/dev/pts/") }, "\(places)")
    }
  }
}
