import Glibc
import IncidentDomain
import TerminalHarness
import Testing
import TextGate

@testable import Execution

/// A sleeping child that was there before it said so: bash can miss a signal for a child that it is
/// just starting.
private let sleeper: Untrusted = "sh -c 'echo up; exec sleep 1000'; echo not reached"

@Suite("The end of a command", .timeLimit(.minutes(1)))
struct EndingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The number that the command printed after `label`.
  private func process(_ label: String, in text: String) throws -> Int32 {
    let after = try #require(text.split(separator: label + " ").last)
    return try #require(Int32(after.prefix { $0.isNumber }))
  }

  @Test("comes by SIGINT at the first interruption")
  func interrupt() async throws {
    let command = try Watched(request(sleeper), in: folder)
    await command.output("up")
    #expect(command.run.nextInterruption == .asked)
    #expect(command.run.interrupt() == .asked)
    let report = try await command.end()
    #expect(report.verdict == .interrupted)
    #expect(report.outcome == .signalled(2))
    #expect(command.run.interrupt() == nil)
    #expect(!command.text.contains("not reached"))
  }

  @Test(
    "comes at once in the way that a person chose, and the record says who and how",
    arguments: CommandRun.Interruption.allCases)
  func chosen(how: CommandRun.Interruption) async throws {
    var wanted = request("sh -c 'echo up; exec sleep 1000'; echo not reached")
    wanted.person = "alice"
    let command = try Watched(wanted, in: folder)
    await command.output("up")
    #expect(command.run.stop(how) == how)
    let report = try await command.end()
    #expect(report.verdict == .interrupted)
    #expect(report.ending == .stopped(by: "alice", signal: Int(how.signal)))
    let word: [CommandRun.Interruption: String] = [.asked: "INT", .told: "TERM", .killed: "KILL"]
    #expect(
      report.record(run: nil, step: nil).result.text == "stopped by alice (\(word[how] ?? ""))")
    #expect(command.run.stop(.killed) == nil)
  }

  @Test("stays an interruption when the command ends well after it")
  func graceful() async throws {
    let command = try Watched(
      request("trap 'echo tidy; exit 0' INT; echo up; while :; do sleep 0.01; done"), in: folder)
    await command.output("up")
    command.run.interrupt()
    let report = try await command.end()
    #expect(report.verdict == .interrupted)
    #expect(report.outcome == .exited(0))
    #expect(command.text.contains("tidy"))
  }

  @Test("comes by SIGTERM, then by SIGKILL, to a command and its children that ignore the rest")
  func ladder() async throws {
    let command = try Watched(
      request(
        """
        trap '' INT; trap 'echo "told"' TERM
        (trap '' INT TERM HUP; echo "child $BASHPID."; while :; do sleep 1000; done) &
        (trap '' INT TERM HUP; echo "other $BASHPID."; exec sleep 1000) &
        echo "up"; while :; do wait; done
        """), in: folder)
    await command.output("up")
    await command.output("child")
    await command.output("other")
    let child = try process("child", in: command.text)
    let other = try process("other", in: command.text)
    #expect(command.run.interrupt() == .asked)
    #expect(command.run.interrupt() == .told)
    #expect(await command.output("told"))
    #expect(isAlive(child) && isAlive(other))
    #expect(command.run.nextInterruption == .killed)
    #expect(command.run.interrupt() == .killed)
    let report = try await command.end()
    #expect(report.verdict == .interrupted)
    #expect(report.outcome == .signalled(9))
    #expect(try await isGone(child))
    #expect(try await isGone(other))
  }

  @Test("reaches jobs that have groups of their own")
  func jobs() async throws {
    let command = try Watched(
      request(
        """
        set -m
        (trap '' INT TERM HUP; sleep 1000) & echo "job $!."
        trap '' INT TERM; (trap '' INT TERM HUP; echo "up"; while :; do sleep 1000; done)
        """), in: folder)
    await command.output("up")
    let job = try process("job", in: command.text)
    #expect(getpgid(job) == job)
    for _ in 1...3 { command.run.interrupt() }
    _ = try await command.end()
    #expect(try await isGone(job))
  }

  @Test("comes at the time limit: SIGTERM first")
  func limit() async throws {
    var wanted = request("trap 'echo tidy; exit 0' TERM; while :; do sleep 0.01; done")
    wanted.timeLimit = .init(.seconds(1), grace: .seconds(30))
    let start = ContinuousClock.now
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.verdict == .timedOut)
    #expect(report.outcome == .exited(0))
    #expect(ContinuousClock.now - start >= .seconds(1))
  }

  @Test("comes by SIGKILL when the grace is over, for the children too")
  func limitIgnored() async throws {
    var wanted = request(
      """
      trap '' TERM INT HUP
      (sleep 1000) & echo "child $!."
      while :; do wait; done
      """)
    wanted.timeLimit = .init(.seconds(1), grace: .milliseconds(200))
    let command = try Watched(wanted, in: folder)
    let report = try await command.end()
    #expect(report.verdict == .timedOut)
    #expect(report.outcome == .signalled(9))
    #expect(try await isGone(process("child", in: command.text)))
  }

  @Test("takes children along that outlive a shell whose time is over")
  func limitSurvivor() async throws {
    var wanted = request(
      """
      (trap '' TERM INT HUP; echo "child $BASHPID."; while :; do sleep 1000; done) &
      sleep 1000
      """)
    wanted.timeLimit = .init(.seconds(1), grace: .seconds(50))
    let command = try Watched(wanted, in: folder)
    let report = try await command.end()
    #expect(report.verdict == .timedOut)
    #expect(try await isGone(process("child", in: command.text)))
  }

  @Test("does not wait for what the command left in the background, and keeps its last words")
  func background() async throws {
    let command = try Watched(
      request(
        "trap '' HUP; sleep 1000 >/dev/null 2>&1 & echo \"left $!.\"; seq 1 3000; echo last words"),
      in: folder)
    let report = try await command.end()
    let left = try process("left", in: command.text)
    defer { kill(left, SIGKILL) }
    #expect(report.verdict == .passed)
    #expect(command.text.hasSuffix("3000\r\nlast words\r\n"))
    #expect(isAlive(left))
  }

  @Test("goes on while the command has closed its terminal")
  func closed() async throws {
    let command = try Watched(
      request("echo up; exec <&- >&- 2>&-; sleep 0.2; exit 4"), in: folder)
    #expect(try await command.end().verdict == .failed(exit: 4))
  }

  @Test("comes with a lost connection: the console hangs up")
  func hangUp() async throws {
    let command = try Watched(request(sleeper), in: folder)
    await command.output("up")
    command.run.hangUp()
    let report = try await command.end()
    #expect(report.outcome == .signalled(1))
    #expect(report.verdict == .lost && report.ending == .lost)
    // How far it came is not known: the record never says that it failed.
    let record = report.record(run: nil, step: nil)
    #expect(record.outcome == .unknown && record.passed == nil)
    #expect(record.process == Int(command.run.process))
    #expect(record.output == "up")
  }

  @Test("comes with a lost connection, whatever ignores it")
  func hangUpIgnored() async throws {
    let command = try Watched(request("trap '' HUP; echo up; sleep 1000; sleep 1000"), in: folder)
    await command.output("up")
    command.run.hangUp()
    let report = try await command.end()
    #expect(report.outcome == .signalled(9))
    #expect(report.verdict == .lost && report.ending == .lost)
  }

  @Test("comes with a lost connection: this process dies, and the kernel hangs up")
  func kernelHangsUp() async throws {
    let terminal = try PseudoTerminal(rows: 24, columns: 80)
    let shell = try ShellProcess(
      path: "/bin/bash", arguments: ["-c", "sleep 1000 & echo \"child $!.\"; sleep 1000"],
      environment: [:], directory: nil, wiring: .terminal(terminal.slavePath))
    var seen: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 100)
    let deadline = ContinuousClock.now + .seconds(10)
    while !seen.contains(UInt8(ascii: ".")), waitForAny([terminal.master], until: deadline)[0] {
      seen += terminal.master.read(into: &buffer) ?? []
    }
    terminal.master.letGo()
    #expect(waitForAny([shell.watch], until: deadline)[0])
    #expect(shell.ended == .signalled(1))
    shell.reap()
    #expect(
      try await isGone(process("child", in: String(decoding: seen, as: UTF8.self))))
  }

  @Test("tells the command a new size")
  func resize() async throws {
    let command = try Watched(
      request("trap 'stty size; exit' WINCH; echo up; while :; do sleep 0.01; done"), in: folder)
    await command.output("up")
    command.run.resize(rows: 50, columns: 132)
    #expect(await command.output("50 132"))
    #expect(try await command.end().verdict == .passed)
  }
}
