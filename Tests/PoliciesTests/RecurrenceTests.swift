import IncidentDomain
import Policies
import Testing
import TextGate

/// `2026-11-21T14:02Z`.
func at(_ text: String) -> Instant {
  Instant(iso8601: text.dropLast() + ":00.000Z") ?? Instant(milliseconds: 0)
}

private func recurrence(_ text: String) throws -> Recurrence {
  let yaml = "backups: [{name: x, when: '\(text)'}]"
  let reader = PolicyReader(Array(yaml.utf8), file: "p")
  return try #require(reader.document[.backups].first?.recurrence("when"), "\(text)")
}

@Suite struct RecurrenceTests {
  // 2026-11-21 is a Saturday.
  @Test(arguments: [
    ("daily 02:00", "2026-11-22T02:00Z", "2026-11-21T02:00Z"),
    ("02:00 UTC", "2026-11-22T02:00Z", "2026-11-21T02:00Z"),
    ("Sun 04:00-05:00 UTC", "2026-11-22T04:00Z", "2026-11-15T04:00Z"),
    ("Tue/Thu 03:00 UTC", "2026-11-24T03:00Z", "2026-11-19T03:00Z"),
    ("Tue, Thu 03:00", "2026-11-24T03:00Z", "2026-11-19T03:00Z"),
    ("1st Sun 02:00 UTC", "2026-12-06T02:00Z", "2026-11-01T02:00Z"),
    ("First Monday", "2026-12-07T00:00Z", "2026-11-02T00:00Z"),
    ("Second Wednesday", "2026-12-09T00:00Z", "2026-11-11T00:00Z"),
    ("Third Friday", "2026-12-18T00:00Z", "2026-11-20T00:00Z"),
    ("Last Sunday", "2026-11-29T00:00Z", "2026-10-25T00:00Z"),
    ("every 6 hours", "2026-11-21T18:00Z", "2026-11-21T12:00Z"),
    ("Every hour", "2026-11-21T15:00Z", "2026-11-21T14:00Z"),
    ("day 31 12:00", "2026-12-31T12:00Z", "2026-10-31T12:00Z"),
    ("weekdays 09:00", "2026-11-23T09:00Z", "2026-11-20T09:00Z"),
    ("Sat 14:02", "2026-11-28T14:02Z", "2026-11-21T14:02Z"),
  ]) func theNextAndTheLast(_ text: String, _ next: String, _ last: String) throws {
    let recurrence = try recurrence(text)
    #expect(recurrence.next(after: at("2026-11-21T14:02Z"), in: .utc) == at(next))
    #expect(recurrence.last(upTo: at("2026-11-21T14:02Z"), in: .utc) == at(last))
  }

  @Test(arguments: [
    "sometimes", "Foo 02:00", "25:00", "first", "every 7 h", "weekly 03:00", "Sun 4",
  ])
  func whatIsNoneIsRefused(_ text: String) {
    let yaml = "backups: [{name: x, when: '\(text)'}]"
    #expect(!PolicyReader(Array(yaml.utf8), file: "p").isSound)
  }

  @Test func aWindowKeepsItsTimeOfDayOverAChangeOfTheClocks() throws {
    let berlin = try #require(PolicyZone.named("Europe/Berlin"))
    let sunday = try recurrence("Sun 04:00")
    // Clocks go back on 2026-10-25 and forward on 2026-03-29.
    #expect(sunday.next(after: at("2026-10-18T02:00Z"), in: berlin) == at("2026-10-25T03:00Z"))
    #expect(sunday.next(after: at("2026-10-12T00:00Z"), in: berlin) == at("2026-10-18T02:00Z"))
    #expect(sunday.next(after: at("2026-03-23T00:00Z"), in: berlin) == at("2026-03-29T02:00Z"))
    // 02:30 is not shown on the day clocks spring over it, and is shown twice in autumn: the first.
    let night = try recurrence("daily 02:30")
    #expect(night.next(after: at("2026-03-28T12:00Z"), in: berlin) == at("2026-03-29T01:30Z"))
    #expect(night.next(after: at("2026-10-24T12:00Z"), in: berlin) == at("2026-10-25T00:30Z"))
    #expect(night.next(after: at("2026-10-25T00:30Z"), in: berlin) == at("2026-10-26T01:30Z"))
  }

