import IncidentDomain
import Testing
import TextGate

/// Labels of alerts: what an incident keeps, and what it refuses with a sentence.
@Suite struct LabelTests {
  @Test(arguments: ["instance", "_a", "A9_z", "k8s.pod.name", "a.b"])
  func namesThatAre(name: String) { #expect(Label.isName(name)) }

  @Test(arguments: ["", "9a", "a-b", "a b", "é", "a..b", ".a", "a.", "a.9", "a\u{0}"])
  func namesThatAreNot(name: String) { #expect(!Label.isName(name)) }

  @Test func theyAreReadAsPeopleWriteThem() throws {
    let read = try Label.read(["instance=pg-2", " job = a=b c "])
    #expect(read == ["instance": "pg-2", "job": "a=b c"])
    #expect(read.lines == ["instance = pg-2", "job = a=b c"])
  }

  @Test(arguments: [
    (["nope"], "is no label"), (["a="], "has no value"), (["a=1", "a=2"], "given twice"),
    (["9=1"], "cannot name a label"), (["=1"], "an empty name"),
    (["a=x\u{0}"], "NUL"), (["a=" + String(repeating: "x", count: 1025)], "1024 bytes"),
    ((0...64).map { "l\($0)=x" }, "65 labels are too many"),
  ])
  func whatCannotBeIsRefused(words: [String], part: String) {
    do throws(Refusal) {
      _ = try Label.read(words.map { Untrusted($0) })
      Issue.record("taken: \(words)")
    } catch {
      #expect(error.kind == .badValue)
      #expect(error.sentence.text.contains(part), "\(error.sentence)")
    }
  }

  @Test func theyAreOnTheIncidentAndHostileOnesAreShownAsMarks() throws {
    var declaration = Declaration(number: 1, title: "x", severity: .sev2, policy: .builtIn)
    declaration.labels = ["instance": "pg-2\u{1B}[2J\u{202E}", "app": "shop"]
    _ = try declaration.checked(at: nil, now: .noon)
    let event = Event(
      incident: nil, body: .declared(declaration), author: "ana", account: nil, host: "jump-1",
      occurred: ToldTime(.noon), recorded: .noon, parents: [], hash: fingerprint)
    let incident = try #require(Incident.fold([event]))
    #expect(incident.labels == declaration.labels)
    let shown = incident.labelLines.map(\.text)
    #expect(shown.first == "app = shop")
    #expect(shown[1].unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    declaration.labels["9"] = "x"
    #expect(throws: Refusal.self) { try declaration.checked(at: nil, now: .noon) }
  }
}
