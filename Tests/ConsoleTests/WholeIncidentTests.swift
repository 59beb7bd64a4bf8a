import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// An incident from the first key to the last, as a person would press them.
@Suite struct WholeIncidentTests {
  @Test func fromDeclarationToClosed() throws {
    var host = FakeHost()
    host.files = [("core/disk-full.md", FakeHost.disk)]
    host.press("dDisk full on db-1<Tab>2<Enter><Enter>")
    host.press("a<Enter>")
    host.press("s<Enter>")
    host.press("idb-1 rejects writes for all shops<Enter>")
    host.press("o<Enter><Enter>q")
    #expect(host.incident(1)?.commander == "alice")
    host.press("><Enter><Enter>")
    host.press("><Enter><Enter>")
    #expect(host.incident(1)?.phase == .mitigation)
    host.press("r<Enter><Enter><Enter>")
    host.press("<Space><Enter>")
    host.press("<Space>old logs removed<Enter>")
    #expect(host.incident(1)?.openRun?.count.ended == 2)
    host.press("F<Enter>")
    #expect(host.incident(1)?.runs.first?.outcome == .finished)
    host.press("Uwriting again<Enter>")
    host.press("><Enter>old logs were removed<Enter>")
    #expect(host.incident(1)?.phase == .resolution)
    host.press("><Enter>writes succeed for five minutes<Enter>")
    #expect(host.incident(1)?.phase == .postmortem)
    host.press("pw")
    host.press("AAlert at 80 %<Tab>bob<Enter>")
    host.press("P<Enter>")
    host.press("B<Enter>")
    host.press("><Enter><Enter>")
    #expect(host.incident(1)?.phase == .documentation)
    host.press("><Enter><Enter>")
    #expect(host.incident(1)?.phase == .closed, "\(host.screen())")
    try Snapshot.check(host, "closed", sizes: [(80, 24, .utf8)])
  }

  @Test func aHandOverIsOfferedAndAccepted() {
    var host = FakeHost.walking()
    host.press("ohbob<Enter>")
    #expect(host.incident(1)?.offers[.commander]?.to == "bob")
    #expect(host.incident(1)?.commander == "alice")
    host.other("bob", .accept(.commander), on: 1)
    #expect(host.incident(1)?.commander == "bob")
    #expect(host.screen().contains("Incident Commander    bob"))
    host.press("y")
    #expect(host.status.contains("not offered"))
  }

  @Test func aRoleOfferedToMeIsAcceptedWithItsBriefShown() {
    var host = FakeHost.walking()
    host.other("bob", .offer(.scribe, to: "alice", brief: "write all times down"), on: 1)
    host.press("ojjy")
    #expect(host.screen().contains("write all times down"))
    host.press("<Enter>")
    #expect(host.incident(1)?.roles[.scribe] == "alice")
  }

  @Test func aGateIsOverriddenOnlyWithAReason() {
    var host = FakeHost.walking()
    host.press("><Enter>")
    #expect(host.status.contains("O overrides"))
    host.press("Oshort<Enter>")
    #expect(host.incident(1)?.phase == .mitigation)
    host.press("<C-u>the run goes on elsewhere<Enter>")
    #expect(host.incident(1)?.phase == .resolution)
    #expect(host.incident(1)?.moves.last?.value.overridden.isEmpty == false)
  }

  @Test func anUpdateCanBeSkippedWithAReason() {
    var host = FakeHost.walking()
    host.press("U<Right><Right><Tab>nothing has changed since<Enter>")
    #expect(host.incident(1)?.updates.last?.audience == nil)
    #expect(host.incident(1)?.updates.last?.text == "nothing has changed since")
  }

  @Test func aPublicUpdateNamesNobody() {
    var host = FakeHost.walking()
    host.press("U<Right>")
    #expect(!host.screen().contains("Incident Commander: alice"))
    host.press("<Enter>")
    #expect(host.incident(1)?.updates.last?.audience == .public)
  }

  @Test func thePaletteTakesWordsForTheFirstQuestion() {
    var host = FakeHost.walking()
    host.press(":merge 2<Enter>")
    #expect(host.screen().contains("merged into 2"))
    host.press("<Enter>")
    #expect(host.incident(1)?.ending != nil)
    host.press(":unmerge<Enter><Enter>")
    #expect(host.incident(1)?.ending == nil)
    host.press(":severity 2 fewer shops than thought<Enter><Enter>")
    #expect(host.incident(1)?.severity == .sev2)
    host.press(":can<Tab>superseded by INC-2<Enter><Enter>")
    #expect(host.incident(1)?.ending == .cancelled(.superseded))
    host.press(":reopen it came back after all<Enter><Enter>")
    #expect(host.incident(1)?.phase == .triage)
  }

  @Test func entriesArePinnedAndCorrected() {
    var host = FakeHost.walking()
    host.press("tjP<Enter>")
    #expect(host.incident(1)?.pins.count == 1)
    #expect(host.screen().contains("•"))
    host.press("Ccarol began it<Enter>")
    #expect(host.screen(120).contains("carol began it (corrected; it was: started step 2"))
  }

  @Test func promisesAreMadeAndKept() {
    var host = FakeHost.walking()
    host.press("Pback in ten minutes<Enter>")
    #expect(host.screen().contains("promise"))
    host.pass(60)
    host.press("oK<Enter>")
    #expect(host.incident(1)?.promises.first?.kept != nil)
  }

  @Test func theEditorsTextComesBackIntoThePrompt() {
    var host = FakeHost.walking()
    host.press("+a<C-o>")
    let edited = host.effects.contains { if case .editText("a") = $0 { true } else { false } }
    #expect(edited)
    host.send(.textEdited("line one\nline two"))
    host.send(.resumed)
    #expect(host.screen().contains("line two"))
    host.press("<Enter>")
    #expect(host.incident(1)?.events.last?.body == .noted("line one\nline two"))
  }

  @Test func secretsAreMaskedOnTheScreenAndNamedForTheRecord() {
    var host = FakeHost()
    host.files = [
      (
        "core/login.md",
        "# Log in\n\n## Procedure\n1. Log in.\n\n   ```bash\n   vault login <VAULT_TOKEN>\n   ```\n"
      )
    ]
    host.declare("Locked out", .sev3)
    host.send(.storeChanged)
    host.press("<Enter>r<Enter><Enter><Enter>x")
    host.press("hunter2")
    #expect(!host.screen().contains("hunter2"))
    host.press("<Enter>")
    #expect(!host.screen().contains("hunter2"))
    #expect(host.screen().contains("****"))
    host.press("r")
    let request = host.effects.compactMap { effect -> ConfirmedCommand? in
      if case .runCommand(let request) = effect { request.command } else { nil }
    }.first
    #expect(request?.secrets == ["hunter2"])
    #expect(request?.text == "vault login hunter2")
  }

  @Test func aTextLongerThanTheScreenIsReadToItsEndBeforeItRuns() {
    var host = FakeHost()
    let lines = (1...60).map { "   echo \($0)" }.joined(separator: "\n")
    host.files = [
      ("core/long.md", "# Long\n\n## Procedure\n1. Say it.\n\n   ```bash\n\(lines)\n   ```\n")
    ]
    host.declare("Long", .sev3)
    host.send(.storeChanged)
    host.press("<Enter>r<Enter><Enter><Enter>xr")
    #expect(host.status.contains("read it to its end"))
    host.press("Gr")
    #expect(host.effects.contains { if case .runCommand = $0 { true } else { false } })
  }
}
