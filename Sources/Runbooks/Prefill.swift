import IncidentDomain
import TextGate

/// A value that an incident already knows of what a command asks for: offered to a person, who sees
/// and confirms it, and never taken by itself.
public struct Prefill: Hashable, Sendable {
  /// As the incident has it, whatever it holds.
  public let value: Untrusted
  /// Where it is from: `label instance`, `the incident's service`.
  public let source: Showable

  /// What is known of a placeholder, or of a variable that a command reads.
  ///
  /// A parameter's `from` says where to look (`labels.instance`, `incident.service`). Without one the
  /// name itself counts: a label of that name, then the incident's service, environment or number.
  /// Case, `-`, `_`, `.` and blanks do not, nor a `name` at its end: `<POD-NAME>` is the label `pod`.
  /// A parameter's initial value comes last. Nil when nothing is known, and for secrets.
  public init?(_ name: String, parameter: Fields.Parameter?, in incident: Incident) {
    if parameter?.isSecret ?? SecretNames.holdsSecret(name) { return nil }
    let known =
      if let from = parameter?.from { Self.known(from: from.raw, in: incident) } else {
        Self.known(named: name, in: incident)
      }
    if let known {
      self = known
    } else if let initial = parameter?.initial {
      self.init(initial, "the runbook")
    } else {
      return nil
    }
  }

  private init(_ value: Untrusted, _ source: Showable) {
    self.value = value
    self.source = source
  }

  private static func known(from source: String, in incident: Incident) -> Prefill? {
    let parts = source.split(separator: ".", maxSplits: 1).map(String.init)
    let isOf = parts.count == 2 ? parts[0].lowercased() : "incident"
    guard let name = parts.last else { return nil }
    switch isOf {
    case "label", "labels": return label(name, in: incident)
    case "incident": return field(name.lowercased(), in: incident)
    default: return nil
    }
  }

  private static func known(named name: String, in incident: Incident) -> Prefill? {
    if let label = label(name, in: incident) { return label }
    switch folded(name) {
    case "service", "servicename": return field("service", in: incident)
    case "environment", "env": return field("environment", in: incident)
    case "incident", "incidentnumber", "incidentid", "inc": return field("name", in: incident)
    default: return nil
    }
  }

  /// The label of exactly that name, else the first by name that means the same.
  private static func label(_ name: String, in incident: Incident) -> Prefill? {
    func prefill(_ found: String) -> Prefill? {
      incident.labels[found].map { Prefill($0, "label \(Untrusted(found).showable)") }
    }
    if let exact = prefill(name) { return exact }
    let wanted = folded(name)
    let short = wanted.hasSuffix("name") ? String(wanted.dropLast(4)) : wanted
    let names = incident.labels.keys.sorted()
    let found =
      names.first { folded($0) == wanted } ?? names.first { !short.isEmpty && folded($0) == short }
    return found.flatMap(prefill)
  }

  private static func field(_ name: String, in incident: Incident) -> Prefill? {
    let value: Untrusted? =
      switch name {
      case "number": Untrusted("\(incident.number)")
      case "name", "incident": Untrusted(incident.name.text)
      case "title": incident.title
      case "service": incident.service
      case "environment": incident.environment
      case "type": incident.type
      case "severity": Untrusted(incident.severity.word.text)
      case "commander": incident.commander
      default: nil
      }
    return value.map { Prefill($0, "the incident's \(Untrusted(name).showable)") }
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." && $0 != " " }
  }
}
