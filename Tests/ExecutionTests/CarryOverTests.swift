import Glibc
import IncidentDomain
import Testing
import TextGate

@testable import Execution

@Suite("What a command leaves to the next", .timeLimit(.minutes(1)))
struct CarryOverTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func carry(
    _ text: Untrusted, environment: [String: String] = [:]
  ) async throws -> (carried: Carried?, report: CommandReport, text: String) {
    let command = try Watched(
      request(text, environment: environment), in: folder, named: "run-\(folder.names.count)")
    let report = try await command.end()
    #expect(folder.names.allSatisfy { $0.hasSuffix(".out") })
    switch report.carryOver {
    case .carried(let carried): return (carried, report, command.text)
    case .notCarried, .unchanged: return (nil, report, command.text)
    }
  }

  @Test("is the directory and what was exported")
  func plain() async throws {
    let before = request("", environment: ["OLD": "1", "GONE": "2", "SAME": "3"]).environment
    let result = try await carry(
      "export NEW='a b\nc' OLD=changed; unset GONE; LOCAL=x; cd /usr/bin",
      environment: ["OLD": "1", "GONE": "2", "SAME": "3"])
    let carried = try #require(result.carried)
    #expect(carried.directory == "/usr/bin")
    #expect(carried.environment["NEW"] == "a b\nc")
    #expect(carried.changes(from: before) == ["GONE", "NEW", "OLD"])
    #expect(carried.environment["LOCAL"] == nil)
    #expect(carried.refused == [])
    #expect(result.report.carryOver.sentence == nil)
    #expect(result.text == "")
  }

  @Test("is what the next command begins with")
  func next() async throws {
    let first = try #require(try await carry("export REGION=north; cd /var").carried)
    let command = try Watched(
      CommandRequest(
        text: "echo $REGION $PWD $MAYDAY_COMMAND$MAYDAY_CARRY.", directory: first.directory,
        environment: first.environment), in: folder, named: "next")
    _ = try await command.end()
    #expect(command.text == "north /var .\r\n")
  }

  @Test(
    "arrives whatever the shell's options and however it ends",
    arguments: [
      ("set -eu; export A=1; false; echo no", CommandVerdict.failed(exit: 1), ""),
      ("export A=1; exit 7", .failed(exit: 7), ""),
      ("export A=1; set -x; echo $((1+1))", .passed, "++ echo 2\r\n2\r\n"),
      ("export A=1; cat <<END\n$A\nEND", .passed, "1\r\n"),
      ("export A=1; exec 2>&- >&-; PATH=", .passed, ""),
      ("export A=1; kill -TERM $$", .signalled(15), ""),
      ("printf() { :; }; pwd() { :; }; env() { :; }; export A=1", .passed, ""),
      ("f() { export A=1; return 5; }; f", .failed(exit: 5), ""),
    ] as [(String, CommandVerdict, String)])
  func options(text: String, verdict: CommandVerdict, output: String) async throws {
    let result = try await carry(Untrusted(text))
    #expect(result.carried?.environment["A"] == "1")
    #expect(result.report.verdict == verdict)
    #expect(result.text == output)
  }

  @Test(
    "arrives beside the text's own EXIT trap, which works as ever",
    arguments: [
      ("trap 'echo \"bye $?\"' EXIT; export A=1; exit 6", CommandVerdict.failed(exit: 6), "bye 6"),
      ("trap 'echo \"it'\\''s\"; exit 9' 0; export A=1; exit 3", .failed(exit: 9), "it's"),
      ("trap 'echo first' EXIT; trap 'echo second' exit; export A=1", .passed, "second"),
      ("trap 'echo no' EXIT; trap - EXIT; export A=1", .passed, ""),
      ("trap 'echo no' EXIT; trap EXIT; export A=1", .passed, ""),
      ("trap -- 'echo two; echo lines' EXIT INT; export A=1", .passed, "two\r\nlines"),
      ("(trap 'echo sub' EXIT; exit 4); export A=$?$((A+0))", .passed, "sub"),
      (
        "export A=1; set -x; trap 'echo bye' EXIT", .passed,
        "++ trap 'echo bye' EXIT\r\n++ builtin trap 'echo bye' EXIT\r\n+ echo bye\r\nbye"
      ),
      ("export A=1; set -e; trap 'echo code $?' EXIT; false", .failed(exit: 1), "code 1"),
    ] as [(String, CommandVerdict, String)])
  func traps(text: String, verdict: CommandVerdict, output: String) async throws {
    let result = try await carry(Untrusted(text))
    #expect(["1", "40"].contains(result.carried?.environment["A"]))
    #expect(result.report.verdict == verdict)
    #expect(result.text == (output.isEmpty ? "" : output + "\r\n"))
  }

  @Test(
    "is nothing when the shell was replaced or killed, and that is said",
    arguments: ["exec true", "kill -9 $$", "exec bash -c 'export A=1'"])
  func nothing(text: String) async throws {
    let result = try await carry(Untrusted(text))
    #expect(result.carried == nil)
    #expect(
      result.report.carryOver.sentence
        == "Environment not carried: directory and variables stay as they were before.")
  }

  @Test("leaves out what would change later texts unseen, and names it")
  func refused() async throws {
    let result = try await carry(
      """
      export BASH_ENV=/tmp/x LD_PRELOAD= IFS=x GOOD=1
      kubectl() { echo other; }; export -f kubectl
      """)
    let carried = try #require(result.carried)
    #expect(carried.environment["GOOD"] == "1")
    #expect(carried.refused == ["BASH_ENV", "BASH_FUNC_kubectl%%", "IFS", "LD_PRELOAD"])
    #expect(Set(carried.environment.keys).isDisjoint(with: carried.refused))
    #expect(
      result.report.carryOver.sentence
        == """
        Not carried over, because they change what later commands do: BASH_ENV, \
        BASH_FUNC_kubectl%%, IFS, LD_PRELOAD.
        """)
  }

  @Test("may be larger than a pipe holds")
  func large() async throws {
    let result = try await carry(
      "for i in 1 2 3; do export BIG$i=$(printf %0100000d $i); done")
    #expect(result.carried?.environment["BIG3"]?.utf8.count == 100_000)
  }

  @Test("is taken whole or not at all")
  func parts() {
    let whole = Array("/usr\0A=1\0B=\0\0".utf8)
    #expect(Carried(whole)?.environment == ["A": "1", "B": ""])
    for length in 0..<whole.count {
      #expect(Carried(Array(whole[..<length])) == nil, "\(length)")
    }
    #expect(Carried(Array("usr\0A=1\0\0".utf8)) == nil)
    #expect(Carried(Array("/usr\0=1\0\0".utf8)) == nil)
    #expect(Carried(Array("/usr\0novalue\0\0".utf8)) == nil)
  }

  @Test("comes from an allow-list, which a pattern may widen and fixed values override")
  func rule() {
    let own = [
      "PATH": "/bin", "LC_TIME": "C", "DATABASE_URL": "x", "BASH_ENV": "y", "PAGER": "less",
      "MY_TOOL": "1",
    ]
    #expect(
      EnvironmentRule.standard.environment(from: own)
        == [
          "PATH": "/bin", "LC_TIME": "C", "PAGER": "cat", "GIT_PAGER": "cat",
          "SYSTEMD_PAGER": "cat",
        ])
    let rule = EnvironmentRule(allowed: ["MY_*"], set: ["TERM": "dumb"])
    #expect(rule.environment(from: own) == ["MY_TOOL": "1", "TERM": "dumb"])
  }
}
