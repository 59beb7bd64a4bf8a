import Foundation
import Testing

@testable import mayday

/// Roles, decisions, snoozes and suggestions at the command line, with the real program.
@Suite struct PeopleTests {
  @Test func aRoleIsTakenOverWithAReasonAndAnEpoch() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout", "--severity", "1")
    try desk.done("role", "1", "ic", "ana")
    try desk.fails(1, "role", "1", "ic", "bob", because: "ana is Incident Commander since")
    try desk.fails(64, "role", "1", "ic", "bob", "--take")
    let out = try desk.done(
      "role", "1", "ic", "bob", "--take", "--because", "ana lost her link", "--epoch", "1")
    #expect(out == "INC-1 Incident Commander: bob, taken over from ana: ana lost her link\n")
    try desk.fails(
      1, "role", "1", "ic", "carol", "--take", "--because", "ana lost her link", "--epoch", "1",
      because: "the role has passed on meanwhile: bob is Incident Commander")
    let show = try desk.object("show", "1")
    #expect((show["epochs"] as? [String: Int])?["commander"] == 2)
    #expect((show["roles"] as? [String: String])?["commander"] == "bob")
    // The timeline says who took it from whom, and why.
    #expect(try desk.done("timeline", "1", "--format", "text").contains("taken over from ana"))
  }

  @Test func aDecisionIsOneThing() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout", "--severity", "1")
    try desk.fails(64, "decision", "propose", "1", "fail over")
    try desk.done(
      "decision", "propose", "1", "fail over to pg-2", "--risk", "two seconds of writes", "--or",
      "wait", "--ask", "bob", "--within", "5m", "--as", "ana")
    try desk.done("decision", "object", "1", "the lag is 40 s", "--as", "bob")
    try desk.fails(
      1, "decision", "decide", "1", "--as", "ana", because: "against the objection of bob")
    let out = try desk.done(
      "decision", "decide", "1", "--because", "carts are lost every minute", "--as", "ana")
    #expect(out.contains("DECIDED: fail over to pg-2 (risk: two seconds of writes; or: wait; bob"))
    let list = try desk.objects("decision", "list", "1")
    #expect(list.count == 1)
    #expect(list.first?["state"] as? String == "decided")
    #expect(list.first?["risk"] as? String == "two seconds of writes")
    #expect(try desk.done("decision", "list", "1").contains("Asked bob: OBJECTS: the lag is 40 s"))
    #expect(try desk.done("show", "1").contains("decided by ana"))
    let lines = try desk.done("timeline", "1", "--format", "text")
    #expect(lines.contains("DECIDED: fail over to pg-2"))
  }

  @Test func anUpdateIsPutOff() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout", "--severity", "1")
    try desk.fails(64, "update", "1", "--snooze", "20m")
    try desk.done("update", "1", "--snooze", "40m", "--because", "the provider calls back")
    let timers = try desk.objects("timers", "1")
    let update = try #require(timers.first { $0["kind"] as? String == "update" })
    let left = try #require(update["remainingSeconds"] as? Int)
    #expect((2390...2400).contains(left))
    #expect((update["history"] as? [String])?.last?.contains("put off to") == true)
    #expect(try desk.done("timers", "1").contains("put off to"))
  }

  @Test func threeAnswersSuggestASeverity() throws {
    let desk = try Desk()
    #expect(try desk.done("suggest").contains("What is broken?"))
    let out = try desk.done("suggest", "--broken", "core", "--affected", "many")
    #expect(out.hasPrefix("SEV-1: what users come for fails for many"))
    let declared = try desk.done(
      "declare", "Checkout", "--stake", "losing")
    #expect(declared.contains("SEV-1"))
    #expect(declared.contains("data or money is being lost"))
    #expect(try desk.object("show", "1")["severity"] as? Int == 1)
  }

  @Test func dutiesAreForWhoHoldsTheRole() throws {
    let desk = try Desk()
    let all = try desk.done("duties")
    for role in ["Incident Commander", "Scribe", "Observer"] { #expect(all.contains(role)) }
    #expect(!(try desk.done("duties", "scribe")).contains("Observer"))
  }

  @Test func theKeyOfTheSSHSessionIsOnTheRecord() throws {
    let desk = try Desk()
    let auth = desk.path("auth")
    // From ssh-keygen: the key and its fingerprint.
    try
      ("publickey ssh-ed25519 "
      + "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n").write(
        toFile: auth, atomically: true, encoding: .utf8)
    let ssh = ["SSH_USER_AUTH": auth]
    let declared = try desk.run(["declare", "Checkout", "--as", "ana"], ssh)
    #expect(declared.status == .exited(0))
    let timeline = try desk.object("timeline", "1", "--format", "json")
    let event = try #require((timeline["events"] as? [[String: Any]])?.first)
    #expect(event["author"] as? String == "ana")
    #expect(
      event["key"] as? String == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU")
    #expect(try desk.done("verify", "1").contains("1"))
    // A file that is none of the server's is no key.
    let odd = try desk.run(["note", "1", "x"], ["SSH_USER_AUTH": "/etc/passwd"])
    #expect(odd.status == .exited(0))
  }

  @Test func aLookAlikeNameIsMarked() throws {
    let desk = try Desk()
    try desk.done("declare", "Checkout", "--as", "alice")
    try desk.done("role", "1", "ic", "alice")
    try desk.done("role", "1", "scribe", "\u{430}lice")
    #expect(try desk.done("show", "1").contains("LOOKS LIKE"))
  }
}
