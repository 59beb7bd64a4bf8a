import IncidentDomain
import TextGate

/// What `runbook lint` found, as it is printed.
public struct LintReport: Sendable {
  /// A finding with its file.
  public struct Entry: Hashable, Sendable {
    /// As a person would name it from where they stand.
    public let file: String
    /// What was found, with its line in the file.
    public let finding: Finding

    /// Holds the parts as they are.
    public init(file: String, finding: Finding) {
      self.file = file
      self.finding = finding
    }
  }

  /// How many files were looked at.
  public private(set) var files: Int
  /// By file and line.
  public private(set) var entries: [Entry]

  /// Holds the parts as they are; `entries` should be ordered by file and line.
  public init(files: Int = 0, entries: [Entry] = []) {
    self.files = files
    self.entries = entries
  }

  /// Puts another report's files after these.
  ///
  /// - Parameter folder: what the other's paths are relative to; empty for the working directory.
  public mutating func append(_ other: LintReport, under folder: String) {
    files += other.files
    entries += other.entries.map { entry in
      Entry(
        file: folder.isEmpty ? entry.file : folder + "/" + entry.file, finding: entry.finding)
    }
  }

  /// The same with warnings as errors.
  public var strict: LintReport {
    LintReport(
      files: files,
      entries: entries.map { entry in
        let finding = entry.finding
        guard finding.severity == .warning else { return entry }
        return Entry(
          file: entry.file,
          finding: Finding(
            line: finding.line, severity: .error, rule: finding.rule, message: finding.message))
      })
  }

  /// How many findings have this severity; any error makes `runbook lint` fail.
  public func count(_ severity: Finding.Severity) -> Int {
    entries.count { $0.finding.severity == severity }
  }

  /// `file:line: severity: rule: message`, one finding a line.
  public var lines: [Showable] {
    entries.map { entry in
      let finding = entry.finding
      return """
        \(Untrusted(entry.file).showable):\(finding.line): \(finding.severity.word): \
        \(Untrusted(finding.rule).showable): \(finding.message)
        """
    }
  }

  /// One object a finding.
  public var json: [JSON] {
    entries.map { entry in
      .object((entry.finding.json.object ?? [:]).merging(["file": .string(entry.file)]) { $1 })
    }
  }

  /// A log as OASIS SARIF 2.1.0 has it, for code scanning.
  ///
  /// - Parameter version: of this program.
  public func sarif(version: String) -> JSON {
    let rules = LintRule.all
    var indexes: [String: Int] = [:]
    for (index, rule) in rules.enumerated() { indexes[rule.id] = index }
    let results: [JSON] = entries.map { entry in
      var members: [String: JSON] = [
        "ruleId": .string(entry.finding.rule), "level": .string(Self.level(entry.finding.severity)),
        "message": ["text": .string(entry.finding.message.text)],
        "locations": [
          [
            "physicalLocation": [
              "artifactLocation": ["uri": .string(Self.uri(entry.file))],
              "region": ["startLine": .integer(Int64(entry.finding.line))],
            ]
          ]
        ],
      ]
      if let index = indexes[entry.finding.rule] { members["ruleIndex"] = .integer(Int64(index)) }
      return .object(members)
    }
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "mayday", "version": .string(version),
              "rules": .array(
                rules.map {
                  [
                    "id": .string($0.id), "shortDescription": ["text": .string($0.summary.text)],
                  ]
                }),
            ]
          ],
          "columnKind": "unicodeCodePoints", "results": .array(results),
        ]
      ],
    ]
  }

  private static func level(_ severity: Finding.Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  /// A path as a URI reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    let encoded = PathLink.encoded(path)
    if path.hasPrefix("/") { return "file://" + encoded }
    return encoded
  }
}

/// Paths as links name them.
enum PathLink {
  /// With every byte escaped that is not unreserved or a slash.
  static func encoded(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
