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
  public var clockSkews: [ClockSkew] {
    var places: [EventID: Int] = [:]
    var skews: [ClockSkew] = []
    for place in events.indices {
      if let skew = clockSkew(at: place, places) { skew.join(&skews) }
      places[events[place].id] = place
    }
    return skews
  }

  /// What an event says of its machine's clock; nil when nothing.
  ///
  /// Whoever writes after an entry they have seen, and by a clock that is behind, is recorded with
  /// that entry's time; their own stands beside it.
  ///
  /// - Parameters:
  ///   - place: where the event stands in ``events``.
  ///   - places: where those before it stand.
  public func clockSkew(at place: Int, _ places: [EventID: Int]) -> ClockSkew? {
    let event = events[place]
    guard event.occurred.precision == .second,
      let last = event.parents.compactMap({ places[$0] })
        .max(by: { events[$0].recorded < events[$1].recorded }),
      events[last].host != event.host, event.recorded == events[last].recorded
    else { return nil }
    let behind = event.recorded.seconds(since: event.occurred.instant)
    guard behind > ClockSkew.tolerated else { return nil }
    return ClockSkew(host: event.host, other: events[last].host, seconds: behind)
  }
}

extension ClockSkew {
  /// Takes its place among those of other machines, by name. What was told for earlier would show
  /// more, so the least of each machine counts.
  public func join(_ skews: inout [ClockSkew]) {
    guard let place = skews.firstIndex(where: { $0.host >= host }) else {
      skews.append(self)
      return
    }
    if skews[place].host != host {
      skews.insert(self, at: place)
    } else if seconds < skews[place].seconds {
      skews[place] = self
    }
  }
}
