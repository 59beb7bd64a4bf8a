import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

@testable import mayday

/// Five public incidents, entered with their own times and taken from the first word to the last
/// (`Fixtures/SOURCES.md`).
@Suite struct RealIncidentTests {
  struct Real: Decodable, Sendable, CustomTestStringConvertible {
    let title: String
    let severity_guess: String
    let events: [Entry]

    struct Entry: Decodable, Sendable {
      let at: String
      let text: String
    }

    var testDescription: String { title }
  }

  static let all: [Real] = {
    let names =
      (try? FileManager.default.contentsOfDirectory(
        atPath: fixture("incidents").path)) ?? []
    return names.sorted().compactMap {
      guard let data = try? Data(contentsOf: fixture("incidents/\($0)")) else { return nil }
      return try? JSONDecoder().decode(Real.self, from: data)
    }
  }()

  @Test func allFiveAreThere() {
    #expect(Self.all.count == 5)
    #expect(Self.all.map(\.events.count).sorted() == [10, 12, 15, 17, 21])
  }

  /// Enters an incident as its people told it, to the end.
  static func enter(_ real: Real, at desk: Desk) throws {
    let times = real.events.map(\.at)
    let last = real.events.count - 1
    try desk.done(
      "declare", real.title, "--severity", real.severity_guess, "--started", times[0],
      "--detected", times[1], "--at", times[2])
    for entry in real.events { try desk.done("note", "1", entry.text, "--at", entry.at) }
    try desk.done("ack", "1", "--at", times[3], "--as", "ana")
    try desk.done("phase", "1", "triage", "--at", times[3])
    try desk.done("severity", "1", real.severity_guess, "--at", times[3])
    try desk.done("impact", "1", real.events[2].text, "--at", times[3])
    try desk.done("role", "1", "ic", "ana", "--at", times[3])
    try desk.done("phase", "1", "mitigation", "--at", times[3])
    try desk.done(
      "phase", "1", "resolution", "--because", real.events[last - 1].text, "--at", times[last - 1])
    try desk.done(
      "phase", "1", "post-mortem", "--because", real.events[last].text, "--at", times[last])
    try desk.done("postmortem", "draft", "1")
    try desk.done("action", "add", "1", "Rehearse it", "--owner", "ana", "--due", "30d")
    try desk.done("postmortem", "publish", "1")
    try desk.done("phase", "1", "documentation")
    try desk.done("feedback", "1", "missing", "there was no runbook for this")
    try desk.done("phase", "1", "closed")
  }

  @Test(arguments: all)
  func itIsEnteredWithItsOwnTimesReviewedExportedAndVerifiedByOthers(_ real: Real) throws {
    let desk = try Desk()
    try Self.enter(real, at: desk)
    let show = try desk.object("show", "1")
    #expect(show["phase"] as? String == "closed")
    let milestones = try #require(show["milestones"] as? [String: String])
    #expect(milestones["started"]?.prefix(10) == real.events[0].at.prefix(10))
    #expect(milestones["resolved"]?.prefix(16) == real.events.last?.at.prefix(16))

    try desk.done("timeline", "1", "--format", "json", "--output", "t.json")
    try desk.done("verify", "t.json")
    #expect(
      try desk.done("timeline", "1", "--format", "json")
        == String(
          contentsOfFile: desk.path("t.json"), encoding: .utf8))
    // What anyone can do, without this program.
    let script = """
      jq -c '.events[]' t.json | while IFS= read -r event; do
        id=$(jq -r .id <<<"$event")
        sum=$(jq -cS 'del(.id)' <<<"$event" | tr -d '\\n' | sha256sum)
        [[ "$sum" == "$id  -" ]] && echo same || echo "other $id"
      done
      """
    let sums = try desk.tool("/bin/bash", ["-c", script])
    let lines = sums.out.split(separator: "\n")
    #expect(lines.count >= real.events.count + 14 && Set(lines) == ["same"], "\(sums.err)")

    let events = try Self.events(desk.path("t.json"))
    let notes = events.filter { if case .noted = $0.body { true } else { false } }
    #expect(notes.count == real.events.count)
    for (note, entry) in zip(notes, real.events) {
      #expect(note.body == .noted(Untrusted(entry.text)))
      #expect(note.occurred.precision == (entry.at.count == 10 ? .day : .second))
      #expect(
        note.occurred.instant.iso8601.hasPrefix(
          String(entry.at.prefix(19)).replacing("Z", with: "")))
    }
    // For readers in the order it happened, entries of one moment as they were told.
    let text = try desk.done("timeline", "1", "--format", "markdown").replacing("\\", with: "")
    for (earlier, later) in zip(real.events, real.events.dropFirst()) where earlier.at == later.at {
      let first = try #require(text.range(of: earlier.text.prefix(20)))
      let second = try #require(text.range(of: later.text.prefix(20)))
      #expect(first.lowerBound < second.lowerBound)
    }
    for name in ["postmortem.md"] {
      let document = try desk.done("postmortem", "show", "1")
      #expect(document.contains("## Timeline"), "\(name)")
    }
  }

  @Test func aDayIsShownAsADayAndALateEntryInItsPlace() throws {
    let desk = try Desk()
    let real = try #require(Self.all.first { $0.title.contains("Log4Shell") })
    try Self.enter(real, at: desk)
    let text = try desk.done("timeline", "1")
    #expect(!text.contains("2021-12-10T00:00"))
    let early = try #require(text.range(of: "First contact at management level"))
    let late = try #require(text.range(of: "Container image scan begins"))
    #expect(early.lowerBound < late.lowerBound)
    #expect(try desk.done("show", "1").contains("Started       2021-12-10\n"))
  }

  static func events(_ path: String) throws -> [Event] {
    let value = try JSON(reading: Data(contentsOf: URL(filePath: path)))
    return try (value["events"]?.array ?? []).map { try Event(json: $0) }
  }

  /// The same numbers every time.
  struct Shuffle: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: all)
  func twoReplicasThatGotTheEventsInAnotherOrderSayTheSame(_ real: Real) throws {
    let desk = try Desk()
    try Self.enter(real, at: desk)
    try desk.done("timeline", "1", "--format", "json", "--output", "t.json")
    let events = try Self.events(desk.path("t.json"))
    let now = try #require(events.last?.recorded)
    let whole = try #require(Incident.fold(events))

    // Two people went on, each without the other.
    func branch(_ name: Untrusted, _ commands: [IncidentDomain.Command]) throws -> [Event] {
      var composition = Composition(
        [whole], by: Actor(person: name, account: name, host: "desk"), now: now + 60)
      for command in commands { try composition.carryOut(command, on: whole.id, at: nil) }
      return composition.events
    }
    let ana = try branch("ana", [.note("all quiet"), .reopen(because: "it came back again")])
    let bob = try branch("bob", [.reopen(because: "customers call again"), .note("second wave")])
    let union = events + ana + bob
    let expected = try #require(Incident.fold(union)).showJSON(at: now + 120, present: []).canonical
    #expect(try #require(Incident.fold(union)).conflicts.count == 1)
    var shuffle = Shuffle(state: 42)
    for _ in 1...50 {
      let replica = union.shuffled(using: &shuffle)
      #expect(
        try #require(Incident.fold(replica)).showJSON(at: now + 120, present: []).canonical
          == expected)
    }
    // Synced step by step, in either direction, it is the same too.
    for steps in [[ana, bob], [bob, ana], [ana.reversed(), bob.reversed()]] {
      var replica = whole
      for step in steps { replica.add(step) }
      #expect(replica.showJSON(at: now + 120, present: []).canonical == expected)
    }
  }
}
