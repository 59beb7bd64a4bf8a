import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// Screens that show a policy of one's own.
@Suite struct PolicyScreenTests {
  private static let own: OperationsPolicy = {
    var policy = OperationsPolicy(
      incident: .builtIn,
      card: EmergencyCard(
        source: "shop.yaml, changed 3 days ago",
        emergencies: [.init(name: "SHOP DOWN", steps: ["Roll back", "Call Ann"])],
        contacts: [
          .init(
            role: "Database", primary: "dba@example.com, +49 30 5550101", backup: "",
            escalation: "+15 min")
        ],
        commands: [.init(name: "Health", command: "systemctl --failed")]))
    policy.channels = [Channel(subject: "SEV-1", channel: "#ops-critical")]
    policy.issues = [
      IssueType(
        name: "Service Outage", severity: .sev1, firstResponse: .minutes(3), document: nil,
        escalation: "L2 after 10 min", escalationLevel: 2, escalationAfter: .minutes(10),
        channel: nil, runbook: "core/outage")
    ]
    return policy
  }()

  @Test func cardAndContactsAreThePolicys() throws {
    var host = FakeHost(operations: Self.own)
    host.press("e")
    try Snapshot.check(host, "card-own")
    host.press("c")
    try Snapshot.check(host, "contacts-own")
  }

  @Test func theTypeFillsInTheSeverityOnceAndSaysSo() throws {
    var host = FakeHost(operations: Self.own)
    host.press("dShop is down<Tab><Tab><Tab><Tab><Tab><Tab>serv<Right><Enter>")
    try Snapshot.check(host, "declare-type", sizes: [(80, 24, .utf8)])
    #expect(host.screen().contains("[SEV-1]"))
    // Whoever wants another severity after all gets it.
    host.press("<S-Tab><S-Tab><S-Tab><S-Tab><S-Tab><Right><Right><Enter>")
    #expect(host.screen().contains("[SEV-3]"), "\(host.screen())")
    host.press("<Enter>")
    #expect(host.screen().contains("SEV-3"))
    #expect(host.screen().contains("core/outage"))
  }

  @Test func aPolicyThatCannotBeReadIsSaidAndNothingElseChanges() {
    let host = FakeHost(
      notice: "p.yaml:1:1: nmae is no key; the built-in policy is in force")
    #expect(host.status.contains("the built-in policy is in force"))
    #expect(host.screen().contains("declare an incident"))
  }
}
