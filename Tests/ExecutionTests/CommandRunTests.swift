import Execution
import Glibc
import IncidentDomain
import TerminalHarness
import Testing
import TextGate

@Suite("A command in a session of its own", .timeLimit(.minutes(5)))
struct CommandRunTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("runs the exact text and reports output, end, times and place")
  func runs() async throws {
    let command = try Watched(request("echo one; echo two >&2; exit 3"), in: folder)
    let report = try await command.end()
    #expect(command.text == "one\r\ntwo\r\n")
    #expect(report.verdict == .failed(exit: 3))
    #expect(report.outcome == .exited(3))
    #expect(report.started == Instant(milliseconds: 1000))
    #expect(report.ended == Instant(milliseconds: 2000))
    #expect(report.output.bytes == 10)
    #expect(report.output.excerpt == "one\ntwo")
    #expect(!report.output.excerptIsCut)
    #expect(report.notRecorded == nil)
    #expect(try folder.read(report.output.path) == command.seen)
    let sum = try Command.run("/usr/bin/sha256sum", [report.output.path])
    #expect(sum.out.prefix(64) == report.output.digest)
    #expect(folder.names == ["run.out"])
  }

  @Test(
    "judges by the exit codes that pass",
    arguments: [
      ("exit 0", [0], .passed), ("exit 2", [0, 2], .passed), ("exit 0", [2], .failed(exit: 0)),
      ("exit 255", [0], .failed(exit: 255)), ("kill -USR1 $$", [0], .signalled(10)),
      ("nosuchprogram", [0], .failed(exit: 127)),
    ] as [(String, Set<Int>, CommandVerdict)])
  func verdicts(text: String, passing: Set<Int>, expected: CommandVerdict) async throws {
    var wanted = request(Untrusted(text))
    wanted.passingExitCodes = passing
    let command = try Watched(wanted, in: folder)
    #expect(try await command.end().verdict == expected)
  }

  @Test("gives it a terminal of the size asked for, and leads a session that has it")
  func terminal() async throws {
    var wanted = request(
      """
      stty size; test -t 0 && test -t 1 && test -t 2 && echo all; echo direct >/dev/tty
      ps -o pid=,pgid=,sid=,tpgid= -p $$
      """)
    (wanted.rows, wanted.columns) = (33, 99)
    let command = try Watched(wanted, in: folder)
    _ = try await command.end()
    let lines = command.text.split(separator: "\r\n")
    #expect(lines.prefix(3) == ["33 99", "all", "direct"])
    let numbers = try #require(lines.last).split(separator: " ")
    #expect(numbers.count == 4 && Set(numbers) == ["\(command.run.process)"])
  }

  @Test("names lines of the text in its messages, as bash does")
  func lineNumbers() async throws {
    let command = try Watched(request("echo $LINENO\nnosuchprogram\n:"), in: folder)
    _ = try await command.end()
    #expect(command.text.contains("1\r\n/bin/bash: line 2: nosuchprogram: command not found"))
  }

  @Test("hands down no descriptor, in a hundred commands, and keeps none")
  func descriptors() async throws {
    let database = open(folder.path + "/record.sqlite", O_RDWR | O_CREAT, 0o600)
    defer { close(database) }
    let list = "for f in /proc/self/fd/* /proc/$$/fd/*; do readlink $f; done"
    for number in 0..<100 {
      let command = try Watched(
        request(Untrusted("\(list)\nbash -c '\(list)'")), in: folder, named: "run-\(number)")
      _ = try await command.end()
      // 0, 1 and 2 of the shell, of a child, and of a child's child: nothing but the terminal.
      let places = Set(command.text.split(separator: "\r\n"))
      #expect(places.count == 1, "\(places)")
      #expect(places.first?.hasPrefix("/dev/pts/") == true)
    }
    let own = try Command.run("/bin/ls", ["-l", "/proc/\(getpid())/fd"])
    let kept = own.out.split(separator: "\n").filter { $0.contains(folder.path) }
    #expect(kept.count == 1 && kept.first?.hasSuffix("record.sqlite") == true, "\(kept)")
  }

  @Test("starts it with default signals, none blocked")
  func signals() async throws {
    let command = try Watched(
      request(#"sed -En 's/Sig(Blk|Ign):.(.*)/\1 \2/p' /proc/self/status"#), in: folder)
    _ = try await command.end()
    let lines = command.text.split(separator: "\r\n")
    #expect(lines.first == "Blk 0000000000000000")
    // glibc's posix_spawn ignores 32 and 33, which belong to its own threads.
    #expect(["Ign 0000000000000000", "Ign 0000000180000000"].contains(lines.last))
  }

  @Test("keeps the text out of what every user of the machine can read")
  func commandLine() async throws {
    let command = try Watched(
      request("echo started-$((40+2)); read nothing # made-up-text"), in: folder)
    #expect(await command.output("started-42"))
    let line = try folder.read("/proc/\(command.run.process)/cmdline")
    #expect(String(decoding: line, as: UTF8.self).contains("--noprofile"))
    #expect(!String(decoding: line, as: UTF8.self).contains("made-up-text"))
    command.run.interrupt()
    _ = try await command.end()
  }

  @Test("stores output closed to others whatever the umask, and never over another file")
  func privacy() async throws {
    let command = try Watched(request("true"), in: folder, named: "../../odd name")
    let report = try await command.end()
    #expect(report.output.path == folder.output.path + "/_.._.._odd_name.out")
    var status = stat()
    #expect(stat(report.output.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(stat(folder.output.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    let again = #expect(throws: CannotStart.self) {
      try Watched(request("true"), in: folder, named: "../../odd name")
    }
    #expect(again == .outputNotStored(Untrusted(report.output.path), code: EEXIST))
    chmod(folder.output.path, 0o750)
    #expect(throws: CannotStart.folderNotPrivate(Untrusted(folder.output.path))) {
      try OutputFolder(path: folder.output.path)
    }
  }

  @Test("says why nothing was run, and leaves nothing behind")
  func refusals() throws {
    func refusal(_ wanted: CommandRequest) -> CannotStart? {
      #expect(throws: CannotStart.self) { try Watched(wanted, in: folder) }
    }
    #expect(refusal(request(" \n")) == .emptyCommand)
    #expect(refusal(request("echo a\u{0}b")) == .holdsNull(.command))
    #expect(refusal(request("true", in: "/tmp\u{0}")) == .holdsNull(.directory))
    #expect(refusal(request("true", environment: ["A": "\u{0}"])) == .holdsNull(.environment))
    #expect(refusal(request("true", in: "/no/such")) == .noDirectory("/no/such"))
    #expect(refusal(request("true", in: "/etc/passwd")) == .notADirectory("/etc/passwd"))
    let long = "#" + String(repeating: "x", count: 131_072)
    #expect(refusal(request(Untrusted(long))) == .tooLong(bytes: 131_073))
    let large = String(repeating: "x", count: 200_000)
    #expect(
      refusal(request("true", environment: ["LARGE": large])) == .environmentTooLarge)
    #expect(folder.names == [])
    let own = try Command.run("/bin/ls", ["-l", "/proc/\(getpid())/fd"])
    #expect(!own.out.contains(folder.path))
    #expect(
      CannotStart.noDirectory("/no/\u{1B}[2J").sentence
        == "Nothing was run: the directory /no/^[[2J is not there; choose another.")
  }

  @Test("takes texts up to the longest that a shell takes")
  func longest() async throws {
    let comment = String(repeating: "x", count: 131_000)
    let command = try Watched(request(Untrusted("echo seen #\(comment)")), in: folder)
    #expect(try await command.end().verdict == .passed)
    #expect(command.text == "seen\r\n")
  }

  @Test(
    "takes values for what they are, wherever they come from",
    arguments: ["$(touch C)", "`touch C`", "'; touch C; '", "\"; touch C; \"", "\ntouch C\n", "&C"])
  func injection(value: String) async throws {
    let canary = folder.path + "/canary"
    let hostile = value.split(separator: "C", omittingEmptySubsequences: false)
      .joined(separator: canary)
    let place = folder.path + "/a" + value.filter { $0 != "/" }
    try #require(mkdir(place, 0o700) == 0)
    let command = try Watched(
      request(
        #"printf %s "$VALUE" >"$OUT"; [ "$PWD" = "$PLACE" ] && echo "same place""#, in: place,
        environment: ["VALUE": hostile, "PLACE": place, "OUT": folder.path + "/value"]),
      in: folder, named: value)
    let report = try await command.end()
    #expect(command.text == "same place\r\n")
    #expect(try folder.read(folder.path + "/value") == Array(hostile.utf8))
    #expect(report.carryOver != .notCarried)
    #expect(access(canary, F_OK) != 0)
    #expect(access(place + "/C", F_OK) != 0)
  }
}
