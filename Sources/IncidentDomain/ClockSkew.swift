import TextGate

/// That a machine's clock is behind another's, as the record itself shows it (RELIABILITY 18).
public struct ClockSkew: Hashable, Sendable {
  /// The machine whose clock is behind.
  public let host: Untrusted
  /// The machine whose entries it had seen.
  public let other: Untrusted
  /// By so many seconds at least.
  public let seconds: Int

  /// Less than this is not said.
  static let tolerated = 2

  /// `the clock of jump-2 is 90 s or more behind that of jump-1`.
  public var sentence: Showable {
    "the clock of \(host.showable) is \(seconds) s or more behind that of \(other.showable)"
  }
}

extension Incident {
  /// Clocks that are more than two seconds behind another's, by machine.
  ///
  /// Whoever writes after an entry they have seen, and by a clock that is behind, is recorded with
  /// that entry's time; their own stands beside it. What was told for earlier would show more, so the
  /// least of each machine counts.
  public var clockSkews: [ClockSkew] {
    var least: [Untrusted: ClockSkew] = [:]
    var seen: [EventID: Event] = [:]
    for event in events {
      defer { seen[event.id] = event }
      guard event.occurred.precision == .second,
        let last = event.parents.compactMap({ seen[$0] }).max(by: { $0.recorded < $1.recorded }),
        last.host != event.host, event.recorded == last.recorded
      else { continue }
      let behind = event.recorded.seconds(since: event.occurred.instant)
      guard behind > ClockSkew.tolerated else { continue }
      if let known = least[event.host], known.seconds <= behind { continue }
      least[event.host] = ClockSkew(host: event.host, other: last.host, seconds: behind)
    }
    return least.values.sorted { $0.host < $1.host }
  }
}
