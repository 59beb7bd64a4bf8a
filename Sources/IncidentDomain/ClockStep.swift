import TextGate

/// Two clocks of one machine, read at the same moment.
public struct ClockReading: Hashable, Sendable {
  /// The clock of the wall, which people and time servers set.
  public let wall: Instant
  /// Milliseconds since the machine started, suspended time counted; nobody can set it.
  public let boot: Int64

  /// Takes both.
  public init(wall: Instant, boot: Int64) {
    self.wall = wall
    self.boot = boot
  }

  /// What stays the same while nobody sets the clock of the wall.
  var offset: Int64 { wall.milliseconds - boot }
}

/// That somebody or something set a machine's clock, as ``ClockWatch`` saw it.
public struct ClockStep: Hashable, Sendable {
  /// Which start of the machine: offsets of another one cannot be compared.
  public let boot: Untrusted
  /// Wall minus boot-time clock before it, in milliseconds.
  public let before: Int64
  /// The same after it.
  public let after: Int64
  /// The earliest moment it can have happened, by the clock as it is after the step.
  public let earliest: Instant

  /// Holds the parts as they are.
  public init(boot: Untrusted, before: Int64, after: Int64, earliest: Instant) {
    self.boot = boot
    self.before = before
    self.after = after
    self.earliest = earliest
  }

  /// By how many milliseconds the clock was set; negative for back.
  public var milliseconds: Int64 { after - before }

  /// `+1h00`, `-0:02`.
  public var word: Showable {
    let rounded = (abs(milliseconds) + 500) / 1000
    return "\(milliseconds < 0 ? "-" : "+")\(Showable.clock(seconds: Int(rounded)))"
  }
}

/// Tells the time inside one program so that setting the clock of the wall bends no timer, and says
/// when it was set (RELIABILITY 17). Pure: both clocks are values.
public struct ClockWatch: Sendable {
  /// A difference below this is no step: two clocks are never read at quite the same moment.
  public static let smallestStep: Int64 = 500

  private let bootID: Untrusted
  private var last: ClockReading
  /// Wall minus boot-time clock, as the time that is told follows it.
  private var followed: Int64
  /// How far the clock was set away from what is followed, as far as it was said.
  private var pending: Int64 = 0

  /// - Parameter bootID: names this start of the machine.
  public init(_ reading: ClockReading, bootID: Untrusted) {
    last = reading
    followed = reading.offset
    self.bootID = bootID
  }

  /// Takes a reading.
  ///
  /// - Returns: a step that was not said yet; nil mostly.
  public mutating func read(_ reading: ClockReading) -> ClockStep? {
    let elapsed = max(0, reading.boot - last.boot)
    // A time server moves a clock by 500 millionths at most when it does not set it.
    let slack = elapsed / 2000
    let away = reading.offset - followed - pending
    let drift = min(max(away, -slack), slack)
    let earliest = Instant(milliseconds: reading.wall.milliseconds - elapsed)
    last = ClockReading(wall: reading.wall, boot: max(last.boot, reading.boot))
    guard abs(away - drift) >= Self.smallestStep else {
      followed += drift
      return nil
    }
    let before = followed + pending
    pending += away
    return ClockStep(boot: bootID, before: before, after: before + away, earliest: earliest)
  }

  /// The time in the terms of what was recorded before the steps that are not in the record.
  public var now: Instant { Instant(milliseconds: last.boot + followed) }

  /// The same at a later reading of the boot-time clock.
  public func time(at reading: ClockReading) -> Instant {
    Instant(milliseconds: max(last.boot, reading.boot) + followed)
  }

  /// The record knows of a step now: the time that is told goes on in the clock's new terms. A step
  /// of another machine, and one that is not what was seen here, changes nothing.
  public mutating func know(_ step: ClockStep) {
    guard step.boot == bootID, abs(step.after - followed - pending) < Self.smallestStep else {
      return
    }
    followed += pending
    pending = 0
  }
}

