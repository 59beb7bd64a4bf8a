import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

@Suite struct ExportTests {
  private static func incident(notes: Int = 4) throws -> Incident {
    let journal = MemoryJournal(MemoryJournal.Store())
    var incident = try journal.declare(.of("lag"), by: .ana, at: nil, now: .morning).incident
    for number in 0..<notes {
      incident = try journal.append(
        .note(Untrusted("note \(number)")), to: incident.id, by: .bob, at: nil,
        now: .morning + number
      ).incident
    }
    return incident
  }

  private static func export(_ incident: Incident) -> JSON {
    [
      "incident": .string(incident.id.hex), "number": .integer(Int64(incident.number)),
      "title": .string(incident.title.raw), "phase": .string(incident.phase.rawValue),
      "severity": .integer(Int64(incident.severity.rawValue)),
      "events": .array(incident.events.map(\.json)),
      "heads": .array(incident.heads.map { .string($0.hex) }),
    ]
  }

  @Test func whatWasExportedIsSound() throws {
    let incident = try Self.incident()
    let export = Self.export(incident)
    let expected = Verification.sound(events: 5, heads: incident.heads)
    #expect(Verification(ofExport: export.canonical) == expected)
    // However it is laid out.
    let pretty = try TerminalHarness.Command.run(
      "/usr/bin/jq", ["--tab", "."], stdin: export.canonicalText)
    #expect(pretty.out.contains("\n\t"))
    #expect(Verification(ofExport: Array(pretty.out.utf8)) == expected)
  }

  /// A jq program that changes an export, and what is said of it.
  @Test(arguments: [
    (".events[2].body.text = \"other\"", "hashed"),
    (".events[2].author = \"eve\"", "hashed"),
    (".events[2].extra = 1", "hashed"),
    ("del(.events[2].host)", "host"),
    (".events[2].recorded = \"yesterday\"", "time"),
    (".events[2].id = \"x\"", "64"),
    ("del(.events[2])", "parent"),
    ("del(.events[0])", "declares no incident"),
    ("del(.events[4])", "heads"),
    (".events |= reverse", "declares no incident"),
    (".events[2:4] |= reverse", "parent"),
    (".events += [.events[4]]", "twice"),
    (".events = []", "no events"), ("del(.events)", "no events"),
    ("del(.heads)", "heads"), (".heads = []", "heads"), (".heads += .heads", "heads"),
    (".heads[0] |= ascii_upcase", "heads"),
    (".title = \"minor\"", "title"), (".number = 2", "number"), (".severity = 4", "severity"),
    (".phase = \"closed\"", "phase"), (".drill = true", "drill"),
    (".incident = .heads[0]", "incident"),
    ("del(.incident)", "incident"), (".incident = {id: .incident}", "incident"),
    (".events[1] = 7", "not an object"), ("[.]", "line 1, column 1,"),
    (".events = {}", "line 1, column 11,"),
  ])
  func whatWasChangedIsNamed(change: String, problem: String) throws {
    let export = Self.export(try Self.incident()).canonicalText
    let changed = try TerminalHarness.Command.run("/usr/bin/jq", ["-c", change], stdin: export)
    try #require(changed.status == .exited(0), "\(changed.err)")
    let found = Verification(ofExport: Array(changed.out.utf8))
    guard case .wrong(_, let sentence) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(sentence.text.contains(problem), "\(sentence.text)")
  }

  @Test func whatIsNoExportIsSaidToBeNone() throws {
    let export = Self.export(try Self.incident()).canonicalText
    let texts = [
      "", " ", "{", "{}", "[]", "null", "7", "{\"events\":", "{\"events\":[", "{\"events\":[}",
      "{\"events\":[{}],\"events\":[]}", "\u{FEFF}" + export, export + "x", export + export,
      String(export.dropLast()), String(export.prefix(300)), "{\"a\":1,\"a\":2}", "{\"a\"}",
      "{a:1}",
      "{\"events\":[\"\\", "{\"events\":[,]}", String(repeating: "[", count: 100_000),
      "{\"x\":" + String(repeating: "[", count: 100_000),
    ]
    for text in texts {
      guard case .wrong = Verification(ofExport: Array(text.utf8)) else {
        Issue.record("\(text.prefix(60)) was said to be sound")
        continue
      }
    }
    guard case .wrong = Verification(ofExport: [0xFF, 0xFE, 0x00]) else {
      Issue.record("bytes that are no text were said to be sound")
      return
    }
  }

  @Test func everyChangedByteIsNoticed() throws {
    guard case .object(var members) = Self.export(try Self.incident(notes: 1)) else { return }
    // These may be absent, so another name for one is no fault.
    for name in ["number", "title", "phase", "severity"] { members[name] = nil }
    let bytes = JSON.object(members).canonical
    guard case .sound = Verification(ofExport: bytes) else {
      Issue.record("\(Verification(ofExport: bytes))")
      return
    }
    for offset in bytes.indices {
      var changed = bytes
      changed[offset] ^= 1
      guard case .wrong = Verification(ofExport: changed) else {
        Issue.record("\(String(decoding: changed[max(0, offset - 20)...offset], as: UTF8.self))")
        continue
      }
    }
  }

  /// The contract itself, with the programs that it names.
  @Test func anyoneCanRecomputeAnIdWithJq() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let controls = String(String.UnicodeScalarView((1...0x9F).compactMap { Unicode.Scalar($0) }))
    let texts = [
      controls, "\"quotes\" and \\ back\\slashes\\\\ / and </script>", "a\u{7F}b", "🚒👩‍🚒🇩🇪 e\u{301}é",
      "line\u{2028}para\u{2029}\u{FEFF}\u{202E}\u{E0041}", "\u{FFFD}\u{FFFF}\u{10FFFF}",
      "\r\n\t\u{8}\u{C}\u{1B}[31m",
    ]
    let actor = Actor(person: "ä\"\\\n", account: "\u{1}", host: "ops\u{7F}")
    var declaration = Declaration.of(Untrusted(texts[0]))
    declaration.service = "z"
    declaration.environment = "Ａ"
    let id = try journal.declare(declaration, by: actor, at: nil, now: .morning).incident.id
    for text in texts {
      _ = try journal.append(
        .note(Untrusted(text)), to: id, by: actor, at: ToldTime(.morning, .minute), now: .morning)
    }
    let events = try #require(try journal.incident(id)).events
    #expect(events.count == texts.count + 1)
    for event in events {
      // The form of an export, and as another program might lay it out.
      for export in [event.json.canonicalText, "\n  " + event.json.canonicalText + " "] {
        try export.write(toFile: scratch.file("event.json"), atomically: false, encoding: .utf8)
        let sum = try TerminalHarness.Command.run(
          "/bin/sh",
          [
            "-c", "jq -cS 'del(.id)' \"$1\" | tr -d '\\n' | sha256sum", "sh",
            scratch.file("event.json"),
          ])
        #expect(sum.out == event.id.hex + "  -\n")
      }
    }
    // And from the store.
    let ids = try Outside.sql("SELECT lower(hex(id)) FROM event ORDER BY sequence;", scratch.file())
    #expect(ids.split(separator: "\n").map(String.init) == events.map(\.id.hex))
  }
}
