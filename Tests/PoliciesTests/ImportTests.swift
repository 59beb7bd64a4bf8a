import Foundation
import IncidentDomain
import Policies
import Testing
import TextGate

/// The five operations indexes that the policy is modelled on.
enum Seed: String, CaseIterable, Sendable {
  case s000 = "000"
  case s001 = "001"
  case s002 = "002"
  case s003 = "003"
  case s004 = "004"

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  var bytes: [UInt8] {
    get throws {
      Array(try Data(contentsOf: Self.folder.appending(path: "Fixtures/seeds/\(rawValue).txt")))
    }
  }

  func imported() throws -> PolicyImporter {
    try PolicyImporter(try bytes, file: Untrusted("\(rawValue).txt"))
  }
}

let today = CivilTime(year: 2026, month: 11, day: 21)

func check(_ documents: [PolicyDocument]) -> [PolicyFinding] {
  PolicyCheck.findings(on: documents, today: today) { _, _ in .present }
}

@Suite struct ImportTests {
  @Test(arguments: Seed.allCases) func theImportIsTheReviewedOne(_ seed: Seed) throws {
    let text = try seed.imported().lines.map(\.text).joined(separator: "\n") + "\n"
    let file = Seed.folder.appending(path: "Golden/\(seed.rawValue).yaml")
    if ProcessInfo.processInfo.environment["MAYDAY_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    let isSame = golden == text
    #expect(isSame, "\(seed) is imported otherwise now:\n\(text)")
  }

  @Test(arguments: Seed.allCases) func whatIsWrittenReadsBackTheSame(_ seed: Seed) throws {
    let imported = try seed.imported()
    let yaml = imported.lines.map(\.text).joined(separator: "\n")
    let reader = PolicyReader(Array(yaml.utf8), file: "again.yaml")
    #expect(reader.findings == [])
    // Places differ; values, tables and their order do not.
    #expect(reader.document.json == imported.document.json)
    let again = PolicyWriter.lines(of: reader.document, marksSource: false)
    #expect(again == PolicyWriter.lines(of: imported.document, marksSource: false))
  }

  /// A line is a value, is listed, or holds nothing but the form: a heading, the head of a table, a
  /// rule, the marks of a code block.
  @Test(arguments: Seed.allCases) func everyLineIsAccountedFor(_ seed: Seed) throws {
    let imported = try seed.imported()
    let yaml = imported.lines.map(\.text)
    var told: Set<Int> = []
    for line in yaml {
      if let at = line.range(of: "  # line ", options: .backwards),
        let number = Int(line[at.upperBound...])
      {
        told.insert(number)
      } else if line.hasPrefix("# line "), let number = Int(line.dropFirst(7).prefix { $0 != ":" })
      {
        told.insert(number)
      }
    }
    let source = String(decoding: try seed.bytes, as: UTF8.self)
    var tableBegan = false
    for (index, line) in source.components(separatedBy: "\n").enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      let isRow = text.hasPrefix("|")
      let isForm =
        text.isEmpty || text.hasPrefix("#") || text == "---" || text.hasPrefix("```")
        || isRow && (!tableBegan || text.hasPrefix("| :--") || text.hasPrefix("|--"))
        || text.hasPrefix("**") && text.hasSuffix("**") || text.hasSuffix(":**")
        || text.hasSuffix("**:")
      tableBegan = isRow
      // What is wrapped belongs to the line that it goes on from.
      if line.hasPrefix("  "), !text.hasPrefix("-"), told.contains(index) {
        told.insert(index + 1)
      }
      #expect(told.contains(index + 1) || isForm, "\(seed) line \(index + 1): \(text)")
    }
  }

