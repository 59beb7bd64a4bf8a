import IncidentDomain
import TextGate

/// A value of a policy, read and checked.
public indirect enum PolicyValue: Hashable, Sendable {
  case text(Untrusted)
  case texts([PolicyField])
  case span(Span)
  /// The word as written, and what it means here; nil for a word that nobody knows.
  case severity(word: Untrusted, Severity?)
  case number(Int)
  case flag(Bool)
  case date(CivilTime)
  case limit(PolicyLimit)
  case recurrence(Recurrence, written: Untrusted)
  case records([PolicyRecord])
}

/// A value with its place.
public struct PolicyField: Hashable, Sendable {
  /// What was read.
  public let value: PolicyValue
  /// Where the value stands.
  public let place: PolicyPlace

  /// Holds the parts as they are.
  public init(_ value: PolicyValue, at place: PolicyPlace) {
    self.value = value
    self.place = place
  }

  /// The value as a person would write it.
  public var written: Untrusted {
    switch value {
    case .text(let text), .severity(let text, _), .recurrence(_, let text): text
    case .texts(let fields): Untrusted(fields.map(\.written.raw).joined(separator: ", "))
    case .span(let span): Untrusted(PolicySpan.written(span))
    case .number(let number): Untrusted(String(number))
    case .flag(let flag): flag ? "yes" : "no"
    case .date(let date): Untrusted(PolicyDate.written(date))
    case .limit(let limit): Untrusted(limit.written)
    case .records(let records):
      Untrusted(
        records.map { record in
          record.names.compactMap { name in
            record[name].map { "\(name) \($0.written.raw)" }
          }.joined(separator: ", ")
        }.joined(separator: "; "))
    }
  }
}

/// A row of a table of the policy.
public struct PolicyRecord: Hashable, Sendable {
  /// Where it begins.
  public let place: PolicyPlace
  /// The names of its fields in the order written.
  public private(set) var names: [String] = []
  private var fields: [String: PolicyField] = [:]

  /// An empty row.
  public init(at place: PolicyPlace) {
    self.place = place
  }

  /// The field of a name; the last one set counts.
  public subscript(name: String) -> PolicyField? {
    get { fields[name] }
    set {
      if newValue != nil, fields[name] == nil { names.append(name) }
      if newValue == nil { names.removeAll { $0 == name } }
      fields[name] = newValue
    }
  }

  /// The text of a field, also of a severity's word.
  public func text(_ name: String) -> Untrusted? {
    switch fields[name]?.value {
    case .text(let text), .severity(let text, _): text
    case .number, .span, .texts, .flag, .date, .limit, .recurrence, .records, nil: nil
    }
  }

  /// The texts of a field; one text counts as a list of one.
  public func texts(_ name: String) -> [PolicyField] {
    if case .texts(let fields) = fields[name]?.value { fields } else { [] }
  }

  /// The length of time of a field.
  public func span(_ name: String) -> Span? {
    if case .span(let span) = fields[name]?.value { span } else { nil }
  }

  /// The number of a field.
  public func number(_ name: String) -> Int? {
    if case .number(let number) = fields[name]?.value { number } else { nil }
  }

  /// The severity of a field.
  public func severity(_ name: String) -> Severity? {
    if case .severity(_, let severity) = fields[name]?.value { severity } else { nil }
  }

  /// The truth value of a field.
  public func flag(_ name: String) -> Bool? {
    if case .flag(let flag) = fields[name]?.value { flag } else { nil }
  }

  /// The date of a field.
  public func date(_ name: String) -> CivilTime? {
    if case .date(let date) = fields[name]?.value { date } else { nil }
  }

  /// The limit of a field.
  public func limit(_ name: String) -> PolicyLimit? {
    if case .limit(let limit) = fields[name]?.value { limit } else { nil }
  }

  /// The recurrence of a field.
  public func recurrence(_ name: String) -> Recurrence? {
    if case .recurrence(let recurrence, _) = fields[name]?.value { recurrence } else { nil }
  }

  /// The rows of a field.
  public func records(_ name: String) -> [PolicyRecord] {
    if case .records(let records) = fields[name]?.value { records } else { [] }
  }
}

/// A whole policy: what stands once, and the tables.
public struct PolicyDocument: Hashable, Sendable {
  /// The file, as it was named.
  public let file: Untrusted
  /// What stands once: name, review dates, zone.
  public var header: PolicyRecord
  /// The rows of each table, by the table's name.
  public var tables: [String: [PolicyRecord]] = [:]

  /// An empty policy.
  public init(file: Untrusted) {
    self.file = file
    header = PolicyRecord(at: PolicyPlace(file: file, line: 1))
  }

  /// The rows of a table.
  public subscript(_ table: PolicyTable) -> [PolicyRecord] {
    get { tables[table.rawValue] ?? [] }
    set { tables[table.rawValue] = newValue }
  }
}
