import Foundation
import TerminalHarness
import Testing

/// What shows later that a record was cut, rewritten or signed by somebody else (RELIABILITY 9).
@Suite struct EvidenceTests {
  private func incident() throws -> Desk {
    let desk = try Desk()
    try desk.done("declare", "Checkout returns 503", "--severity", "1")
    try desk.done("ack", "1")
    return desk
  }

  private func signed() throws -> Desk {
    let desk = try incident()
    try desk.done("store", "key", desk.path("me.pem"))
    try desk.done(
      "timeline", "1", "--format", "json", "--sign", desk.path("me.pem"), "--output",
      desk.path("export.json"))
    return desk
  }

  /// A store of thousands of incidents does not fill the screen with heads.
  @Test func aStoreIsVerifiedInTwoLines() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout is down")
    #expect(try desk.done("verify").contains("\nhead "))
    try desk.done("declare", "Disk is full")
    let told = try desk.done("verify").split(separator: "\n")
    #expect(told.count == 2 && told.last?.hasPrefix("2 heads: mayday verify --json") == true)
    #expect((try desk.object("verify")["heads"] as? [String])?.count == 2)
  }

  @Test func aSignedExportIsCheckedByVerifyAndByOpenSSL() throws {
    let desk = try signed()
    let key = try #require(desk.object("store", "key", desk.path("me.pem"))["key"] as? String)
    let found = try desk.object(
      "verify", desk.path("export.json"), "--key", desk.path("me.pem.pub"))
    #expect(found["ok"] as? Bool == true)
    #expect(found["signedBy"] as? String == key)
    let script = """
      set -e
      jq -cS '{heads,incident}' export.json | tr -d '\\n' > message
      printf "$(jq -r .signature.value export.json | sed 's/../\\\\x&/g')" > signature
      openssl pkeyutl -verify -pubin -inkey me.pem.pub -rawin -in message -sigfile signature
      """
    let checked = try desk.tool("/bin/bash", ["-c", script])
    #expect(checked.status == .exited(0), "\(checked.err)")
    #expect(checked.out.contains("Signature Verified Successfully"))
  }

  @Test func aKeyOfOpenSSLSigns() throws {
    let desk = try incident()
    let made = try desk.tool(
      "/bin/bash",
      [
        "-c",
        "umask 077; openssl genpkey -algorithm ed25519 -out k && openssl pkey -in k -pubout -out k.pub",
      ])
    #expect(made.status == .exited(0), "\(made.err)")
    try desk.done(
      "timeline", "1", "--format", "json", "--sign", desk.path("k"), "--output", desk.path("e.json")
    )
    try desk.done("verify", desk.path("e.json"), "--key", desk.path("k.pub"))
  }

  @Test func theKeyIsPrivateAndNeverReplaced() throws {
    let desk = try signed()
    let mode = try FileManager.default.attributesOfItem(atPath: desk.path("me.pem"))
    #expect(mode[.posixPermissions] as? Int == 0o600)
    let before = try String(contentsOfFile: desk.path("me.pem"), encoding: .utf8)
    try desk.done("store", "key", desk.path("me.pem"))
    #expect(try String(contentsOfFile: desk.path("me.pem"), encoding: .utf8) == before)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: desk.path("me.pem"))
    try desk.fails(77, "store", "key", desk.path("me.pem"), because: "chmod 600")
  }

  @Test(arguments: [
    (#".signature.value |= ("00" + .[2:])"#, "not made by the key"),
    (#".signature.key = "00""#, "not made by the key"),
    (#".events |= .[:1] | .heads = [.events[0].id] | .phase = "detection""#, "not made by the key"),
    (#"del(.signature)"#, "it is not signed"),
  ])
  func aChangedExportIsTold(change: String, problem: String) throws {
    let desk = try signed()
    let changed = try desk.tool("/usr/bin/jq", ["-c", change, desk.path("export.json")])
    try changed.out.write(toFile: desk.path("changed.json"), atomically: true, encoding: .utf8)
    try desk.fails(
      65, "verify", desk.path("changed.json"), "--key", desk.path("me.pem.pub"), because: problem)
  }

  @Test func anotherKeyIsTold() throws {
    let desk = try signed()
    try desk.done("store", "key", desk.path("other.pem"))
    try desk.fails(
      65, "verify", desk.path("export.json"), "--key", desk.path("other.pem.pub"),
      because: "signed by another key")
    try desk.fails(
      65, "verify", desk.path("export.json"), "--key", desk.path("export.json"),
      because: "no Ed25519 public key")
    try desk.fails(
      66, "verify", desk.path("export.json"), "--key", desk.path("none"), because: "none")
    try desk.fails(64, "timeline", "1", "--sign", desk.path("me.pem"), because: "json")
  }

  @Test func aHeadKeptElsewhereShowsACutRecord() throws {
    let desk = try incident()
    try desk.tool("/bin/cp", [desk.store, desk.path("before.sqlite")]).expectSuccess()
    try desk.done("note", "1", "customer support was told")
    let shown = try desk.object("show", "1")
    let head = try #require((shown["heads"] as? [String])?.first)
    try desk.done("verify", "1", "--head", head)
    // An older head is in it too, since the record goes on from there.
    try desk.done("note", "1", "more")
    try desk.done("verify", "1", "--head", head)
    try desk.tool("/bin/cp", [desk.path("before.sqlite"), desk.store]).expectSuccess()
    try desk.done("verify", "1")
    try desk.fails(65, "verify", "1", "--head", head, because: "the end was cut")
    try desk.fails(64, "verify", "1", "--head", "abc", because: "no head")
    try desk.fails(64, "verify", "--head", head, because: "needs the incident")
  }

  @Test func theEndOfAnIncidentIsNotedInTheSystemLog() throws {
    let desk = try incident()
    let program = try Binary.path(named: "mayday")
    func traced(_ arguments: [String]) throws -> String {
      let trace = desk.path("trace")
      try desk.tool(
        "/usr/bin/strace",
        ["-f", "-s", "400", "-e", "trace=connect,sendto", "-o", trace, program] + arguments
      ).expectSuccess()
      return try String(contentsOfFile: trace, encoding: .utf8)
    }
    #expect(!(try traced(["note", "1", "seen"]).contains("/dev/log")))
    #expect(try traced(["cancel", "1", "--reason", "test"]).contains("/dev/log"))
  }
}

extension Command {
  fileprivate func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == .exited(0), "\(err)", sourceLocation: sourceLocation)
  }
}
