import Testing
import TextGate

@testable import Execution

@Suite("Redaction")
struct RedactionTests {
  /// Parts of made-up tokens are put together here, so that no scanner takes this file for a leak.
  private static let github = "ghp_" + String(repeating: "aB3", count: 12)
  private static let access = "AKIA" + "IOSFODNN7" + "EXAMPLE"
  private static let webToken =
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NSJ9" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
  private static let body = String(repeating: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", count: 2)
  private static let key =
    "-----BEGIN RSA PRIVATE" + " KEY-----\r\n\(body)\r\n\(body)==\r\n-----END RSA PRIVATE KEY-----"
  private static let secrets = [
    Secret("hunter2hunter2", kind: .password), Secret("hunter2"), Secret("s3cr\u{E9}t", kind: .key),
    Secret("line one\nline two", kind: .credential),
  ]

  private static let cases: [(String, String)] = [
    ("nothing here\r\n", "nothing here\r\n"),
    ("pw=hunter2hunter2.", "pw=<redacted: password>."), ("hunter2!", "<redacted: secret>!"),
    ("xhunter2hunter2hunter2x", "x<redacted: password><redacted: secret>x"),
    ("hunter hunter1", "hunter hunter1"), ("a s3cr\u{E9}t b", "a <redacted: key> b"),
    ("line one\r\nline two\r\n", "<redacted: credential>\r\n"),
    ("line one\nline two", "<redacted: credential>"),
    ("line one\r\nline", "<redacted: credential>"),
    ("line one\r\nline three", "line one\r\nline three"),
    ("token \(github) end", "token <redacted: token> end"),
    ("\(github)", "<redacted: token>"), ("x\(github)", "x\(github)"),
    ("github_pat_" + String(repeating: "a1_", count: 20) + ",", "<redacted: token>,"),
    ("ghp_short and gh", "ghp_short and gh"),
    ("id \(access)\n", "id <redacted: access key>\n"), ("AKIA and AKIAx", "AKIA and AKIAx"),
    ("jwt \(webToken)\r\nnext", "jwt <redacted: token>\r\nnext"), ("eyJ eyJabc.x", "eyJ eyJabc.x"),
    ("Authorization: Bearer abc123def456\r\n", "Authorization: Bearer <redacted: token>\r\n"),
    ("authorization: bearer abcdefghijklmnopqrstu;", "authorization: bearer <redacted: token>;"),
    (
      "the bearer of bad news, bearer authentication",
      "the bearer of bad news, bearer authentication"
    ),
    ("postgres://ana:p4ss%20@db:5432/x", "postgres://ana:<redacted: password>@db:5432/x"),
    ("redis://:p4ss@cache", "redis://:<redacted: password>@cache"),
    ("http://localhost:8080/a@b https://x:443", "http://localhost:8080/a@b https://x:443"),
    ("before\r\n\(key)\r\nafter", "before\r\n<redacted: private key>\r\nafter"),
    (
      "{\"k\": \"\\n\(key.split(separator: "\r\n").joined(separator: "\\n"))\\n\"}",
      "{\"k\": \"\\n<redacted: private key>\\n\"}"
    ),
    ("-----BEGIN CERTIFICATE-----\nabc", "-----BEGIN CERTIFICATE-----\nabc"),
    (
      "grep found -----BEGIN PRIVATE" + " KEY-----\"; next line.",
      "grep found <redacted: private key>\"; next line."
    ),
    ("DB_PASSWORD=sesame99 env", "DB_PASSWORD=<redacted: password> env"),
    ("export API_TOKEN='two words' ok", "export API_TOKEN='<redacted: token>' ok"),
    ("A_SECRET=\"open\nsesame\"", "A_SECRET=\"open\nsesame\""),
    ("API_KEY=$(vault read) TOKEN=$X KEY=<key>", "API_KEY=$(vault read) TOKEN=$X KEY=<key>"),
    (
      "KEYBOARD=qwertyuiop SSH_KEY_FILE=/home/ana/id",
      "KEYBOARD=qwertyuiop SSH_KEY_FILE=/home/ana/id"
    ),
    ("sort --key=2222222 monkey=bananas", "sort --key=2222222 monkey=bananas"),
    ("\u{1B}[31m\(github)\u{1B}[0m", "\u{1B}[31m<redacted: token>\u{1B}[0m"),
  ]

  private func redact(_ parts: [[UInt8]]) -> String {
    var redactor = Redactor(Self.secrets)
    var out: [UInt8] = []
    for part in parts { out += redactor.feed(part) }
    return String(decoding: out + redactor.finish(), as: UTF8.self)
  }

  @Test("replaces values and shapes by marks that say what they were", arguments: cases)
  func whole(text: String, expected: String) {
    #expect(redact([Array(text.utf8)]) == expected)
  }

  @Test("finds the same however the text is split across reads", arguments: cases)
  func split(text: String, expected: String) {
    let bytes = Array(text.utf8)
    #expect(redact(bytes.map { [$0] }) == expected)
    for place in bytes.indices {
      let parts = [Array(bytes[..<place]), Array(bytes[place...])]
      #expect(redact(parts) == expected, "split at \(place)")
    }
  }

  @Test("never lets a byte of a secret out before it is known, and holds nothing else back")
  func holding() {
    var redactor = Redactor(Self.secrets)
    #expect(redactor.feed("Password: ".utf8) == Array("Password: ".utf8))
    #expect(redactor.feed("hun".utf8) == [])
    #expect(redactor.feed("gry> ".utf8) == Array("hungry> ".utf8))
    #expect(redactor.feed("hunter".utf8) == [])
    // Cut off by the end, with most of the value there.
    #expect(redactor.finish() == Array("<redacted: password>".utf8))
  }

  @Test("hides a bounded part of what only looks like the beginning of a key")
  func unfinishedKey() {
    let text = String(repeating: "a line of words\n", count: 2000)
    let out = redact([Array(("-----BEGIN PRIVATE" + " KEY-----\n" + text).utf8)])
    #expect(out.hasPrefix("<redacted: private key>"))
    #expect(out.utf8.count > text.utf8.count - PrivateKey.longest - 100)
  }

  @Test("changes nothing in what is redacted already", arguments: cases)
  func idempotent(text: String, expected: String) {
    #expect(redact([Array(expected.utf8)]) == expected)
  }

  @Test("takes secrets from variables by their names")
  func environment() {
    let secrets = Secret.inEnvironment([
      "DB_PASSWORD": "sesame99", "GITHUB_TOKEN": "abcdef", "AWS_SECRET_ACCESS_KEY": "x/y+zzzz",
      "API_KEY": "short", "HOME": "/root", "SSH_KEY_PATH": "/root/.ssh/id", "KEYMAP": "querty99",
      "PGPASSWORD": "pgpgpg", "SERVICE_CREDENTIALS": "{\"a\":1}", "DEPLOY_KEYS": "k1,k2,k3",
    ])
    #expect(
      secrets.map { "\($0.kind.rawValue) \($0.value)" } == [
        "secret x/y+zzzz", "password sesame99", "key k1,k2,k3", "token abcdef", "password pgpgpg",
        "credential {\"a\":1}",
      ])
  }

  @Test("does not look for values that are in every output")
  func short() {
    #expect(Redactor.redact("a 1 b abc", [Secret("1"), Secret("abc"), Secret("")]) == "a 1 b abc")
    #expect(Redactor.redact("pin 4711", [Secret("4711\n")]) == "pin <redacted: secret>")
  }

  @Test("hides every one of a thousand made-up tokens in a stream of reads of any size")
  func thousand() {
    var random = SystemRandomNumberGenerator()
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    let values = (0..<1000).map { _ in
      String((0..<Int.random(in: 8...40, using: &random)).map { _ in letters[.random(in: 0..<62)] })
    }
    var redactor = Redactor(values.map { Secret($0, kind: .token) })
    var rest = Array(values.joined(separator: " and\r\n").utf8)[...]
    var out: [UInt8] = []
    while !rest.isEmpty {
      let count = Int.random(in: 1...64)
      out += redactor.feed(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    let text = String(decoding: out + redactor.finish(), as: UTF8.self)
    #expect(values.filter(text.contains) == [])
    #expect(text.split(separator: " and\r\n").allSatisfy { $0 == "<redacted: token>" })
  }
}
