import Glibc
import Runbooks
import Testing
import TextGate

/// Values become one word each, or are refused (RELIABILITY 28).
@Suite struct ResolutionTests {
  private func command(_ text: String) throws -> Command {
    let read = try runbook("# T\n\n```bash\n\(text)\n```\n")
    return try #require(read.steps.first?.command)
  }

  private func resolved(_ text: String, _ values: [String: Untrusted]) throws -> String {
    try command(text).resolved(with: values).get().raw
  }

  @Test(arguments: [
    ("ls <a>", "b", "ls b"), ("ls <a>", "b c", "ls 'b c'"), ("ls <a>", "it's", #"ls 'it'\''s'"#),
    ("ls x<a>y", "; id", "ls x'; id'y"),
    ("echo \"<a>\"", "$(id) \"`x`\\", #"echo "\$(id) \"\`x\`\\""#),
    ("echo '<a>'", "it's $x", #"echo 'it'\''s $x'"#), ("echo $'<a>'", "it's", #"echo $'it\'s'"#),
    ("cat <<EOF\n<a>\nEOF", "$(id)", "cat <<EOF\n\\$(id)\nEOF"),
    ("cat <<'EOF'\n<a>\nEOF", "$(id)", "cat <<'EOF'\n$(id)\nEOF"),
    ("echo {{a}} \"{{a}}\"", "x; y", "echo 'x; y' \"x; y\""),
    ("echo \"$(ls <a>)\"", "b c", "echo \"$(ls 'b c')\""),
    ("cmd > <a>", "o p", "cmd > 'o p'"), ("A=<a> cmd", "b c", "A='b c' cmd"),
  ])
  func valuesAreQuoted(_ text: String, value: String, result: String) throws {
    #expect(try resolved(text, ["a": Untrusted(value)]) == result)
  }

  @Test(arguments: ["a\nb", "a\rb", "a\u{1B}[31m", "a\u{0}", "a\u{202E}b", "a\u{2028}b"])
  func controlCharactersAreRefused(_ value: String) throws {
    #expect(
      try command("echo <a>").resolved(with: ["a": Untrusted(value)])
        == .failure(.controlCharacter(name: "a")))
  }

  @Test func missingAndEmptyValuesAndOptionsAreRefused() throws {
    let command = try command("rm <a> x<b>")
    #expect(command.resolved(with: ["a": "x"]) == .failure(.missing(name: "b")))
    #expect(command.resolved(with: ["a": "", "b": "x"]) == .failure(.empty(name: "a")))
    #expect(command.resolved(with: ["a": "-rf", "b": "x"]) == .failure(.option(name: "a")))
    #expect(try command.resolved(with: ["a": "x", "b": "-y"]).get() == "rm x x-y")
    #expect(
      try self.command("ssh \"<a>\"").resolved(with: ["a": "-oProxyCommand=x"])
        == .failure(.option(name: "a")))
  }

  @Test(arguments: [
    "ssh host \"rm <a>\"", "bash -c 'ls <a>'", "eval ls <a>", "psql -c \"select '<a>'\"",
    "x | sh -s <a>",
    "docker exec web sh -c \"ls <a>\"", "echo `ls <a>`", "echo ${x:-<a>}", "echo $((<a> + 1))",
    "echo $<a>",
    "find . -exec ls <a> \\;", "bash <<EOF\nls <a>\nEOF", "awk '/<a>/'", "[[ <a> -gt 1 ]]",
    "test -v <a>",
    "cat <<EOF\n$(ls <a>)\nEOF", "$SHELL -c 'ls <a>'", "python3 -c \"print('<a>')\"",
    "watch 'ls <a>'",
    "echo 'open <a>",
  ])
  func whatIsReadTwiceTakesPlainValuesOnly(_ text: String) throws {
    let command = try command(text)
    #expect(command.placeholders.map(\.acceptsPlainOnly) == [true])
    #expect(command.resolved(with: ["a": "x; id"]) == .failure(.notPlain(name: "a")))
    #expect(command.resolved(with: ["a": "$(id)"]) == .failure(.notPlain(name: "a")))
    #expect(try command.resolved(with: ["a": "web-1.b_c:2/d"]).get().raw.contains("web-1.b_c:2/d"))
  }

  @Test func aValueEndsNoHereDocument() throws {
    let command = try command("cat <<EOF\n<a>\nEOF\n")
    #expect(command.resolved(with: ["a": "EOF"]) == .failure(.changesCommand(name: "a")))
    #expect(try command.resolved(with: ["a": "EOFX"]).get() == "cat <<EOF\nEOFX\nEOF")
  }

  @Test func onlyDoubtfulOnesMayBeKept() throws {
    let command = try command("grep 'x[ERR]*' <a>")
    #expect(
      try command.resolved(with: ["a": "f"], keeping: ["ERR"]).get() == "grep 'x[ERR]*' f")
    #expect(command.resolved(with: [:], keeping: ["ERR", "a"]) == .failure(.missing(name: "a")))
  }

