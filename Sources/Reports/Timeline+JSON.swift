import IncidentDomain
import TextGate

extension Timeline {
  /// The record as one JSON object on one line, for anyone to check (COMMANDS.md).
  ///
  /// Events stand parents first. Characters that could act on a terminal are written as `\uXXXX`,
  /// which changes neither the values nor the hashes that are made of the canonical form.
  ///
  /// - Parameter signature: a member of that name, made outside the pure rooms.
  public static func json(_ incident: Incident, signature: JSON? = nil) -> ReportText {
    var object: [String: JSON] = [
      "incident": .string(incident.id.hex),
      "number": .integer(Int64(incident.number)),
      "title": .string(incident.title.raw),
      "severity": .integer(Int64(incident.severity.rawValue)),
      "phase": .string(incident.phase.rawValue),
      "events": .array(incident.events.map(\.json)),
      "heads": .array(incident.heads.map { .string($0.hex) }),
    ]
    if incident.isDrill { object["drill"] = true }
    object["signature"] = signature
    return ReportText([JSON.object(object).showable])
  }
}

extension JSON {
  /// The canonical form on one line, with every character that the gate would change as `\uXXXX`.
  public var showable: Showable {
    let canonical = canonicalText
    if canonical.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
      return Untrusted(canonical).showable
    }
    var out = ""
    for scalar in canonical.unicodeScalars {
      let text = String(scalar)
      // Escaping is safe anywhere: other than ASCII stands only within strings.
      if scalar.isASCII || Untrusted(text).showable.text == text {
        out.unicodeScalars.append(scalar)
      } else {
        for unit in text.utf16 {
          let digits = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return Untrusted(out).showable
  }
}
