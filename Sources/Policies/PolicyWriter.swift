import IncidentDomain
import TextGate

/// Writes a policy as YAML that ``PolicyReader`` reads again.
public struct PolicyWriter {
  private var out: [String] = []
  private let marksSource: Bool

  /// Lines of YAML; with `marksSource` each value names the line it came from.
  public static func lines(of document: PolicyDocument, marksSource: Bool) -> [Untrusted] {
    var writer = PolicyWriter(marksSource: marksSource)
    writer.write(document)
    return writer.out.map { Untrusted($0) }
  }

  private init(marksSource: Bool) {
    self.marksSource = marksSource
  }

  private mutating func write(_ document: PolicyDocument) {
    for field in PolicySchema.header {
      if let value = document.header[field.name] { self.field(field.name, value, indent: "") }
    }
    for table in PolicyTable.allCases where !document[table].isEmpty {
      if !out.isEmpty { out.append("") }
      out.append("\(table.rawValue):")
      records(document[table], PolicySchema.fields(of: table), indent: "  ")
    }
  }

  private mutating func records(
    _ records: [PolicyRecord], _ fields: [PolicySchema.Field], indent: String
  ) {
    for record in records {
      var prefix = indent + "- "
      for field in fields {
        guard let value = record[field.name] else { continue }
        self.field(field.name, value, indent: indent + "  ", prefix: prefix, field.kind)
        prefix = indent + "  "
      }
    }
  }

  private mutating func field(
    _ name: String, _ field: PolicyField, indent: String, prefix: String? = nil,
    _ kind: PolicySchema.Kind = .text
  ) {
    let start = (prefix ?? indent) + name + ":"
    switch field.value {
    case .records(let inner):
      guard case .records(let fields) = kind, !inner.isEmpty else { return }
      out.append(start)
      records(inner, fields, indent: indent + "  ")
    case .texts(let texts):
      guard !texts.isEmpty else { return }
      out.append(start)
      for text in texts {
        out.append(indent + "  - " + Self.scalar(text.written.raw) + mark(text.place))
      }
    case .text, .span, .severity, .number, .flag, .date, .limit, .recurrence:
      out.append("\(start) \(Self.scalar(field.written.raw))\(mark(field.place))")
    }
  }

  private func mark(_ place: PolicyPlace) -> String {
    marksSource ? "  # line \(place.line)" : ""
  }

  /// A scalar that reads back as the same text: plain where YAML cannot take it for anything else.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.unicodeScalars.first.map { $0.isASCII && $0.properties.isAlphabetic || isDigit($0) }
      ?? false
    let isSafe =
      isPlain && text.last != " " && text.last != ":" && !text.contains(": ")
      && !text.contains(" #") && text.unicodeScalars.allSatisfy(isPrintable)
    if isSafe { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
      case _ where scalar.value <= 0xFF: quoted += "\\x" + hex(scalar.value, 2)
      case _ where scalar.value <= 0xFFFF: quoted += "\\u" + hex(scalar.value, 4)
      default: quoted += "\\U" + hex(scalar.value, 8)
      }
    }
    return quoted + "\""
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }

  /// What may stand as it is; what a gate would mark is escaped, so that what is shown is what is
  /// read.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    let text = Untrusted(String(scalar))
    return text.showable.text == text.raw
  }

  private static func hex(_ value: UInt32, _ digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