extension Event {
  /// The event in the terms of its machine's clock as it is after being set by so much.
  func moved(by milliseconds: Int64) -> Event {
    guard milliseconds != 0 else { return self }
    return Event(
      self, body: body.moved(by: milliseconds), occurred: occurred.moved(by: milliseconds),
      recorded: recorded.moved(by: milliseconds))
  }
}

extension EventBody {
  /// The same with every time in it moved that a timer is made of.
  fileprivate func moved(by milliseconds: Int64) -> EventBody {
    switch self {
    case .declared(var declaration):
      declaration.started = declaration.started?.moved(by: milliseconds)
      declaration.detected = declaration.detected?.moved(by: milliseconds)
      return .declared(declaration)
    case .promiseMade(let text, let due):
      return .promiseMade(text, due: due.moved(by: milliseconds))
    case .updateSnoozed(let until, let because):
      return .updateSnoozed(until: until.moved(by: milliseconds), because: because)
    case .proposalMade(let proposal):
      return .proposalMade(
        Proposal(
          text: proposal.text, risk: proposal.risk, alternatives: proposal.alternatives,
          asked: proposal.asked, due: proposal.due?.moved(by: milliseconds)))
    default: return self
    }
  }
}

extension Instant {
  fileprivate func moved(by milliseconds: Int64) -> Instant {
    Instant(milliseconds: self.milliseconds + milliseconds)
  }
}

extension ToldTime {
  fileprivate func moved(by milliseconds: Int64) -> ToldTime {
    // A day that somebody told is that day, whatever a clock says.
    precision == .day ? self : ToldTime(instant.moved(by: milliseconds), precision)
  }
}

extension Incident {
  /// By event: how much its machine's clock was set after it was written. Empty mostly.
  static func clockShifts(_ ordered: [Event]) -> [EventID: Int64] {
    let stepped = ordered.contains { if case .clockStepped = $0.body { true } else { false } }
    guard stepped else { return [:] }
    var later: [Untrusted: Int64] = [:]
    var shifts: [EventID: Int64] = [:]
    for event in ordered.reversed() {
      if let shift = later[event.host] { shifts[event.id] = shift }
      if case .clockStepped(let step) = event.body {
        later[event.host, default: 0] += step.milliseconds
      }
    }
    return shifts
  }

  /// How much the clock of an event's machine was set after it was written, in milliseconds.
  func clockShift(of event: Event) -> Int64 {
    guard !clockSteps.isEmpty else { return 0 }
    return Self.clockShifts(events)[event.id] ?? 0
  }

  func decideClock(
    _ step: ClockStep, by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventBody] {
    guard !isOver else {
      throw Refusal(.rule, "\(name) has ended: no timer of it runs")
    }
    if let first = events.first, first.host == actor.host,
      (step.earliest...max(step.earliest, now)).contains(first.recorded)
    {
      throw Refusal(.rule, "\(name) was declared by the clock as it is")
    }
    // Another console of the same machine may have said it, or a part of it.
    let known = clockSteps.last { $0.by == actor.host && $0.value.boot == step.boot }
    let told = ClockStep(
      boot: step.boot, before: known?.value.after ?? step.before, after: step.after,
      earliest: step.earliest)
    guard abs(told.milliseconds) >= ClockWatch.smallestStep else {
      throw Refusal(.rule, "that step of the clock is on the record already")
    }
    return [.clockStepped(told)]
  }
}

extension ClockStep {
  var json: JSON {
    [
      "boot": .string(boot.raw), "before": .integer(before), "after": .integer(after),
      "earliest": .string(earliest.iso8601),
    ]
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let boot = r.text("boot"), let before = json["before"]?.integer,
      let after = json["after"]?.integer, let earliest = r.instant("earliest")
    else { return nil }
    self.init(boot: boot, before: before, after: after, earliest: earliest)
  }
}
