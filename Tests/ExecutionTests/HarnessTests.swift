import Glibc
import TerminalHarness
import Testing

@Suite("A program in a real terminal, as tests see it")
struct HarnessTests {
  @Test("shows what the program printed, with attributes and colours")
  func decodes() throws {
    let program = try TerminalProgram(
      "/bin/sh",
      ["-c", #"printf '\033[1mbold\033[0m \033[7mback\033[0m \033[31mred\033[0m 漢é\n'; read x"#])
    let screen = try program.waitForText("漢é")
    #expect(screen.line(0) == "bold back red 漢é")
    #expect(screen.cell(0, 0).bold && !screen.cell(0, 5).bold)
    #expect(screen.cell(0, 5).reverse && !screen.cell(0, 0).reverse)
    #expect(screen.cell(0, 10).foreground == .indexed(1))
    #expect(screen.cell(0, 0).foreground == .standard)
    #expect(screen.cell(0, 14).width == 2)
    #expect(screen.cell(0, 15).characters.isEmpty)
    #expect(screen.cursor == (1, 0))
  }

  @Test("gives the program a controlling terminal of the size asked for")
  func controllingTerminal() throws {
    let program = try TerminalProgram(
      "/bin/sh", ["-c", "stty size; echo tty >/dev/tty; exit 7"],
      size: TerminalSize(rows: 11, columns: 47))
    #expect(try program.waitForExit() == .exited(7))
    #expect(program.screen.lines.prefix(2) == ["11 47", "tty"])
  }

  @Test("hands down no descriptor but the terminal, and no blocked or ignored signal")
  func cleanChild() throws {
    let file = open("/dev/null", O_RDONLY)  // not close-on-exec, on purpose
    defer { close(file) }
    let lister = try TerminalProgram("/bin/ls", ["-1", "/proc/self/fd"])
    try lister.waitForExit()
    // 3 is the folder that ls reads.
    #expect(lister.screen.lines.prefix(5) == ["0", "1", "2", "3", ""])
    let program = try TerminalProgram(
      "/bin/sed", ["-En", #"s/Sig(Blk|Ign):.(.*)/\1 \2/p"#, "/proc/self/status"])
    try program.waitForExit()
    let none = "0000000000000000"
    // glibc's posix_spawn ignores 32 and 33, which belong to its own threads.
    #expect(
      program.screen.lines.prefix(2) == ["Blk \(none)", "Ign 0000000180000000"]
        || program.screen.lines.prefix(2) == ["Blk \(none)", "Ign \(none)"])
  }

  @Test("types, presses keys, and reads the line's modes")
  func types() throws {
    let program = try TerminalProgram(
      "/bin/sh", ["-c", "echo ready; read a; stty -echo -icanon; echo raw; cat -v"])
    try program.waitForText("ready")
    #expect(program.lineModes == (true, true, true))
    try program.send("typed\r")
    try program.waitForText("raw")
    #expect(program.lineModes.echoes == false)
    #expect(program.lineModes.editsLines == false)
    try program.send(keys: [.up, .function(5), .escape, .alt("x"), .control("a"), .enter])
    try program.waitForText("^[[A^[[15~^[^[x^A")
    try program.send(key: .control("c"))
    #expect(try program.waitForExit() == .signalled(SIGINT))
  }

  @Test("follows the alternate screen, the cursor and bracketed paste, and pastes with marks")
  func modes() throws {
    let program = try TerminalProgram(
      "/bin/sh",
      ["-c", #"stty -echo; printf '\033[?1049h\033[?25l\033[?2004h\033[?1hon'; cat -v"#])
    try program.waitFor("all modes on") {
      $0.contains("on") && $0.modes.alternateScreen && $0.modes.bracketedPaste
        && !$0.modes.cursorVisible
    }
    try program.paste("two words")
    try program.send(key: .up)
    try program.send("\r")
    try program.waitForText("^[[200~two words^[[201~^[OA")
    try program.send(bytes: [4])
    #expect(try program.waitForExit() == .exited(0))
  }

  @Test("resizes, and less redraws for the new size")
  func resizes() throws {
    let program = try TerminalProgram("/usr/bin/less", ["-X", "/usr/share/common-licenses/GPL-3"])
    try program.waitForText("GNU GENERAL PUBLIC LICENSE")
    let before = try program.waitFor("24 rows") { $0.line(23).hasPrefix("/usr/share") }
    #expect(before.lines.count == 24)
    try program.resize(TerminalSize(rows: 10, columns: 60))
    try program.send(key: .character("g"))
    try program.waitFor("10 rows") { $0.size.rows == 10 && $0.line(9) == ":" }
    try program.send("q")
    #expect(try program.waitForExit() == .exited(0))
  }

  @Test("measures a key's way, counts its bytes, and knows when quiet")
  func measures() throws {
    let program = try TerminalProgram("/bin/cat")
    let took = try program.latency(of: .character("x"))
    #expect(took < .seconds(2))
    try program.waitForText("x")
    let count = program.byteCount
    try program.send("yz")
    try program.waitUntilQuiet(for: .milliseconds(100))
    #expect(program.bytes(after: count) == Array("yz".utf8))
  }

  @Test("fails a wait with the screen in its message, and at once when the program is gone")
  func failures() throws {
    let alive = try TerminalProgram("/bin/sh", ["-c", "echo seen; read x"])
    try alive.waitForText("seen")
    let slow = #expect(throws: HarnessError.self) {
      try alive.waitForText("never", within: .milliseconds(50))
    }
    #expect(slow?.description.contains("|seen") == true)
    let gone = try TerminalProgram("/bin/sh", ["-c", "echo last words; exit 3"])
    let start = ContinuousClock.now
    let early = #expect(throws: HarnessError.self) { try gone.waitForText("never") }
    #expect(early?.description.contains("exit 3") == true)
    #expect(early?.description.contains("last words") == true)
    #expect(ContinuousClock.now - start < .seconds(8))
  }

  @Test("hangs up as a lost connection does")
  func hangsUp() throws {
    let program = try TerminalProgram("/bin/sh", ["-c", "echo up; sleep 1000; :"])
    try program.waitForText("up")
    program.hangUp()
    let status = try program.waitForExit()
    #expect(status == .signalled(SIGHUP))
  }

  @Test("loses nothing of a fast program's output")
  func drains() throws {
    let program = try TerminalProgram("/bin/sh", ["-c", "seq 1 20000; echo the end"])
    try program.waitForExit()
    #expect(program.screen.contains("the end"))
    #expect(program.byteCount == 128_894 + 9)
  }
}

@Suite("A plain subcommand, as tests run it")
struct HarnessCommandTests {
  @Test("returns status, output and errors apart, and feeds standard input")
  func runs() throws {
    let result = try Command.run(
      "/bin/sh", ["-c", "cat; echo problem >&2; exit 4"], stdin: "given\n")
    #expect(result.status == .exited(4))
    #expect(result.out == "given\n")
    #expect(result.err == "problem\n")
  }

  @Test("has no terminal, the environment asked for, and the folder asked for")
  func surroundings() throws {
    let result = try Command.run(
      "/bin/sh", ["-c", "pwd; echo $ONLY; test -t 0 || echo none; env | wc -l"],
      environment: ["ONLY": "this"], directory: "/usr")
    #expect(result.out.hasPrefix("/usr\nthis\nnone\n"))
  }

  @Test("kills what is not done in time, and tells a program that is not there")
  func failures() throws {
    let late = #expect(throws: HarnessError.self) {
      try Command.run(
        "/bin/sh", ["-c", "echo so far; sleep 100"], within: .milliseconds(300))
    }
    #expect(late?.description.contains("so far") == true)
    let missing = #expect(throws: HarnessError.self) { try Command.run("/no/such/program") }
    #expect(missing?.description.contains("/no/such/program: No such file") == true)
  }

  @Test("finds programs that were built beside the tests, and names one that is missing")
  func binaries() throws {
    let missing = #expect(throws: HarnessError.self) { try Binary.path(named: "no-such") }
    #expect(missing?.description.contains("no-such") == true)
  }
}

@Suite("The judge of bytes that reach a terminal")
struct EscapeOracleTests {
  /// `\e` and `\a` stand for their bytes, so that a test log holds no live sequence.
  private func findings(_ notation: String) -> [String] {
    let text = notation.split(separator: "\\e", omittingEmptySubsequences: false)
      .joined(separator: "\u{1B}")
    return EscapeOracle.findings(
      Array(
        text.split(separator: "\\a", omittingEmptySubsequences: false)
          .joined(separator: "\u{07}").utf8))
  }

  @Test(
    "accepts what ncurses sends",
    arguments: [
      #"\e[?1049h\e[22;0;0t\e[1;24r\e(B\e[m\e[4l\e[?7h\e[?1h\e="#,
      #"\e[H\e[2J\e[3;10Hplain é 漢 text\e[K\e[38;5;12mx\e[5b"#,
      #"\e[?12l\e[?25h\e[23;0;0t\e[?1l\e>\e[?1006;1000h\e[0 q\e[!p"#,
    ])
  func clean(notation: String) {
    #expect(findings(notation) == [])
  }

  @Test(
    "finds what acts",
    arguments: [
      (#"\e]0;title\a"#, "string sequence"), (#"\e]52;c;aGk=\e\"#, "string sequence"),
      (#"\ePq\e\"#, "string sequence"), (#"\e]0;never ended"#, "string sequence"),
      (#"\e[6n"#, "query"), (#"\e[c"#, "query"), (#"\e[>0c"#, "query"),
      (#"\e[?1337h"#, "escape"), (#"\e[21t"#, "escape"), (#"\ec"#, "escape"),
      (#"\e[3"#, "escape"), (#"a\a"#, "C0 0x7"),
    ])
  func acts(notation: String, finding: String) {
    let findings = findings(notation)
    #expect(findings.contains { $0.contains(finding) }, "\(findings)")
  }

  @Test("finds what hides, and bytes that are no UTF-8")
  func hides() {
    #expect(findings("a\u{7F}").first == "C0 0x7f at 1")
    #expect(findings("a\u{9B}5m") == ["C1 U+9B"])
    #expect(findings("bob\u{202E}ecila") == ["invisible/bidi U+202E"])
    #expect(findings("pro\u{200B}d\u{E0041}").count == 2)
    #expect(findings("e" + String(repeating: "\u{302}", count: 4)) == [])
    #expect(findings("e" + String(repeating: "\u{302}", count: 5)).count == 1)
    #expect(EscapeOracle.findings([0x61, 0xE2, 0x82, 0x20]) == ["invalid UTF-8, 2 bytes"])
  }

  @Test("lets our own title pass, when told which it is")
  func title() {
    let title = Array("\u{1B}]0;mayday INC-1\u{07}\u{1B}]2;mayday\u{1B}\\text".utf8)
    #expect(EscapeOracle.findings(title, ours: "mayday") == [])
    #expect(EscapeOracle.findings(title).count == 2)
  }
}
