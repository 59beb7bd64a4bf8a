import Testing
import TextGate

@testable import IncidentDomain

/// What the record says of a command's end, in words and in older forms.
@Suite struct CommandRecordTests {
  private static func record(
    _ outcome: CommandOutcome, _ ending: CommandEnding = .byItself, checks: [OutputCheck] = [],
    poll: PollRecord? = nil
  ) -> CommandRecord {
    CommandRecord(
      run: nil, step: nil, command: "systemctl restart patroni", directory: "/",
      started: .noon, ended: .noon + 72, outcome: outcome, ending: ending, checks: checks,
      poll: poll, process: 4711, outputBytes: 0, outputDigest: "", output: "", outputCut: false)
  }

  @Test(arguments: [
    (record(.exited(3)), "exit 3 after 1:12"),
    (record(.signalled(9)), "ended by signal 9 (KILL) after 1:12"),
    (
      record(.exited(0), checks: [OutputCheck(expected: "x", isPattern: false, isMet: false)]),
      "exit 0, output not as expected after 1:12"
    ),
    (record(.signalled(15), .timedOut(seconds: 600)), "no end within 10 min (TERM)"),
    (
      record(
        .exited(1), .timedOut(seconds: 90),
        poll: PollRecord(command: "x", tries: 18, isMet: false)), "not so within 90 s, 18 tries"
    ),
    (
      record(.exited(0), poll: PollRecord(command: "x", tries: 7, isMet: true)),
      "exit 0, so at try 7 after 1:12"
    ),
    (
      record(.signalled(15), .stopped(by: "alice", signal: 15)),
      "stopped by alice (TERM) after 1:12"
    ),
    (
      record(.exited(0), .stopped(by: "\u{1B}[2Jeve", signal: 2)),
      "stopped by ^[[2Jeve (INT) after 1:12"
    ),
    (record(.unknown, .lost), "OUTCOME UNKNOWN, the connection was lost (process 4711)"),
    (record(.unknown), "OUTCOME UNKNOWN"),
  ])
  func saysWhatBecameOfIt(record: CommandRecord, words: String) {
    #expect(record.resultWithTime.text == words)
  }

  /// As the first released program wrote it; it must read for ever.
  @Test func aRecordOfTheFirstProgramReads() throws {
    let old = """
      {"command":"exit 3","directory":"/","ended":"2026-11-21T12:00:12.000Z","exit":3,\
      "output":"","outputBytes":0,"outputDigest":"e3","started":"2026-11-21T12:00:00.000Z"}
      """
    let body = EventBody(kind: "command", json: try JSON(reading: Array(old.utf8)))
    guard case .commandRan(let record) = body else {
      Issue.record("\(body)")
      return
    }
    #expect(record.outcome == .exited(3) && record.ending == .byItself)
    #expect(record.passed == nil && record.poll == nil && record.value == nil)
    #expect(record.checks.isEmpty && record.process == nil)
    // What it did not say is not written now either: the event keeps its id.
    #expect(body.json.canonicalText == old)
  }

  @Test func anEndingOfANewerProgramReadsAsItsOutcome() throws {
    let new = """
      {"command":"x","directory":"/","ended":"2026-11-21T12:00:12.000Z","ending":"frozen","exit":0,\
      "output":"","outputBytes":0,"outputDigest":"e3","started":"2026-11-21T12:00:00.000Z"}
      """
    let record = try #require(CommandRecord(json: try JSON(reading: Array(new.utf8))))
    #expect(record.ending == .byItself && record.outcome == .exited(0))
  }

  @Test(
    arguments: [
      ("MONKEY", nil), ("DB_PASSWORD", .password), ("apiKey", .key), ("API_KEYS", .key),
      ("KEYBOARD", nil), ("keycloak-url", nil), ("GITHUB_TOKEN", .token), ("token_file", nil),
      ("aws.credentials", .credential), ("turkey", nil), ("CLIENT_SECRET", .secret), ("HOST", nil),
    ] as [(String, SecretNames.Kind?)])
  func oneListSaysWhichNamesAreSecret(name: String, kind: SecretNames.Kind?) {
    #expect(SecretNames.kind(of: name) == kind)
  }
}