  @Test func mojibakeIsRepairedWhereTheWholeFileReverses() throws {
    #expect(try Seed.s000.imported().misreading == nil)
    #expect(try Seed.s001.imported().misreading == .macRoman)
    #expect(try Seed.s002.imported().misreading == .macRoman)
    #expect(try Seed.s003.imported().misreading == nil)
    #expect(try Seed.s004.imported().misreading == .windows1252)
    let all = try Seed.s004.imported().lines.map(\.text).joined()
    #expect(all.contains("🚨 EMERGENCY PROCEDURES 🚨"))
    #expect(!all.contains("ðŸ"))
  }

  /// What each index by itself says that cannot hold, dead documents apart: their files are not here.
  @Test(
    arguments: zip(
      Seed.allCases,
      [
        [],
        [
          "001.txt:71:5: warning: reference: no contact answers to Platform team; add one to contacts or mend the name",
          "001.txt:188:5: error: contradiction: Disaster Recovery is tested quarterly here and monthly there; agree on one (also 001.txt:113:5)",
          "001.txt:216:3: warning: review: the review was due on 2025-04-25, 575 days ago; ask who maintains it (DevOps Team)",
        ],
        [],
        [
          "003.txt:64:7: error: contradiction: RPO of all services is 24 h here, but 5 min for tier 1, 1 h for tier 2 there; say which holds (also 003.txt:30:5, 003.txt:31:5)",
          "003.txt:65:7: error: contradiction: RTO of all services is 4 h here, but 1 h for tier 1, 24 h for tier 3 there; say which holds (also 003.txt:30:5, 003.txt:32:5)",
        ],
        [],
      ])
  ) func eachIndexByItself(_ seed: Seed, _ expected: [String]) throws {
    #expect(check([try seed.imported().document]).map(\.line.text) == expected)
  }

  /// Found by reading the five side by side; the numbers are lines of the indexes.
  @Test(arguments: [
    ("RTO of tier 1", ["000:47", "003:30"]),
    ("RPO of all services is 1 h here and 24 h", ["000:48", "003:64"]),
    ("RPO of all services is 1 h here, but 5 min for tier 1", ["000:48", "003:30", "003:32"]),
    ("default of Deployment strategy", ["000:36", "003:54"]),
    ("who of level 1", ["001:145", "003:69"]),
    ("target of the recovery Disaster Recovery", ["001:188", "004:186"]),
    ("Disaster Recovery is tested quarterly", ["001:188", "001:113", "004:84"]),
    ("target of MTTR", ["001:81", "002:77"]),
    ("target of Error Rate", ["001:80", "002:76"]),
    ("target of Response Time P95", ["001:79", "002:75"]),
    ("RPO of Database is 1 h, but its backup runs Every 6 hours", ["004:192", "001:102"]),
    ("Full system backup (02:00 UTC) begins while", ["004:204", "001:100"]),
    ("alert on Error Rate fires", ["003:48", "002:76"]),
    ("alert on Latency P95 fires", ["003:49", "002:75"]),
  ]) func contradictionsBetweenTheSeeds(_ message: String, _ places: [String]) throws {
    let findings = check(try Seed.allCases.map { try $0.imported().document })
    let found = findings.filter { $0.message.text.contains(message) }
    #expect(found.count == 1)
    let told = found.first?.places.map { "\($0.file.raw.prefix(3)):\($0.line)" }
    #expect(told == places)
  }

  @Test func twoThatAgreeAreNotFound() throws {
    // P1 of 001 answers within five minutes, as SEV-1 of 004 does; both call security the same.
    let findings = check([
      try Seed.s001.imported().document, try Seed.s004.imported().document,
    ])
    #expect(!findings.contains { $0.message.text.contains("first response") })
    #expect(!findings.contains { $0.rule == .alias })
  }

  @Test func aTextThatIsNoIndexIsListedAsAWhole() throws {
    let imported = try PolicyImporter(Array("Just\nwords.\n".utf8), file: "x.md")
    #expect(imported.document.tables.isEmpty)
    #expect(imported.unrecognised.map(\.text) == ["Just", "words."])
    let empty = try PolicyImporter([], file: "x.md")
    #expect(empty.unrecognised == [])
  }
}
