import Foundation
import IncidentDomain

/// Time zones by their names in the time zone database. The one place of this room that asks the
/// system, and only for its table of zones.
public enum PolicyZone {
  /// The zone of a name; nil when the database has none such.
  public static func named(_ name: String) -> CivilZone? {
    if name == "UTC" || name == "GMT" || name == "Z" { return .utc }
    guard isName(name), let zone = TimeZone(identifier: name) else { return nil }
    return CivilZone(name: name) { instant in
      zone.secondsFromGMT(
        for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
    }
  }

  /// Whether a name may stand for a zone; no path leaves the database through it.
  static func isName(_ name: String) -> Bool {
    if name == "UTC" || name == "GMT" || name == "Z" { return true }
    return TimeZone.knownTimeZoneIdentifiers.contains(name)
  }
}