  // MARK: Against bash itself

  private static let contexts = [
    "show <a>", "show x<a>y", "show \"<a>\"", "show '<a>'", "show \"p <a> q\"", "show 'p <a> q'",
    "show $'<a>'",
    "show \"$(printf %s <a>)\"", "show <<EOF\n<a>\nEOF", "show <<'EOF'\n<a>\nEOF",
    "V=<a>; show \"$V\"",
    "show <a> <a>", "if true; then show <a>; fi", "show {{a}}", "show [PAGE_ID]",
    "for v in <a>; do show \"$v\"; done",
    "show `printf %s <a>`", "show \"${V:-<a>}\"", "bash -c 'show <a>'", "eval show <a>",
    "show a#<a>", "show ~<a>",
    "show \\\n  <a>", "show <a>; show \"<a>\" '<a>'", "echo \"<a>\" | show", "show $(( <a> ))",
    "show <(printf %s <a>)",
    "case <a> in *) show <a>;; esac", "show <<EOF\nx <a> $(printf %s <a>)\nEOF",
    "[[ -n <a> ]] && show <a>",
    "show $\"<a>\"", "show \"it's <a>\"", "f() { show <a>; }; f", "show <<-EOF\n\t<a>\n\tEOF",
  ]

  private static let values = [
    "x; touch CANARY", "$(touch CANARY)", "`touch CANARY`", "' ; touch CANARY; '",
    "\" ; touch CANARY; \"",
    "| touch CANARY", "&& touch CANARY", "> CANARY", ">(touch CANARY)", "<(touch CANARY)",
    "\\'; touch CANARY; \\'",
    "\\", "'", "\"", "a b", "*", "~", "$HOME", "${IFS}", "!!", "{a,b}", "#x", "a'b\"c`d$e\\f",
    "EOF", "x]]; touch CANARY",
    "a[$(touch CANARY)]", "-n", "日本 語", ")", "(", "&", "\\n", "%s", "x)touch CANARY;;",
    "$'\\x27;touch CANARY'",
  ]

  /// Whatever the value: it is refused, or the canary is not touched and the shell sees no more words
  /// than with a plain value.
  @Test(arguments: contexts)
  func noValueBecomesCode(_ context: String) throws {
    let folder = try ScratchFolder()
    let command = try command(context)
    let name = try #require(command.placeholders.first?.name)
    let plain = try count(in: command.resolved(with: [name: "v"]).get().raw, folder)
    var taken = 0
    for value in Self.values {
      guard case .success(let text) = command.resolved(with: [name: Untrusted(value)]) else {
        continue
      }
      taken += 1
      let printed = try count(in: text.raw, folder)
      // Arithmetic has its own words for a value that is no number.
      #expect(printed == plain || context.contains("$(("), "\(context) with \(value): \(text.raw)")
      #expect(access("\(folder.path)/CANARY", F_OK) != 0, "\(context) with \(value): \(text.raw)")
    }
    // Where everything is refused, at least a plain word goes in.
    #expect(taken > 0 || command.placeholders.allSatisfy(\.acceptsPlainOnly))
  }

  /// Runs a text where `show` prints how many arguments it was given; the lines that it printed.
  private func count(in text: String, _ folder: ScratchFolder) throws -> String {
    let script = "cd \(folder.path) || exit 9\nshow() { echo \"args $#\"; cat >/dev/null; }\n"
    try folder.write(
      script + "export -f show\n" + text + "\n", to: "script.sh")
    guard let pipe = popen("bash --noprofile --norc \(folder.path)/script.sh </dev/null 2>&1", "r")
    else {
      throw ScratchFolder.SystemFailure(code: errno)
    }
    defer { pclose(pipe) }
    var out: [UInt8] = []
    while true {
      let byte = fgetc(pipe)
      if byte == EOF { break }
      out.append(UInt8(truncatingIfNeeded: byte))
    }
    return String(decoding: out, as: UTF8.self)
  }
}
