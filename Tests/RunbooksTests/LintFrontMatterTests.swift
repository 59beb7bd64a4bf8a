import Runbooks
import Testing

/// What the guard before the YAML composer lets through, and what it stops.
@Suite struct LintFrontMatterTests {
  private func runbook(_ frontMatter: String) throws -> Runbook {
    try Runbook(path: "r.md", bytes: Array("---\n\(frontMatter)\n---\n# R\n".utf8))
  }

  @Test(arguments: [
    #"host: {ask: "Host", match: "^[a-z][a-z]*$"}"#,
    #"host: {ask: "Host", match: '^[a-z]{1,3} *&x !y$'}"#,
    "host: {ask: \"Host: &a or *b\"}",
    "host:\n    ask: |\n      - &not an anchor\n      - *not an alias",
    "host: {ask: Host} # &anchor *alias !tag",
  ])
  func quotedMarksAreText(_ parameter: String) throws {
    let runbook = try runbook("title: T\nparams:\n  \(parameter)")
    #expect(runbook.findings.map(\.message.text) == [])
    #expect(runbook.fields.parameters.map(\.name) == ["host"])
  }

  @Test(arguments: [
    ("a: &x 1", 2), ("a: 1\nb: *x", 3), ("a: !!binary aGk=", 2), ("a: 1\nb: ! x", 3),
    ("a: [1, &x 2]", 2), ("? &k a\n: 1", 2), ("a: \"x\" \nb: {c: *d}", 3),
    ("<<: *base", 2), ("- !x [a]", 2), ("a: !local {b: c}", 2),
    // The repair of a colon must not bring what the error had hidden.
    ("title: a: b\nc: &x 1\nd: [*x, *x]", 3),
  ])
  func anchorsAliasesAndTagsAreRefused(_ text: String, line: Int) throws {
    let runbook = try runbook(text)
    #expect(runbook.fields.all.isEmpty)
    let finding = try #require(runbook.findings.first)
    #expect(finding.rule == "front-matter" && finding.severity == .error)
    #expect(finding.message.text.hasPrefix("anchors, aliases and tags"))
    #expect(finding.line == line)
  }

  @Test func bombsEndAtOnce() throws {
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, of) in zip("bcdefghij", "abcdefghi") {
      bomb +=
        "\(name): &\(name) [\(Array(repeating: "*\(of)", count: 9).joined(separator: ", "))]\n"
    }
    let texts = [
      bomb + "? *j\n: x",
      "a: " + String(repeating: "[", count: 60_000),
      "a: " + String(repeating: "{a: ", count: 15_000),
      "a: " + String(repeating: "- ", count: 30_000),
      "a: \"" + String(repeating: "]*x", count: 20_000) + "\"",
    ]
    for text in texts {
      let clock = ContinuousClock()
      let elapsed = try clock.measure { _ = try runbook(text) }
      #expect(elapsed < .seconds(2), "\(text.prefix(20)): \(elapsed)")
    }
  }

  @Test(arguments: [
    "token", "api_key", "apiKey", "API-KEY", "sshkey", "keys", "db_password", "client_secret",
    "aws_credentials", "PASSWD",
  ])
  func namesOfSecretsAreMasked(_ name: String) throws {
    let runbook = try runbook("params:\n  \(name): {ask: \"?\"}")
    #expect(runbook.fields.parameters.first?.isSecret == true)
  }

  @Test(arguments: ["keycloak", "monkey", "keyboard", "key_file", "KEYSPACE", "turkey", "tier"])
  func otherNamesAreNot(_ name: String) throws {
    let runbook = try runbook("params:\n  \(name): {ask: \"?\"}")
    #expect(runbook.fields.parameters.first?.isSecret == false)
  }
}
