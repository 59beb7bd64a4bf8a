import Foundation
import Glibc
import TerminalHarness
import Testing

/// The policy file as a person uses it: shown, checked, imported, and in force.
@Suite struct PolicyTests {
  private func write(_ text: String, _ name: String, on desk: Desk) throws {
    let url = desk.folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private static let own = """
    name: ours
    severities:
      - severity: SEV-1
        aliases: [critical]
        acknowledge: 7 min
        escalate: [{level: 1, after: 9 min}]
      - severity: SEV-3
        acknowledge: 2 h
    levels: [{level: 1, who: Ann}]
    issues:
      - {type: Login broken, severity: critical, first_response: 3 min, channel: "#login", runbook: r, escalation: L1 after 4 min}
    contacts: [{role: Ann, primary: "ann@example.com"}]
    """

  @Test func theBuiltInOneIsShownAndReadsBack() throws {
    let desk = try Desk()
    let shown = try desk.done("policy", "show")
    #expect(shown.hasPrefix("# The built-in policy."))
    try write(shown, "own.yaml", on: desk)
    #expect(try desk.done("policy", "check", "own.yaml") == "1 policy: nothing to mend\n")
    #expect(try desk.done("policy", "check") == "1 policy: nothing to mend\n")
    let object = try desk.object("policy", "show")
    #expect(object["source"] as? String == "built-in")
    #expect(object["file"] == nil)
  }

  @Test func theFileIsTakenFromTheOptionTheEnvironmentOrTheSettings() throws {
    let desk = try Desk()
    try write("name: settings\n", ".config/mayday/policy.yaml", on: desk)
    try write("name: environment\n", "environment.yaml", on: desk)
    try write("name: option\n", "option.yaml", on: desk)
    func name(_ arguments: [String], _ changes: [String: String] = [:]) throws -> String? {
      let command = try desk.run(["policy", "show", "--json"] + arguments, changes)
      #expect(command.status == .exited(0) && command.err == "", "\(command.err)")
      let object = try Desk.object(command.out)
      return (object["policy"] as? [String: Any])?["name"] as? String
    }
    #expect(try name([]) == "settings")
    let variable = ["MAYDAY_POLICY": desk.path("environment.yaml")]
    #expect(try name([], variable) == "environment")
    #expect(try name(["--policy", "option.yaml"], variable) == "option")
    #expect(
      try name([], ["XDG_CONFIG_HOME": desk.path("elsewhere")]) == "built-in")
  }