  /// Lord Howe moves its clocks by half an hour.
  @Test func halfAnHourToo() throws {
    let howe = try #require(PolicyZone.named("Australia/Lord_Howe"))
    let noon = try recurrence("daily 12:00")
    #expect(noon.next(after: at("2026-04-04T00:00Z"), in: howe) == at("2026-04-04T01:00Z"))
    #expect(noon.next(after: at("2026-04-04T12:00Z"), in: howe) == at("2026-04-05T01:30Z"))
  }

  /// The next is later, the last is not, and the next of just before the last is the last.
  @Test func nextAndLastMeet() throws {
    var generator = SystemRandomNumberGenerator()
    let zones = try ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"].map {
      try #require(PolicyZone.named($0))
    }
    for text in ["daily 02:30", "Tue, Thu 03:00", "first Sun 02:00", "last Fri", "every 6 h"] {
      let recurrence = try recurrence(text)
      for zone in zones {
        for _ in 0..<40 {
          let now = Instant(
            milliseconds: Int64.random(
              in: 1_700_000_000_000...1_900_000_000_000, using: &generator))
          let next = try #require(recurrence.next(after: now, in: zone))
          let last = try #require(recurrence.last(upTo: now, in: zone))
          #expect(next > now && last <= now, "\(text) \(zone.name) \(now.iso8601)")
          #expect(recurrence.next(after: last - 1, in: zone) == last)
          #expect(recurrence.last(upTo: next, in: zone) == next)
        }
      }
    }
  }

  @Test func aWindowIsOpenClosedAndAnnounced() throws {
    let window = MaintenanceWindow(
      name: "db", recurrence: try recurrence("Sun 04:00"), zone: "UTC", duration: 3600,
      notice: 172_800, frequency: nil)
    let open = window.standing(at: at("2026-11-22T04:30Z"), in: .utc)
    #expect(open.open?.time == at("2026-11-22T04:00Z")..<at("2026-11-22T05:00Z"))
    #expect(open.next?.time.lowerBound == at("2026-11-29T04:00Z"))
    #expect(window.standing(at: at("2026-11-22T05:00Z"), in: .utc).open == nil)
    let before = window.standing(at: at("2026-11-20T03:59Z"), in: .utc)
    #expect(before.next?.noticeDue == at("2026-11-20T04:00Z"))
    #expect(!before.isNoticeDue(at: at("2026-11-20T03:59Z")))
    #expect(before.isNoticeDue(at: at("2026-11-20T04:00Z")))
  }

  @Test func periodsOfCycles() throws {
    let now = at("2026-11-21T14:02Z")
    #expect(
      Cycle.daily.period(of: now, in: .utc) == at("2026-11-21T00:00Z")..<at("2026-11-22T00:00Z"))
    #expect(
      Cycle.weekly.period(of: now, in: .utc) == at("2026-11-16T00:00Z")..<at("2026-11-23T00:00Z"))
    #expect(
      Cycle.monthly.period(of: now, in: .utc) == at("2026-11-01T00:00Z")..<at("2026-12-01T00:00Z"))
    #expect(
      Cycle.quarterly.period(of: now, in: .utc)
        == at("2026-10-01T00:00Z")..<at("2027-01-01T00:00Z"))
    #expect(
      Cycle.yearly.period(of: now, in: .utc) == at("2026-01-01T00:00Z")..<at("2027-01-01T00:00Z"))
    #expect(Cycle.kickoff.period(of: now, in: .utc) == nil)
    let berlin = try #require(PolicyZone.named("Europe/Berlin"))
    let day = try #require(Cycle.daily.period(of: at("2026-10-25T12:00Z"), in: berlin))
    #expect(day.upperBound.seconds(since: day.lowerBound) == 25 * 3600)
  }
}
