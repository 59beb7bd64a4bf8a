import Glibc
import IncidentDomain
import TextGate

/// The zone in which a person reads and tells times: UTC, or the one of the process (`--zone`, `TZ`,
/// the machine's). The record holds UTC whatever it is.
struct ClockZone: Sendable {
  let isUTC: Bool

  static let utc = ClockZone(isUTC: true)

  /// The zone that `TZ` or the machine names.
  static func local() -> ClockZone {
    tzset()
    return ClockZone(isUTC: false)
  }

  /// A zone by its name in the time zone database, `Europe/Berlin`; nil when it has none such.
  static func named(_ name: String) -> ClockZone? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".."
        && part.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || [0x2B, 0x2D, 0x5F].contains($0)
        }
    }
    guard isPlain, isZoneFile("/usr/share/zoneinfo/" + name) else { return nil }
    // glibc reads TZ once here; it is put back so that a command run later keeps its own.
    let before = getenv("TZ").map { String(cString: $0) }
    setenv("TZ", ":" + name, 1)
    tzset()
    if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
    return ClockZone(isUTC: false)
  }

  private static func isZoneFile(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 4)
    return read(descriptor, &head, 4) == 4 && head == Array("TZif".utf8)
  }

  /// Seconds east of UTC at an instant.
  func offsetSeconds(at instant: Instant) -> Int {
    if isUTC { return 0 }
    var seconds = time_t(instant.milliseconds >= 0 ? instant.milliseconds / 1000 : 0)
    var broken = tm()
    guard localtime_r(&seconds, &broken) != nil else { return 0 }
    return broken.tm_gmtoff
  }

  /// What the zone is called at an instant: `CEST`.
  func name(at instant: Instant) -> Showable {
    if isUTC { return "UTC" }
    var seconds = time_t(max(0, instant.milliseconds / 1000))
    var broken = tm()
    guard localtime_r(&seconds, &broken) != nil, let name = broken.tm_zone else { return "local" }
    return Untrusted(String(cString: name)).showable
  }

  /// The instant at which the zone's clocks show a civil time. Shown twice, it is the first; never
  /// shown because clocks sprang forward over it, it is as if they had not. Nil for 31 February.
  func instant(of civil: CivilTime) -> Instant? {
    guard let asUTC = civil.instant() else { return nil }
    let offsets = [offsetSeconds(at: asUTC - 86_400), offsetSeconds(at: asUTC + 86_400)]
    let shown = offsets.map { asUTC - $0 }.filter {
      offsetSeconds(at: $0) == asUTC.seconds(since: $0)
    }
    return shown.min() ?? asUTC - offsets[0]
  }

  /// A time for people: UTC as told, and where the zone differs, its own beside it:
  /// `2018-10-21 22:52Z (2018-10-22 00:52 +02:00)`.
  func text(_ told: ToldTime) -> Showable {
    let utc = Self.text(told, offset: 0)
    let offset = offsetSeconds(at: told.instant)
    guard told.precision != .day, offset != 0 else { return utc }
    let here = Self.text(told, offset: offset)
    return "\(utc) (\(here))"
  }

  func text(_ instant: Instant) -> Showable { text(ToldTime(instant)) }

  private static func text(_ told: ToldTime, offset: Int) -> Showable {
    let civil = CivilTime(told.instant, offsetSeconds: offset)
    let day: Showable = "\(four(civil.year))-\(two(civil.month))-\(two(civil.day))"
    if told.precision == .day { return day }
    let minute: Showable = "\(day) \(two(civil.hour)):\(two(civil.minute))"
    let time = told.precision == .minute ? minute : "\(minute):\(two(civil.second))"
    if offset == 0 { return "\(time)Z" }
    let sign: Showable = offset < 0 ? "-" : "+"
    return "\(time) \(sign)\(two(abs(offset) / 3600)):\(two(abs(offset) % 3600 / 60))"
  }

  private static func two(_ value: Int) -> Showable { value < 10 ? "0\(value)" : "\(value)" }

  private static func four(_ value: Int) -> Showable {
    let digits: Showable = "\(value)"
    return digits.paddedZeros(to: 4)
  }
}

extension Showable {
  fileprivate func paddedZeros(to count: Int) -> Showable {
    keeping(repeatElement("0", count: max(0, count - text.utf8.count))) + self
  }
}