  @Test func aFindingNamesFileLineColumnAndWhatToDo() throws {
    let desk = try Desk()
    try write("tiers:\n  - tier: 1\n    rto: soon\n", "a.yaml", on: desk)
    let command = try desk.fails(78, "policy", "check", "a.yaml", because: "1 error in 1 policy")
    #expect(
      command.out.hasPrefix("a.yaml:3:10: error: schema: rto must be a time, as 15 min"))
    let json = try desk.run(["policy", "check", "a.yaml", "--json"])
    #expect(json.status == .exited(78))
    let object = try Desk.object(json.out)
    #expect(object["severity"] as? String == "error")
    #expect(object["rule"] as? String == "schema")
    let place = (object["places"] as? [[String: Any]])?.first
    #expect(place?["file"] as? String == "a.yaml")
    #expect(place?["line"] as? Int == 3 && place?["column"] as? Int == 10)
    try desk.fails(66, "policy", "check", "none.yaml", because: "there is no none.yaml")
    try desk.fails(66, "policy", "check", ".", because: "no regular file")
  }

  @Test func contradictionsAreFoundAcrossFilesWithBothPlaces() throws {
    let desk = try Desk()
    try write("tiers: [{tier: 1, rto: 1 h}]\n", "a.yaml", on: desk)
    try write("tiers: [{tier: 1, rto: 4 h}]\n", "b.yaml", on: desk)
    let command = try desk.fails(78, "policy", "check", "a.yaml", "b.yaml")
    #expect(
      command.out
        == "a.yaml:1:24: error: contradiction: RTO of tier 1 is 1 h here and 4 h there; agree on one (also b.yaml:1:24)\n"
    )
  }

  @Test func deadDocumentsAreLookedUpFromThePolicysFolder() throws {
    let desk = try Desk()
    try write("# Here\n\n## There\n", "docs/r.md", on: desk)
    try write(
      """
      documents_in: docs
      issues:
        - {type: a, document: r.md#there}
        - {type: b, document: r.md#nowhere}
        - {type: c, document: gone.md}
      """, "p.yaml", on: desk)
    let out = try desk.done("policy", "check", "p.yaml")
    #expect(
      out.split(separator: "\n").map { $0.prefix(60) } == [
        "p.yaml:4:25: warning: dead-link: no heading answers to r.md#",
        "p.yaml:5:25: warning: dead-link: there is no gone.md; mend t",
      ])
  }

  @Test func aBrokenPolicyIsRefusedWhereItWasNamedAndNeverElsewhere() throws {
    let desk = try Desk()
    try write("nmae: x\n", "bad.yaml", on: desk)
    try desk.fails(
      78, "declare", "x", "--policy", "bad.yaml", because: "bad.yaml:1:1: nmae is no key")
    try desk.fails(66, "declare", "x", "--policy", "none.yaml", because: "there is no none.yaml")
    let variable = ["MAYDAY_POLICY": desk.path("bad.yaml")]
    for arguments in [["declare", "x"], ["card"], ["contacts"], ["windows"]] {
      let command = try desk.run(arguments, variable)
      #expect(command.status == .exited(0), "\(arguments): \(command.err)")
      #expect(command.err.contains("the built-in policy is in force until that is mended"))
    }
    let card = try desk.run(["card"], variable)
    #expect(card.out.contains("built-in policy, because yours cannot be read"))
    let missing = try desk.run(["card"], ["MAYDAY_POLICY": desk.path("none.yaml")])
    #expect(missing.status == .exited(0) && missing.err.contains("there is no"))
  }

  @Test func aRunningIncidentKeepsTheCopyItWasDeclaredUnder() throws {
    let desk = try Desk()
    try write(Self.own, "own.yaml", on: desk)
    try desk.done("declare", "x", "--severity", "critical", "--policy", "own.yaml")
    #expect(try desk.done("show", "1", "--policy", "own.yaml").contains("ours, as declared\n"))
    try write(
      Self.own.replacingOccurrences(of: "7 min", with: "2 min"), "own.yaml", on: desk)
    let shown = try desk.done("show", "1", "--policy", "own.yaml")
    #expect(
      shown.contains("the policy has moved on since: acknowledge 2 min (was 7 min). This incident"))
    #expect(shown.contains("SEV-1 acknowledge target 7 min"))
    let object = try desk.object("show", "1", "--policy", "own.yaml")
    #expect(object["policyChanges"] as? [String] == ["acknowledge 2 min (was 7 min)"])
    #expect(object["policy"] as? String == "ours")
  }

  @Test func theMatrixFillsInWhatTheDeclarerLeftOut() throws {
    let desk = try Desk()
    try write(Self.own, "own.yaml", on: desk)
    let out = try desk.done("declare", "x", "--type", "login", "--policy", "own.yaml")
    #expect(
      out == """
        INC-1 declared SEV-1: x
          severity SEV-1: the matrix says so for Login broken
          runbook r: the matrix says so for Login broken
          escalation L1 after 4 min: the matrix says so for Login broken
          first response within 3 min: the matrix says so for Login broken
          channel #login: the matrix says so for Login broken

        """)
    let object = try desk.object("show", "1", "--policy", "own.yaml")
    #expect(object["severity"] as? Int == 1)
    #expect(object["runbook"] as? String == "r")
    #expect(object["channel"] as? String == "#login")
    #expect(object["escalation"] as? String == "L1 after 4 min")
    #expect(object["policyChanges"] == nil)
    let timers = try #require(object["timers"] as? [[String: Any]])
    let because = timers.compactMap { $0["because"] as? String }
    #expect(because.contains("SEV-1 acknowledge target 3 min"))
    #expect(because.contains("SEV-1 escalate target 4 min"))

    // What is given is kept, and the difference is said.
    let given = try desk.done(
      "declare", "y", "--type", "Login broken", "--severity", "3", "--runbook", "mine", "--policy",
      "own.yaml")
    #expect(given.hasPrefix("INC-2 declared SEV-3: y\n"))
    #expect(given.contains("severity SEV-3: as given, though the matrix says SEV-1"))
    #expect(try desk.object("show", "2")["runbook"] as? String == "mine")
    let unknown = try desk.done("declare", "z", "--type", "foo", "--policy", "own.yaml")
    #expect(unknown.contains("type foo: not in the matrix, which knows Login broken"))
    try desk.fails(64, "declare", "z", "--severity", "huge", because: "there is no severity huge")
  }

  @Test func answersOnTheImpactGoBeforeTheMatrixAndAreSaid() throws {
    let desk = try Desk()
    try write(Self.own, "own.yaml", on: desk)
    let out = try desk.done(
      "declare", "x", "--type", "login", "--broken", "cosmetic", "--policy", "own.yaml")
    #expect(out.hasPrefix("INC-1 declared SEV-4: x\n  severity SEV-4: it looks wrong and works"))
    #expect(out.contains("severity SEV-4: as given, though the matrix says SEV-1"))
  }

  @Test func anIndexIsImportedWithItsLinesAndCheckedAsItIs() throws {
    let desk = try Desk()
    try write(
      """
      # Ops

      Prose.

      | Tier | RPO | RTO |
      |---|---|---|
      | Tier 1 | 5 min | 1 hour |
      """, "ops.md", on: desk)
    let yaml = try desk.done("policy", "import", "ops.md")
    #expect(yaml.contains("    rto: 1 h  # line 7\n"))
    #expect(yaml.contains("# line 3: Prose.\n"))
    try write(yaml, "ops.yaml", on: desk)
    #expect(
      try desk.done("policy", "check", "ops.yaml", "ops.md") == "2 policies: nothing to mend\n")
    let object = try desk.object("policy", "import", "ops.md")
    let left = try #require(object["unrecognised"] as? [[String: Any]])
    #expect(left.count == 1 && left.first?["line"] as? Int == 3)
    try write("tiers: [{tier: 1, rto: 4 h}]\n", "other.yaml", on: desk)
    let found = try desk.fails(78, "policy", "check", "ops.md", "other.yaml")
    #expect(found.out.contains("(also other.yaml:1:24)"))
    #expect(found.out.hasPrefix("ops.md:7:"))
    try desk.fails(66, "policy", "import", "none.md")
  }

  /// The five operations indexes, with the real program.
  @Test func theSeedsAreImportedAsReviewedAndContradictEachOther() throws {
    let desk = try Desk()
    let room = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "PoliciesTests")
    var imports: [String] = []
    for name in ["000", "001", "002", "003", "004"] {
      let seed = room.appending(path: "Fixtures/seeds/\(name).txt").path
      let yaml = try desk.done("policy", "import", seed)
      let golden = try String(
        contentsOf: room.appending(path: "Golden/\(name).yaml"), encoding: .utf8)
      let isSame = yaml == golden
      #expect(isSame, "\(name)")
      try write(yaml, "\(name).yaml", on: desk)
      imports.append("\(name).yaml")
    }
    let command = try desk.run(["policy", "check"] + imports)
    #expect(command.status == .exited(78))
    for words in [
      "RTO of tier 1 is 4 h here and 1 h there", "RPO of all services is 1 h here and 24 h there",
      "default of Deployment strategy is blue-green here and rolling there",
      "target of the recovery Disaster Recovery is 1 h here and 2 h there",
      "target of MTTR is < 30 minutes for P1 incidents here and < 15 minutes for critical incidents",
    ] {
      #expect(command.out.contains(words), "\(words)")
    }
  }

  @Test func hostileTextOfAPolicyIsShownWithMarks() throws {
    let desk = try Desk()
    try write(
      "contacts: [{role: \"a\\e[31m\", primary: \"\\u202Eevil\"}]\ncard: [{emergency: \"x\\e]0;t\\a\", steps: [\"\\e[2J\"]}]\n",
      "p.yaml", on: desk)
    for arguments in [["contacts"], ["card"], ["policy", "show"], ["policy", "check"]] {
      let out = try desk.run(arguments + ["--policy", "p.yaml"]).out
      #expect(!out.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
    }
  }

  @Test func cardAndContactsFitAFortyColumnLineAndNeedNoStore() throws {
    let desk = try Desk()
    try write(Self.own + "\n", "own.yaml", on: desk)
    let changes = ["COLUMNS": "40", "MAYDAY_STORE": "sqlite:/nowhere/at/all"]
    for arguments in [
      ["card", "--plain"], ["contacts", "--plain"],
      ["contacts", "--plain", "--policy", "own.yaml"],
    ] {
      let command = try desk.run(arguments, changes)
      #expect(command.status == .exited(0) && command.err == "")
      for line in command.out.split(separator: "\n") { #expect(line.count <= 40, "\(line)") }
    }
    let own = try desk.run(["contacts", "--policy", "own.yaml"], changes)
    #expect(own.out.contains("ann@example.com"))
    #expect(own.out.contains("own.yaml, changed"))
    try write("name: x\nnext_review: 2020-01-01\n", "old.yaml", on: desk)
    let old = try desk.run(["card", "--policy", "old.yaml"])
    #expect(old.out.contains("review overdue since 2020-01-01"))
  }
}
