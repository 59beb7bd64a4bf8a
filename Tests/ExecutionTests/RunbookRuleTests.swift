import Glibc
import IncidentDomain
import TerminalHarness
import Testing
import TextGate

@testable import Execution

@Suite("What a runbook asks of a command", .timeLimit(.minutes(1)))
struct RunbookRuleTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  // MARK: Expected output

  @Test("is looked for in all of the output, not only in what the record keeps of it")
  func farAway() async throws {
    var wanted = request("seq 1 20000; printf 'the leader \\033[1mis\\033[0m pg-7\\n'; seq 1 20000")
    wanted.expectations = [.contains("leader is pg"), .matches("^the leader .*[0-9]$")]
    let report = try await Watched(wanted, in: folder).end()
    #expect(!report.output.excerpt.raw.contains("leader"))
    #expect(report.checks.map(\.isMet) == [true, true])
    #expect(report.verdict == .passed)
  }

  @Test("decides whether a command that exits well has passed")
  func missing() async throws {
    var wanted = request("echo follower")
    wanted.expectations = [.contains("leader"), .contains("follower")]
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.verdict == .unexpectedOutput && report.outcome == .exited(0))
    let record = report.record(run: nil, step: nil)
    #expect(record.passed == false && record.checks.map(\.isMet) == [false, true])
    #expect(record.result == "exit 0, output not as expected")
  }

  @Test("may be a pattern that takes far too long: the command's end is not kept from anybody")
  func endless() async throws {
    var wanted = request("echo aaaaaaaaaaaaaaaaaaaaaaaaaaa; echo up")
    wanted.expectations = [.matches("^(a+)+b$")]
    let start = ContinuousClock.now
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.verdict == .unexpectedOutput)
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  // MARK: Values

  @Test(
    "makes a value of the last line",
    arguments: [
      ("echo one; echo two", "two"), ("printf 'a\\n  b c \\n\\n \\n'", "b c"),
      ("printf '\\033[32mgreen\\033[0m'", "green"), ("true", nil), ("printf 'a\\n\\n'", "a"),
      ("printf 'caf\\303\\251'", "caf\u{E9}"), ("printf 'bad\\377'", nil),
      ("printf 'bell\\007'", nil), ("head -c 5000 /dev/zero | tr '\\0' x", nil),
    ] as [(String, String?)])
  func value(text: String, value: String?) async throws {
    var wanted = request(Untrusted(text))
    wanted.value = .init(name: "LEADER", isSecret: false)
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.value?.text == value.map { Untrusted($0) })
    let record = report.record(run: nil, step: nil)
    #expect(record.value == value.map { CommandValue(name: "LEADER", text: Untrusted($0)) })
  }

  @Test("keeps a secret last line from the screen, the file and the record")
  func secretValue() async throws {
    let parts = ["sesame", "99", "opens"]
    var wanted = request("echo user; printf 'sesame99'; sleep 0.1; echo opens; echo; echo")
    wanted.value = .init(name: "DB_PASSWORD", isSecret: true)
    let command = try Watched(wanted, in: folder)
    let report = try await command.end()
    #expect(report.value?.text?.raw == parts.joined())
    #expect(command.text.hasPrefix("user\r\n<redacted: secret>"))
    #expect(parts.allSatisfy { !command.text.contains($0) })
    let stored = String(decoding: try folder.read(report.output.path), as: UTF8.self)
    let record = report.record(run: nil, step: nil)
    #expect(parts.allSatisfy { !stored.contains($0) && !record.output.raw.contains($0) })
    #expect(record.value == CommandValue(name: "DB_PASSWORD", text: nil))
  }

  @Test("makes no value of what a command that did not pass printed")
  func failedValue() async throws {
    var wanted = request("echo half; exit 1")
    wanted.value = .init(name: "LEADER", isSecret: false)
    #expect(try await Watched(wanted, in: folder).end().value == nil)
  }

  // MARK: Checks

  @Test("tries the check, each time in a process of its own, until it passes")
  func poll() async throws {
    let count = folder.path + "/count"
    var wanted = request("cd /usr; export A=1; echo begun")
    wanted.poll = .init(
      text: Untrusted("echo $A $PWD $$ >>'\(count)'; [ $(wc -l <'\(count)') = 3 ]"),
      every: .milliseconds(20), limit: .seconds(30))
    let command = try Watched(wanted, in: folder)
    let report = try await command.end()
    #expect(report.verdict == .passed && report.outcome == .exited(0))
    #expect(report.poll?.tries == 3 && report.poll?.isMet == true)
    #expect(report.record(run: nil, step: nil).result == "exit 0, so at try 3")
    let tries = String(decoding: try folder.read(count), as: UTF8.self).split(separator: "\n")
    #expect(tries.count == 3 && tries.allSatisfy { $0.hasPrefix("1 /usr ") })
    #expect(Set(tries).count == 3)
    // Each was taken away: not even a zombie is left of it.
    for line in tries {
      let process = try #require(line.split(separator: " ").last.flatMap { Int32($0) })
      #expect(kill(process, 0) == -1 && errno == ESRCH, "\(line)")
    }
    #expect(command.text.contains("begun\r\n[try 1]"))
    #expect(folder.names.filter { $0.hasSuffix(".out") }.count == 1)
  }

  @Test("gives the check up when its time is over")
  func pollTimesOut() async throws {
    var wanted = request("echo begun")
    wanted.poll = .init(text: "exit 4", every: .milliseconds(300), limit: .seconds(1))
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.verdict == .timedOut && report.ending == .timedOut(seconds: 1))
    #expect(report.poll?.isMet == false)
    #expect((2...4).contains(report.poll?.tries ?? 0))
    #expect(report.record(run: nil, step: nil).passed == false)
  }

  @Test("ends a try that hangs when the check's time is over")
  func pollHangs() async throws {
    var wanted = request("sleep 1000")
    wanted.poll = .init(text: "sleep 1000", every: .seconds(1), limit: .seconds(1))
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.verdict == .timedOut && report.poll?.tries == 1)
  }

  @Test("stops the check between two tries and during one, when a person says so")
  func pollStopped() async throws {
    for (text, every) in [("exit 1", Duration.seconds(1000)), ("echo on; sleep 1000", .zero)] {
      var wanted = request("echo begun")
      wanted.person = "bob"
      wanted.poll = .init(text: Untrusted(text), every: every, limit: .seconds(2000))
      let command = try Watched(wanted, in: folder, named: "run-\(text.count)")
      await command.output(text == "exit 1" ? "[try 1]" : "on\r\n")
      command.run.stop(.told)
      let report = try await command.end()
      #expect(report.verdict == .interrupted)
      #expect(report.ending == .stopped(by: "bob", signal: 15))
      #expect(report.poll?.tries == 1)
      #expect(report.record(run: nil, step: nil).result == "stopped by bob after 1 try")
    }
  }

  @Test("does not begin the check when the command itself did not pass")
  func noPoll() async throws {
    var wanted = request("exit 2")
    wanted.poll = .init(text: "true", every: .zero, limit: .seconds(10))
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.poll == nil && report.verdict == .failed(exit: 2))
  }

  @Test("can be a check alone, which leaves directory and variables as they were")
  func pollAlone() async throws {
    var wanted = request("cd /usr; exit 0")
    wanted.poll = .init(text: wanted.text, every: .zero, limit: .seconds(10))
    let report = try await Watched(wanted, in: folder).end()
    #expect(report.poll?.tries == 1 && report.verdict == .passed)
    #expect(report.carryOver == .unchanged)
  }

  // MARK: What is carried over

  @Test("carries over through a private file, without what is secret")
  func store() async throws {
    let base = ["PATH": "/usr/bin:/bin", "GONE": "1", "SAME": "2"]
    let token = "ghp_" + String(repeating: "a1B2", count: 9)
    let report = try await Watched(
      CommandRequest(
        text: Untrusted(
          """
          cd /var; export REGION='north \u{E9}' DB_PASSWORD=sesame99 HANDLE=\(token); unset GONE
          export ODD=value-of-a-parameter
          """),
        directory: "/", environment: base), in: folder
    ).end()
    guard case .carried(let carried) = report.carryOver else {
      Issue.record("nothing was carried")
      return
    }
    let changes = CarriedChanges(carried, from: base)
    let secrets = [Secret("value-of-a-parameter")]
    #expect(changes.secretNames(secrets) == ["DB_PASSWORD", "HANDLE", "ODD"])
    let run = EventID(bytes: InlineArray<32, UInt8>(repeating: 7))
    let store = CarryStore(folder: folder.output, run: run, person: "ana")
    #expect(store.load() == nil)
    #expect(store.save(changes, secrets: secrets) == nil)
    let kept = try #require(store.load())
    #expect(kept.directory == "/var" && kept.removed == ["GONE"])
    #expect(
      kept.environment(over: ["PATH": "/bin", "GONE": "1", "TERM": "vt100"])
        == ["PATH": "/bin", "TERM": "vt100", "REGION": "north \u{E9}"])
    // Another person and another run have their own.
    #expect(CarryStore(folder: folder.output, run: run, person: "bob").load() == nil)
    let file = try #require(folder.names.first { $0.hasPrefix("carried-") })
    let path = folder.output.path + "/" + file
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    let bytes = String(decoding: try folder.read(path), as: UTF8.self)
    #expect(!bytes.contains("sesame99") && !bytes.contains(token))
    #expect(!bytes.contains("value-of-a-parameter"))
    // What others could have written is not taken.
    chmod(path, 0o644)
    #expect(store.load() == nil)
  }

  @Test("says so when nothing can be kept")
  func storeFails() throws {
    let store = CarryStore(
      folder: folder.output, run: EventID(bytes: InlineArray<32, UInt8>(repeating: 7)),
      person: "ana")
    _ = try Command.run("/bin/rm", ["-r", folder.output.path])
    let carried = try #require(Carried(Array("/usr\0A=1\0\0".utf8)))
    let told = store.save(CarriedChanges(carried, from: [:]), secrets: [])
    #expect(told?.text.hasPrefix("Environment not carried: ") == true)
  }
}
