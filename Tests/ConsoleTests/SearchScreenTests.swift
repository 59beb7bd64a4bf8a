import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// The search of the whole record.
@Suite struct SearchScreenTests {
  private static func host() -> FakeHost {
    var host = FakeHost.busy()
    host.did(
      "bob", .note("replica lag on pg-1 is 40 s, the pooler still points there"), on: 1, ago: 90)
    host.did("carol", .note("lag of the consumers is normal again"), on: 2, ago: 60)
    host.did("bob", .note("lag is back, wrong window"), on: 2, ago: 50)
    if let wrong = host.incident(2)?.events.last?.id {
      host.did("bob", .reverse([wrong]), on: 2, ago: 48)
    }
    return host
  }

  @Test func theHitsAreListedAndOpened() throws {
    var host = Self.host()
    host.press("S")
    try Snapshot.check(host, "search-form", sizes: [(80, 24, .utf8)])
    host.press("lag<Enter>")
    try Snapshot.check(host, "search", sizes: Snapshot.every)
    host.press("jj<Enter>")
    let lines = host.screen()
    #expect(lines.contains("INC-1 Timeline"))
    // The entry itself is selected.
    let selected = lines.split(separator: "\n").first { $0.contains("▌") }
    #expect(selected?.contains("replica lag on pg-1") == true, "\(lines)")
    host.press("qq")
    #expect(host.screen().contains("Search: lag"))
    host.press("q")
    #expect(host.screen().contains("Checkout returns 503"))
  }

  @Test func nothingFoundAndNothingAskedAreSaid() {
    var host = Self.host()
    host.press("Szebra<Enter>")
    #expect(host.screen().contains("no entry holds all of that"))
    host.press("<Enter>")
    #expect(host.status.contains("nothing was found"))
    host.press("S")
    // What was asked last is in it again.
    #expect(host.screen().contains("zebra"))
    host.press("<C-u>lag<Enter>")
    #expect(host.screen().contains("3 entries"))
  }

  @Test func aSearchThatFailsSaysSo() {
    var host = Self.host()
    host.press("S")
    for key in FakeHost.keys("lag") { host.send(.key(KeyPress(key))) }
    var model = host.model
    let effects = Console.update(&model, .key(KeyPress(.enter)))
    guard case .search("lag", limit: 100)? = effects.last else {
      Issue.record("\(effects)")
      return
    }
    let size = Size(columns: 80, rows: 24)
    #expect(Console.view(model, size, glyphs: .utf8).text.contains("searching the record"))
    _ = Console.update(&model, .failed("the store is away; try again"))
    #expect(Console.view(model, size, glyphs: .utf8).text.contains("S searches anew"))
    // An answer to an older question changes nothing.
    _ = Console.update(&model, .searched("other", SearchResult(hits: [], isCut: false)))
    #expect(Console.view(model, size, glyphs: .utf8).text.contains("S searches anew"))
  }
}
