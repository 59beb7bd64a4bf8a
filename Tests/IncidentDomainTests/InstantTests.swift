import IncidentDomain
import Testing
import TextGate

@Suite struct InstantTests {
  /// Known dates: milliseconds since 1970 as `date -u -d … +%s` and the POSIX definition give them.
  static let known: [(String, Int64)] = [
    ("1970-01-01T00:00:00.000Z", 0),
    ("1969-12-31T23:59:59.999Z", -1),
    ("1969-12-31T23:59:59.000Z", -1000),
    ("1972-06-30T23:59:59.000Z", 78_796_799_000),
    ("2000-02-29T12:00:00.000Z", 951_825_600_000),
    ("1900-02-28T23:59:59.000Z", -2_203_891_201_000),
    ("1900-03-01T00:00:00.000Z", -2_203_891_200_000),
    ("2001-09-09T01:46:40.000Z", 1_000_000_000_000),
    ("2018-10-21T22:52:00.000Z", 1_540_162_320_000),
    ("2024-02-29T23:59:59.123Z", 1_709_251_199_123),
    ("2038-01-19T03:14:08.000Z", 2_147_483_648_000),
    ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
    ("0001-01-01T00:00:00.000Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
  ]

  @Test(arguments: known) func knownDates(text: String, milliseconds: Int64) {
    #expect(Instant(iso8601: text)?.milliseconds == milliseconds)
    #expect(Instant(milliseconds: milliseconds).iso8601 == text)
  }

  @Test(arguments: [
    "2023-02-29T00:00:00.000Z", "1900-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z",
    "2024-04-31T00:00:00.000Z", "2024-00-10T00:00:00.000Z", "2024-13-10T00:00:00.000Z",
    "2024-01-00T00:00:00.000Z", "2024-01-32T00:00:00.000Z", "2024-01-01T24:00:00.000Z",
    "2024-01-01T00:60:00.000Z", "2024-01-01T00:00:60.000Z", "0000-01-01T00:00:00.000Z",
    "2024-01-01 00:00:00.000Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000z",
    "2024-01-01T00:00:00.000+", "", "+024-01-01T00:00:00.000Z", "２024-01-01T00:00:00.00",
  ])
  func otherTextsAreNoInstant(text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test func everyDayOfFourCenturiesFollowsTheOneBefore() throws {
    // 2000-01-01 was a Saturday; 146,097 days are one Gregorian cycle, a whole number of weeks.
    var before = CivilTime(year: 1999, month: 12, day: 31)
    let start = try #require(CivilTime(year: 2000, month: 1, day: 1).instant())
    for day in 0..<146_097 {
      let civil = CivilTime(Instant(milliseconds: start.milliseconds + Int64(day) * 86_400_000))
      #expect(civil.weekday == (day + 5) % 7)
      let isNext =
        (civil.day == before.day + 1 && civil.month == before.month && civil.year == before.year)
        || (civil.day == 1 && civil.month == before.month + 1 && civil.year == before.year)
        || (civil.day == 1 && civil.month == 1 && civil.year == before.year + 1)
      if !isNext { Issue.record("\(civil) after \(before)") }
      before = civil
    }
    #expect(CivilTime(start + 146_097 * 86_400) == CivilTime(year: 2400, month: 1, day: 1))
  }

  @Test func randomInstantsReadBack() {
    var random = SeededGenerator(state: 1)
    for _ in 0..<2000 {
      let instant = Instant(
        milliseconds: .random(
          in: Instant.earliest.milliseconds...Instant.latest.milliseconds, using: &random))
      #expect(Instant(iso8601: instant.iso8601) == instant)
      let offset = Int.random(in: -14...14, using: &random) * 1800
      let civil = CivilTime(instant, offsetSeconds: offset)
      if (2...9998).contains(civil.year) {
        #expect(civil.instant(offsetSeconds: offset) == instant)
      }
    }
  }

  @Test func aLeapSecondIsTheNextMinutesFirst() {
    let leap = CivilTime(year: 2016, month: 12, day: 31, hour: 23, minute: 59, second: 60)
    #expect(leap.instant()?.iso8601 == "2017-01-01T00:00:00.000Z")
  }

  @Test func secondsAreRoundedDownOnBothSides() {
    let zero = Instant(milliseconds: 0)
    for (milliseconds, seconds) in [
      (0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2),
    ] {
      #expect(Instant(milliseconds: Int64(milliseconds)).seconds(since: zero) == seconds)
    }
  }

  @Test func farTimesStayWithinWhatCanBeWritten() {
    let last = Instant(milliseconds: .max)
    #expect(last.iso8601 == "9999-12-31T23:59:59.999Z")
    #expect(Instant(milliseconds: .min).iso8601 == "0001-01-01T00:00:00.000Z")
    #expect((last + 1) == last)
    #expect((Instant.noon + .max) == last)
    #expect((Instant.noon - .max) == Instant(milliseconds: .min))
    #expect((Instant.noon - .min) == last)
    #expect(last.seconds(since: Instant(milliseconds: .min)) > 0)
    #expect(Instant(milliseconds: .min).seconds(since: last) < 0)
  }

  @Test(arguments: [
    (Precision.day, "2025-11-18"), (.minute, "2025-11-18T12:00Z"),
    (.second, "2025-11-18T12:00:00Z"),
  ])
  func aTimeIsShownAsTold(precision: Precision, text: String) {
    #expect(ToldTime(.noon, precision).showable.text == text)
  }
}
