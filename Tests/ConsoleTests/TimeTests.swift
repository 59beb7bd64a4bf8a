import Console
import Grid
import IncidentDomain
import Testing
import TextGate

@Suite struct TimeTests {
  private func edge(_ host: FakeHost, _ columns: Int = 80, _ rows: Int = 24) -> Int? {
    Console.show(host.model, Size(columns: columns, rows: rows), glyphs: .utf8).nextEdge
      .map { $0.seconds(since: host.now) }
  }

  @Test func aScreenWithSecondsWakesEverySecondOneWithoutEveryMinuteAndTextNever() {
    var host = FakeHost()
    #expect(edge(host) == 60)
    host.press("e")
    #expect(edge(host) == nil)
    var busy = FakeHost.walking()
    #expect(edge(busy) == 1)
    busy.press("?")
    #expect(edge(busy) == nil)
  }

  @Test func nothingChangesBeforeTheEdgeAndSomethingAtIt() {
    var hosts = [FakeHost(), FakeHost.busy(), FakeHost.walking()]
    var slow = FakeHost()
    slow.declare("Old", .sev3, ago: 5 * 3600)
    slow.send(.storeChanged)
    hosts.append(slow)
    for var host in hosts {
      for _ in 0..<4 {
        guard let seconds = edge(host) else { continue }
        let before = host.screen()
        if seconds > 1 {
          host.pass(seconds - 1)
          #expect(host.screen() == before, "it changed before its edge of \(seconds) s")
          host.pass(1)
        } else {
          host.pass(1)
        }
        #expect(host.screen() != before, "it did not change at its edge of \(seconds) s")
      }
    }
  }

  @Test(arguments: [
    ("14:02", "2026-03-01T14:02:00.000Z"), ("14:02:30", "2026-03-01T14:02:30.000Z"),
    ("23:10", "2026-02-28T23:10:00.000Z"), ("-10m", "2026-03-01T13:55:00.000Z"),
    ("-2h", "2026-03-01T12:05:00.000Z"), ("2026-02-27T08:00Z", "2026-02-27T08:00:00.000Z"),
    ("2026-02-27", "2026-02-27T00:00:00.000Z"),
  ])
  func aTimeIsReadAsPeopleTypeIt(text: String, expected: String) {
    let now = FakeHost.start + 300
    #expect(TypedTime.read(text, now: now)?.instant.iso8601 == expected)
  }

  @Test(arguments: [
    "", "25:00", "14:7", "14:60", "-", "-x", "noon", "2026-13-01", "1:2:3", "١٤:٠٢",
  ])
  func whatIsNoTimeIsNotRead(text: String) {
    #expect(TypedTime.read(text, now: FakeHost.start) == nil)
  }

  @Test func aTimeWithoutAZoneIsMeantInTheZoneThatIsShown() {
    let told = TypedTime.read("16:02", now: FakeHost.start + 300, offsetSeconds: 7200)
    #expect(told?.instant.iso8601 == "2026-03-01T14:02:00.000Z")
    var host = FakeHost.walking()
    host.send(.zone(Zone(name: "CEST", offsetSeconds: 7200)))
    host.press("T")
    #expect(host.screen().contains("15:51:02 bob"))
    host.press("+15:55 failed over")
    #expect(host.screen().contains("writes: 15:55 CEST, 5:00 ago: failed over"))
    host.press("<Enter>")
    #expect(
      host.incident(1)?.events.last?.occurred.instant.iso8601 == "2026-03-01T13:55:00.000Z")
  }

  @Test func anImpossibleTimeIsRefusedBeforeItIsWritten() {
    var host = FakeHost.walking()
    host.press("M<Left><Left><Tab>13:59<Enter>")
    #expect(host.status.contains("would be before"))
  }
}
