import Console
import IncidentDomain
import Testing
import TextGate

/// Values of a command: offered from what the incident knows, seen and confirmed by a person.
@Suite struct ValueTests {
  private static let book = """
    ---
    params:
      node: {ask: "Node to look at", from: labels.instance, match: "^pg-[0-9]+$"}
    ---
    # Look

    ## Procedure
    1. Look at it

       ```bash
       show <node> <pod-name> <thing>
       ```
    2. Read variables

       ```bash
       show $ZONE "$REGION"
       ```
    3. Needs one <!-- mayday: env=CLUSTER -->

       ```bash
       show $CLUSTER
       ```
    4. By hand on a terminal <!-- mayday: tty until="true" -->

       ```bash
       psql
       ```
    """

  private static func host(
    _ labels: String, _ variables: [String: Untrusted] = [:]
  ) -> FakeHost {
    var host = FakeHost()
    host.files = [("core/look.md", book)]
    host.variables = variables
    host.press("dLag" + String(repeating: "<Tab>", count: 10) + labels + "<Enter><Enter>")
    host.press("r<Enter><Enter><Enter>")
    return host
  }

  private static func ran(_ host: FakeHost) -> ConfirmedCommand? {
    host.effects.compactMap { effect in
      if case .runCommand(let begun) = effect { begun.command } else { nil }
    }.last
  }

  @Test func labelsAreOfferedAndAPersonTakesThem() throws {
    var host = Self.host("instance=pg-2, pod=web 7; reboot")
    #expect(host.incident(1)?.labels == ["instance": "pg-2", "pod": "web 7; reboot"])
    host.press("x")
    try Snapshot.check(host, "value-label", sizes: [(80, 24, .utf8)])
    #expect(host.screen().contains("from label instance"))
    host.press("<Enter>")
    #expect(host.screen().contains("from label pod"))
    // Nothing is known of this one, and nothing is made up.
    host.press("<Enter>")
    #expect(!host.screen().contains("look whether it is right"))
    host.press("<Enter>x<Enter>r")
    #expect(Self.ran(host)?.text == "show pg-2 'web 7; reboot' x")
  }

  @Test func aLabelThatDoesNotFitIsNotTaken() {
    var host = Self.host("instance=db1")
    host.press("x<Enter>")
    #expect(host.status.contains("must look like"))
    #expect(Self.ran(host) == nil)
  }

  @Test func aLabelThatCannotBeIsRefusedInTheForm() {
    let host = Self.host("instance")
    #expect(host.incident(1) == nil)
    #expect(host.screen().contains("is no label; write it as name=value"))
  }

  @Test func aVariableThatIsSetNowhereIsAskedForAndMayStayEmpty() throws {
    var host = Self.host("zone=eu-1")
    host.press("jx")
    #expect(host.screen().contains("the command reads $ZONE, and it is set nowhere"))
    #expect(host.screen().contains("from label zone"))
    host.press("<Enter><Enter>")
    try Snapshot.check(host, "value-variables", sizes: [(80, 24, .utf8), (40, 24, .utf8)])
    #expect(host.screen().contains("EMPTY  $REGION"))
    host.press("r")
    #expect(Self.ran(host)?.variables == ["ZONE": "eu-1", "REGION": ""])
    #expect(Self.ran(host)?.text == "show $ZONE \"$REGION\"")
  }

  @Test func aVariableThatIsSetIsShownWithItsValue() {
    var host = Self.host("", ["ZONE": "eu-1", "REGION": "eu", "OTHER": "x"])
    host.press("jx")
    #expect(host.screen().contains("with   $ZONE = eu-1, as it is set already"))
    host.press("r")
    #expect(Self.ran(host)?.variables == ["ZONE": "eu-1", "REGION": "eu"])
  }

  @Test func withoutAVariableThatItNeedsAStepDoesNotRun() {
    var host = Self.host("")
    host.press("jjx<Enter>")
    #expect(host.screen().contains("CLUSTER"))
    host.press("<Esc>r")
    #expect(host.status.contains("$CLUSTER is set nowhere"), "\(host.status)")
    #expect(Self.ran(host) == nil)
    host.press("qxpg<Enter>r")
    #expect(Self.ran(host)?.variables == ["CLUSTER": "pg"])
  }

  @Test func whereTheTerminalIsHandedOverTheCheckIsSaidNotToBeRepeated() {
    var host = Self.host("")
    host.press("jjjx")
    #expect(host.screen().contains("its check is NOT repeated"))
  }
}
