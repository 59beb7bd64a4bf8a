import Foundation
import IncidentDomain
import Policies
import Testing
import TextGate

private func read(_ text: String) -> PolicyReader {
  PolicyReader(Array(text.utf8), file: "p.yaml")
}

/// The one finding of a file, as `line:column: rule: message`.
private func only(_ text: String, _ location: SourceLocation = #_sourceLocation) -> String {
  let findings = read(text).findings
  #expect(findings.count == 1, "\(findings.map(\.line.text))", sourceLocation: location)
  guard let finding = findings.first, let place = finding.places.first else { return "" }
  return "\(place.line):\(place.column): \(finding.rule.rawValue): \(finding.message.text)"
}

@Suite struct ReaderTests {
  @Test func aSlipIsNamedWithItsPlaceAndWhatToDo() {
    #expect(only("nmae: x\n") == "1:1: schema: nmae is no key of a policy here; name is")
    #expect(
      only("contacts:\n  - role: DBA\n    primry: pat\n")
        == "3:5: schema: primry is no key of a policy here; primary is")
    #expect(
      only("severities:\n  - severity: SEV-9\n")
        == "2:15: schema: severity must be a SEV-1 to SEV-4 or an alias; SEV-9 is none")
    #expect(
      only("severities:\n  - severity: SEV-1\n    acknowledge: soon\n").hasPrefix(
        "3:18: schema: acknowledge must be a time, as 15 min"))
    #expect(
      only("contacts:\n  - primary: pat\n")
        == "2:5: schema: this entry lacks role: what they are called for")
    #expect(only("contacts: pat\n").hasPrefix("1:11: schema: contacts must be a list"))
    #expect(
      only("windows:\n  - name: db\n    when: sometimes\n").hasPrefix("3:11: schema: when must be"))
    #expect(only("next_review: 2026-02-31\n").hasPrefix("1:14: schema: next_review must be a date"))
    #expect(only("zone: Europe/Nowhere\n").hasPrefix("1:7: schema: zone must be a zone"))
    #expect(only("name: ''\n").hasPrefix("1:7: schema: name is empty"))
    #expect(only("- a\n").hasPrefix("1:1: schema: a policy is made of keys"))
    #expect(only("").hasPrefix("1:1: syntax: the policy is empty"))
  }

  @Test func whatIsNotYAMLIsNamedWithItsPlace() {
    #expect(only("name: x\n  y: [\n").contains(": syntax: this is not YAML: "))
    #expect(
      only("name: a\nzone: UTC\nname: b\n").hasPrefix("3:1: syntax: the key name stands twice"))
    #expect(
      only("tiers:\n  - tier: 1\n    rto: 1 h\n    rto: 2 h\n").hasPrefix(
        "4:5: syntax: the key rto stands twice"))
    #expect(PolicyReader([0xFF, 0xFE], file: "p").findings.first?.rule == .syntax)
    #expect(PolicyReader([0x61, 0x00], file: "p").findings.first?.rule == .refused)
  }

  @Test func anchorsAliasesTagsAndDepthAreRefused() {
    #expect(only("name: &a x\n").hasPrefix("1:7: refused: anchors"))
    #expect(only("a: &a [x]\nb: *a\n").contains(": refused: "))
    #expect(only("name: !!str x\n").hasPrefix("1:7: refused: "))
    #expect(only("%YAML 1.1\n---\nname: x\n").contains(": refused: "))
    #expect(only("name: x\n---\nname: y\n").contains("a second document begins here"))
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(only("name: \(deep)\n").contains("nested deeper than 16"))
    let bomb = (0..<12).map { "a\($0): &a\($0) [*b, *b]" }.joined(separator: "\n")
    #expect(only(bomb).contains(": refused: "))
  }

  @Test func aFileIsReadUpToOneMebibyte() {
    let line = "name: x # "
    let full = line + String(repeating: "c", count: 1 << 20 - line.utf8.count)
    #expect(read(full).findings.isEmpty || full.utf8.count != 1 << 20)
    #expect(read(line + String(repeating: "c", count: 1 << 20)).findings.first?.rule == .refused)
  }

  @Test func aliasesAreWordsForTheOtherTables() throws {
    let reader = read(
      """
      issues:
        - {type: Outage, severity: boom}
        - {type: Slow, severity: P1}
      severities:
        - severity: SEV-3
          aliases: [boom, p1]
      """)
    #expect(reader.findings == [])
    #expect(reader.document[.issues].map { $0.severity("severity") } == [.sev3, .sev3])
    // Without a word of the file's own the usual ones hold.
    #expect(
      read("issues: [{type: a, severity: P0}]").document[.issues].first?.severity("severity")
        == .sev1)
  }

  @Test func everyValueKeepsItsPlace() throws {
    let reader = read("tiers:\n  - tier: 1\n    rpo: 5 min\n    rto: 1 h\n")
    let tier = try #require(reader.document[.tiers].first)
    #expect(tier.place == PolicyPlace(file: "p.yaml", line: 2, column: 5))
    #expect(tier["rto"]?.place == PolicyPlace(file: "p.yaml", line: 4, column: 10))
  }

  @Test(arguments: [
    ("5 min", Span.minutes(5)), ("5m", .minutes(5)), ("< 5 minutes", .minutes(5)),
    ("1 h 30 min", .minutes(90)), ("1.5 hours", .minutes(90)), ("+15 min", .minutes(15)),
    ("immediate", .elapsed(seconds: 0)), ("5 working days", .workingDays(5)),
    ("3 days", .elapsed(seconds: 259_200)), ("1 working day", .workingDays(1)),
  ]) func timesAreReadAsPeopleWriteThem(_ text: String, _ span: Span) {
    let document = read("tiers: [{tier: 1, rto: '\(text)'}]").document
    #expect(document[.tiers].first?.span("rto") == span)
  }

  @Test(arguments: [
    "5", "min", "5 parsecs", "-5 min", "5 min late", "1.0005 s", "99999999999 days",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(!read("tiers: [{tier: 1, rto: '\(text)'}]").isSound)
  }

  @Test func hostileTextIsEscapedWhereItIsWrittenAndReadsBackTheSame() throws {
    let texts = [
      "\u{1B}[31mred", "a: b", "- x", "#c", " lead", "trail ", "é🚨", "\u{202E}rtl", "\u{200B}",
      "a\nb", "\"q\" \\", "yes", "null", "~", "1:2", "@at", "`t`", "%p", "{a}", "[a]", "a #b", "x:",
      "\u{E000}", "\u{1F600}\u{200D}", "\u{85}",
    ]
    for text in texts {
      var document = PolicyDocument(file: "x")
      let place = PolicyPlace(file: "x", line: 1)
      var record = PolicyRecord(at: place)
      record["role"] = PolicyField(.text(Untrusted(text)), at: place)
      document[.contacts] = [record]
      let yaml = PolicyWriter.lines(of: document, marksSource: true).map(\.raw)
        .joined(separator: "\n")
      #expect(
        PolicyWriter.lines(of: document, marksSource: true).allSatisfy {
          $0.showable.text == $0.raw
        })
      if Untrusted(text).isBlank { continue }
      let again = PolicyReader(Array(yaml.utf8), file: "x").document[.contacts].first?.text("role")
      #expect(again?.raw == text, "\(yaml)")
    }
  }
}
