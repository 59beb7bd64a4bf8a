import IncidentDomain
import Testing
import TextGate

/// Working days: Monday to Friday in UTC, the same time of day.
@Suite struct SpanTests {
  @Test(arguments: [
    // From, days, to. 2025-11-17 was a Monday.
    ("2025-11-17T09:30:00Z", 1, "2025-11-18T09:30:00Z"),
    ("2025-11-21T09:30:00Z", 1, "2025-11-24T09:30:00Z"),
    ("2025-11-22T00:00:00Z", 1, "2025-11-24T00:00:00Z"),
    ("2025-11-23T23:59:59Z", 1, "2025-11-24T23:59:59Z"),
    ("2025-11-18T12:00:00Z", 5, "2025-11-25T12:00:00Z"),
    ("2025-11-21T12:00:00Z", 5, "2025-11-28T12:00:00Z"),
    ("2025-11-22T12:00:00Z", 5, "2025-11-28T12:00:00Z"),
    ("2024-02-28T12:00:00Z", 2, "2024-03-01T12:00:00Z"),
    ("2025-12-31T12:00:00Z", 2, "2026-01-02T12:00:00Z"),
    ("1969-12-31T12:00:00Z", 1, "1970-01-01T12:00:00Z"),
    ("2025-11-18T12:00:00Z", 0, "2025-11-18T12:00:00Z"),
  ])
  func workingDays(from: String, days: Int, to: String) throws {
    #expect(Span.workingDays(days).after(try .of(from)) == (try .of(to)))
  }

  @Test func aWorkingDayNeverEndsOnAWeekEnd() throws {
    for hour in 0..<(24 * 14) {
      let start = Instant.noon + hour * 3600
      var last = start
      for days in 1...10 {
        let end = Span.workingDays(days).after(start)
        #expect(CivilTime(end).weekday < 5)
        #expect(end > last)
        last = end
      }
    }
  }

  @Test(arguments: [
    (Span.minutes(15), "15 min"), (.hours(2), "2 h"), (.elapsed(seconds: 90), "90 s"),
    (.elapsed(seconds: 3 * 86_400), "3 days"), (.hours(24), "24 h"),
    (.workingDays(1), "1 working day"),
    (.workingDays(5), "5 working days"), (.elapsed(seconds: 0), "0 min"),
  ])
  func words(span: Span, text: String) {
    #expect(span.word.text == text)
  }

  @Test(arguments: [
    (0, "0:00"), (59, "0:59"), (131, "2:11"), (-252, "4:12"), (3600, "1h00"),
    (11_520, "3h12"), (86_399, "23h59"), (86_400, "1d 0h"), (356_400, "4d 3h"),
  ])
  func clocks(seconds: Int, text: String) {
    #expect(Showable.clock(seconds: seconds).text == text)
  }
}
