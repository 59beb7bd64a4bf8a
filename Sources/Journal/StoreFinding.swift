import TextGate

/// One thing that `store check` looked at.
public struct StoreFinding: Hashable, Sendable {
  /// How good it is.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case fine
    /// It works; something should be seen to.
    case warning
    /// The record is not safe or not sound.
    case wrong
  }

  /// How good it is.
  public let verdict: Verdict
  /// What was looked at, a word or two.
  public let subject: Showable
  /// What was found and, unless it is fine, what to do.
  public let text: Showable

  /// Holds the parts as they are.
  public init(_ verdict: Verdict, _ subject: Showable, _ text: Showable) {
    self.verdict = verdict
    self.subject = subject
    self.text = text
  }

  /// What recomputing every hash and every row found.
  public init(_ verification: Verification) {
    switch verification {
    case .sound(let events, _):
      self.init(
        .fine, "events", "\(events), every hash recomputed; the board's rows are what they fold to")
    case .wrong(let event, let problem):
      self.init(
        .wrong, "events",
        "\(event): \(problem); keep a copy, then restore a backup, or mayday store rebuild when only the board is wrong"
      )
    }
  }

  /// What the numbers of the incidents say. They are given without gaps, so an incident that was taken
  /// out with all its events leaves one; but so does a history that was brought over in part, or two
  /// stores that gave one incident a number each.
  ///
  /// - Parameters:
  ///   - incidents: how many have a number.
  ///   - highest: the highest number that was given, as far as the store knows.
  ///   - missing: the first that no incident has; nil when there is none.
  package init(incidents: Int64, highest: Int64, missing: Int64?) {
    let subject: Showable = "numbers"
    guard let missing else {
      self.init(
        .fine, subject,
        highest == 0 ? "none was given yet" : "an incident for each up to \(highest)")
      return
    }
    self.init(
      .warning, subject,
      "there is no INC-\(missing), and \(highest - incidents) of \(highest) numbers have no incident: one was taken away, or a history was not brought over whole; a head or a copy kept elsewhere tells"
    )
  }

  /// How far the store's newest entry or clock is ahead of this host's clock, in milliseconds.
  public init(clockAhead milliseconds: Int64, of other: Showable) {
    if milliseconds.magnitude <= 2000 {
      self.init(.fine, "clock", "within 2 seconds of \(other)")
    } else {
      let seconds = milliseconds.magnitude / 1000
      self.init(
        .warning, "clock",
        "this host is \(seconds) seconds \(milliseconds > 0 ? "behind" : "ahead of") \(other); set it by NTP, timers of several hosts differ by it"
      )
    }
  }
}

/// The fault of SQLite by which a commit in write-ahead mode can be lost when another connection
/// empties the log at the same instant (sqlite.org, 3.51.3 of 2026-03-13; RELIABILITY 0.1).
public enum WriteAheadFault {
  /// Whether a library has it: 3.7.0 to 3.51.2, but for the two that were mended later. A version
  /// that cannot be read has it.
  ///
  /// - Parameter version: as `sqlite_version()` gives it, `3.40.1`.
  public static func isIn(_ version: String) -> Bool {
    let parts = version.split(separator: ".").compactMap { Int($0) }
    guard parts.count >= 3 else { return true }
    let number = parts[0] * 1_000_000 + parts[1] * 1000 + parts[2]
    guard (3_007_000..<3_051_003).contains(number) else { return false }
    return !(3_044_006..<3_045_000).contains(number) && !(3_050_007..<3_051_000).contains(number)
  }
}
