import Glibc
import IncidentDomain
import Testing

@testable import mayday

/// TIME of COMMANDS.md.
@Suite(.serialized) struct TimeReaderTests {
  /// 2026-11-21T14:02:30Z.
  static let now =
    CivilTime(year: 2026, month: 11, day: 21, hour: 14, minute: 2, second: 30)
    .instant() ?? Instant(milliseconds: 0)

  static func read(_ text: String, _ zone: ClockZone = .utc) -> String? {
    let reader = TimeReader(now: now, zone: zone)
    guard let told = try? reader.read(text) else { return nil }
    return told.instant.iso8601 + " " + told.precision.rawValue
  }

  @Test(arguments: [
    ("2018-10-21", "2018-10-21T00:00:00.000Z day"),
    ("2018-10-21T22:52", "2018-10-21T22:52:00.000Z minute"),
    ("2018-10-21T22:52Z", "2018-10-21T22:52:00.000Z minute"),
    ("2018-10-21 22:52:01Z", "2018-10-21T22:52:01.000Z second"),
    ("2018-10-21t22:52:01.5z", "2018-10-21T22:52:01.500Z second"),
    ("2018-10-21T22:52:01,123456Z", "2018-10-21T22:52:01.123Z second"),
    ("2018-10-22T00:52:00+02:00", "2018-10-21T22:52:00.000Z second"),
    ("2018-10-22T00:52+0200", "2018-10-21T22:52:00.000Z minute"),
    ("2018-10-21T17:52-05", "2018-10-21T22:52:00.000Z minute"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z second"),
    ("14:02", "2026-11-21T14:02:00.000Z minute"),
    ("14:03", "2026-11-21T14:03:00.000Z minute"),
    ("14:04", "2026-11-20T14:04:00.000Z minute"),
    ("9:05", "2026-11-21T09:05:00.000Z minute"),
    ("23:59:59", "2026-11-20T23:59:59.000Z second"),
    ("-10m", "2026-11-21T13:52:30.000Z second"),
    ("-2h", "2026-11-21T12:02:30.000Z second"),
    ("-1h30m", "2026-11-21T12:32:30.000Z second"),
    ("-90s", "2026-11-21T14:01:00.000Z second"),
    ("-1d", "2026-11-20T14:02:30.000Z second"),
    (" 14:02 ", "2026-11-21T14:02:00.000Z minute"),
  ])
  func readsEachForm(_ text: String, _ expected: String) {
    #expect(Self.read(text) == expected)
  }

  @Test(arguments: [
    "", "now", "2018", "2018-10", "2018-02-30", "2018-10-21T", "2018-10-21T24:00Z",
    "2018-10-21T22:52:00+25:00", "2018-10-21T22:52Zx", "2018-10-21T2:52Z", "25:00", "14:60",
    "14:02:61", "10m", "-", "-10", "-10x", "-30m1h", "-99999999999d", "+10m", "14:02+02:00",
    "20181021T225200Z", "0000-01-01", "２０18-10-21",
  ])
  func refusesWhatIsNoTime(_ text: String) {
    #expect(Self.read(text) == nil)
  }

  @Test func readsTimesOfAZoneThroughBothChangesOfItsClocks() throws {
    let berlin = try #require(ClockZone.named("Europe/Berlin"))
    #expect(Self.read("2026-07-01T12:00", berlin) == "2026-07-01T10:00:00.000Z minute")
    #expect(Self.read("2026-01-01T12:00", berlin) == "2026-01-01T11:00:00.000Z minute")
    // Shown twice: the first.
    #expect(Self.read("2026-10-25T02:30", berlin) == "2026-10-25T00:30:00.000Z minute")
    // Never shown: as if the clocks had not sprung forward.
    #expect(Self.read("2026-03-29T02:30", berlin) == "2026-03-29T01:30:00.000Z minute")
    // A day is that date wherever it is told, and a zone of its own beats the reader's.
    #expect(Self.read("2026-07-01", berlin) == "2026-07-01T00:00:00.000Z day")
    #expect(Self.read("2026-07-01T12:00Z", berlin) == "2026-07-01T12:00:00.000Z minute")
    #expect(Self.read("15:00", berlin) == "2026-11-21T14:00:00.000Z minute")
    #expect(Self.read("15:10", berlin) == "2026-11-20T14:10:00.000Z minute")
    #expect(Self.read("14:00Z", berlin) == "2026-11-21T14:00:00.000Z minute")

    let howe = try #require(ClockZone.named("Australia/Lord_Howe"))
    #expect(Self.read("2026-04-05T01:45", howe) == "2026-04-04T14:45:00.000Z minute")
    #expect(Self.read("2026-10-04T02:15", howe) == "2026-10-03T15:45:00.000Z minute")
  }

  @Test func showsUTCFirstAndTheReadersZoneBesideIt() throws {
    let zone = try #require(ClockZone.named("Asia/Kathmandu"))
    #expect(
      zone.text(ToldTime(Self.now)).text == "2026-11-21 14:02:30Z (2026-11-21 19:47:30 +05:45)")
    #expect(
      zone.text(ToldTime(Self.now, .minute)).text == "2026-11-21 14:02Z (2026-11-21 19:47 +05:45)")
    #expect(zone.text(ToldTime(Self.now, .day)).text == "2026-11-21")
    #expect(ClockZone.utc.text(ToldTime(Self.now)).text == "2026-11-21 14:02:30Z")
  }

  @Test(arguments: [
    "", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe//Berlin", "zone.tab",
  ])
  func knowsNoZoneThatTheDatabaseHasNot(_ name: String) {
    #expect(ClockZone.named(name) == nil)
  }

  @Test func readsLengthsOfTimeToCome() {
    #expect(TimeReader.seconds("10m") == 600)
    #expect(TimeReader.seconds("1d2h3m4s") == 93_784)
    #expect(TimeReader.seconds("10") == nil)
    #expect(TimeReader.seconds("5m5m") == nil)
    #expect((try? TimeReader.duration("0m")) == nil)
    let reader = TimeReader(now: Self.now, zone: .utc)
    #expect((try? reader.readDue("7d"))?.iso8601 == "2026-11-28T14:02:30.000Z")
    #expect((try? reader.readDue("2026-12-01"))?.iso8601 == "2026-12-01T00:00:00.000Z")
    #expect((try? reader.readDue("14:00")) == nil)
  }
}
