import IncidentDomain
import Journal
import Testing
import TextGate

@testable import Reports

@Suite struct TimelineTests {
  private static func exported(_ incident: Incident) throws -> JSON {
    try JSON(reading: Array(Timeline.json(incident).text.utf8))
  }

  /// COMMANDS.md: whoever has an event can recompute its id, and its parents are ids of others.
  @Test(arguments: RealIncidents.names) func anyoneCanCheckTheExport(name: String) throws {
    let incident = try RealIncidents.tell(name).incident
    let json = try Self.exported(incident)
    #expect(json["incident"]?.string == incident.id.hex)
    #expect(json["number"]?.integer == Int64(incident.number))
    #expect(json["heads"]?.array == incident.heads.map { .string($0.hex) })
    var seen: Set<String> = []
    let events = try #require(json["events"]?.array)
    #expect(events.count == incident.events.count)
    for event in events {
      var members = try #require(event.object)
      let id = try #require(members.removeValue(forKey: "id")?.string)
      #expect(EventID.sha256(of: JSON.object(members).canonical).hex == id)
      let parents = try #require(members["parents"]?.array).compactMap(\.string)
      #expect(parents.allSatisfy(seen.contains), "a parent comes after its child")
      seen.insert(id)
      let read = try Event(json: event)
      #expect(incident.events.contains(read))
    }
  }

  /// The export's bytes show on a terminal as they are: what the gate would change is escaped.
  @Test func theExportIsOneLineThatCannotAct() throws {
    var t = try RealIncidents.tell(RealIncidents.names[4])
    let hostile: Untrusted =
      "\u{1B}[2J\u{7F}\u{80}\u{9B}1m\u{202E}x\u{200B}\u{2028}e\u{301}\u{301}😀\u{FE0F}\u{E0041}"
    try t.tell(.note(hostile), by: .timo)
    let report = Timeline.json(t.incident)
    #expect(report.lines.count == 1)
    let text = report.lines[0].text
    #expect(Untrusted(text).showable.text == text)
    #expect(
      text.contains(
        #"\u001b[2J\u007f\u0080\u009b1m\u202ex\u200b\u2028e\u0301\u0301😀\ufe0f\udb40\udc41"#))
    let last = try #require(try Self.exported(t.incident)["events"]?.array?.last)
    let kept = try #require(last["body"]?["text"]?.string)
    #expect(kept.utf8.elementsEqual(hostile.raw.utf8))
  }

  /// The same events, whatever order they came in, make the same bytes.
  @Test(arguments: RealIncidents.names) func theSameEventsMakeTheSameBytes(name: String) throws {
    let told = try RealIncidents.tell(name)
    let anew = try #require(Incident.fold(told.incident.events.shuffled()))
    for report in [
      Timeline.markdown, { Timeline.json($0) }, { Timeline.text($0, columns: 72) },
      { Postmortem.draft($0, now: told.now) },
    ] as [(Incident) -> ReportText] {
      #expect(report(anew).text == report(told.incident).text)
    }
  }

  /// No event is lost: each has an entry, or stands with the one it is about.
  @Test(arguments: RealIncidents.names) func everyEventIsShown(name: String) throws {
    let incident = try RealIncidents.tell(name).incident
    let shown = Set(Timeline.entries(incident).flatMap { [$0.id] + $0.corrections.map(\.id) })
    for event in incident.events where !shown.contains(event.id) {
      switch event.body {
      case .pinned(let target, _): #expect(shown.contains(target))
      case .reversed(let targets): #expect(targets.allSatisfy(shown.contains))
      default: Issue.record("\(event.kind) is not shown")
      }
    }
  }

  @Test func entriesAreInTheOrderTheyHappened() throws {
    let incident = try RealIncidents.tell(RealIncidents.names[1]).incident
    let entries = Timeline.entries(incident)
    let times = entries.map(\.occurred.instant)
    #expect(times == times.sorted())
    // The source has 15:50 before 14:30, and the day of the 17th without a time.
    let text = Timeline.markdown(incident).text
    let early = try #require(text.range(of: "**14:30Z**"))
    let late = try #require(text.range(of: "**15:50Z**"))
    #expect(early.lowerBound < late.lowerBound)
    #expect(text.contains("- **2021-12-17** ines"))
    #expect(!text.contains("00:00"))
  }

  @Test func linesFitTheColumnsWhereTheyCan() throws {
    for columns in [40, 60, 80, 132] {
      for name in RealIncidents.names {
        let lines = Timeline.text(try RealIncidents.tell(name).incident, columns: columns).lines
        #expect(
          lines.allSatisfy { $0.text.unicodeScalars.count <= columns || $0.text.hasPrefix("head") })
      }
    }
  }

  @Test(arguments: [
    ("", 40, [""]), ("a b", 40, ["a b"]), ("aaaa bbbb", 4, ["aaaa", "bbbb"]),
    ("  indented", 40, ["  indented"]), ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
    ("日本語テキスト", 6, ["日本語", "テキス", "ト"]), ("e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}"]),
    ("a  b", 40, ["a  b"]), ("aa bbbbbb", 4, ["aa", "bbbb", "bb"]),
  ]) func folding(text: Untrusted, columns: Int, lines: [String]) {
    #expect(text.showable.folded(columns).map(\.text) == lines)
  }

  @Test(arguments: [
    (0, "0 s"), (59, "59 s"), (60, "1 min"), (190, "3 min 10 s"), (3600, "1 h"),
    (3720, "1 h 2 min"),
    (86_400, "24 h"), (87_060, "24 h 11 min"), (172_800, "2 d"), (356_400, "4 d 3 h"),
    (-190, "minus 3 min 10 s"),
  ]) func durations(seconds: Int, text: String) {
    #expect(Showable.duration(seconds).text == text)
  }
}
