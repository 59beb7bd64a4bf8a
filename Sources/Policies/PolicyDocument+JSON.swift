import IncidentDomain
import TextGate

extension PolicyDocument {
  /// For scripts: what stands once, and a list of objects for each table. Times are seconds, working
  /// days an object; keys are in camelCase.
  public var json: JSON {
    var members = header.json
    for (name, records) in tables where !records.isEmpty {
      members[Self.camel(name)] = .array(records.map { .object($0.json) })
    }
    return .object(members)
  }

  static func camel(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.enumerated().map {
      $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst()
    }
    .joined()
  }
}

extension PolicyRecord {
  var json: [String: JSON] {
    var members: [String: JSON] = [:]
    for name in names { members[PolicyDocument.camel(name)] = self[name]?.json }
    return members
  }
}

extension PolicyField {
  var json: JSON {
    switch value {
    case .text, .limit, .recurrence, .date: .string(written.raw)
    case .severity(let word, let severity):
      severity.map { .integer(Int64($0.rawValue)) } ?? .string(word.raw)
    case .texts(let fields): .array(fields.map(\.json))
    case .span(.elapsed(let seconds)): .integer(Int64(seconds))
    case .span(.workingDays(let days)): ["workingDays": .integer(Int64(days))]
    case .number(let number): .integer(Int64(number))
    case .flag(let flag): .bool(flag)
    case .records(let records): .array(records.map { .object($0.json) })
    }
  }
}
