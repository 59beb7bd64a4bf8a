import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// The rules of CONSOLE.md and TERMINAL.md A3 that a test can hold a console to.
@Suite struct HouseRuleTests {
  private func appends(_ host: FakeHost) -> Int {
    host.effects.count { effect in
      switch effect {
      case .append, .declare, .merge: true
      default: false
      }
    }
  }

  @Test func nothingIsWrittenBeforeItWasShown() {
    var host = FakeHost.walking()
    let before = appends(host)
    for key in ["a", "s", "!", "U", "+", "i", "<Space>", "f", "S", "R", "F", "u", "M", "P"] {
      host.press(key)
      #expect(appends(host) == before, "\(key) wrote at once")
      host.press("<Esc><Esc>")
      if !host.screen().contains("Timeline") { host.press("<Enter>") }
    }
  }

  @Test func aPasteOutsideAPromptDoesNothingButSaySo() {
    var host = FakeHost.walking()
    let before = appends(host)
    host.send(.key(KeyPress(.paste("a\n \n!\n"))))
    #expect(appends(host) == before)
    #expect(host.status.contains("paste outside a prompt"))
  }

  @Test func aPasteInAPromptIsDataOnOneLine() {
    var host = FakeHost.walking()
    host.press("+")
    host.send(.key(KeyPress(.paste("first\r\nsecond\n\u{1b}[31mred"))))
    #expect(host.screen().contains("first second ^[[31mred"))
    host.press("<Enter>")
    let noted = host.incident(1)?.events.last.map(\.body)
    #expect(noted == .noted("first second \u{1b}[31mred"))
  }

  @Test func aPasteWithNULOrTooLongIsRefused() {
    var host = FakeHost.walking()
    host.press("+")
    host.send(.key(KeyPress(.paste("a\u{0}b"))))
    #expect(host.status.contains("NUL"))
    host.send(.key(KeyPress(.overlongPaste(bytes: 2_000_000))))
    #expect(host.status.contains("2000000 bytes"))
  }

  @Test func aBurstMovesButNeverWrites() {
    var host = FakeHost.walking()
    let before = appends(host)
    for key in FakeHost.keys("jj ") { host.send(.key(KeyPress(key, isBurst: true))) }
    #expect(host.status.contains("faster than a hand"))
    host.press("+")
    for key in FakeHost.keys("pasted<Enter>more<Enter>") {
      host.send(.key(KeyPress(key, isBurst: true)))
    }
    #expect(appends(host) == before)
    #expect(host.screen().contains("pasted more"))
  }

  @Test func escKeepsWhatWasTyped() {
    var host = FakeHost.walking()
    host.press("+half a thought<Esc>")
    #expect(host.status.contains("kept"))
    host.press("+")
    #expect(host.screen().contains("half a thought"))
    host.press("<Enter>")
    host.press("+")
    #expect(!host.screen().contains("▌Note half a thought"))
    #expect(host.screen().contains("not yet: Note is empty"))
  }

  @Test func quittingWithUnwrittenTextAsks() {
    var host = FakeHost.walking()
    host.press("+half a thought<Esc>Q")
    #expect(host.screen().contains("typed and not written"))
    #expect(!host.effects.contains { if case .quit = $0 { true } else { false } })
    host.press("<Enter>")
    #expect(host.effects.contains { if case .quit = $0 { true } else { false } })
  }

  @Test func controlCCancelsAPromptAndElsewhereSaysHowToLeave() {
    var host = FakeHost.walking()
    host.press("+x<C-c>")
    #expect(!host.screen().contains("─ Note"))
    host.press("<C-c>")
    #expect(host.status.contains("Q leaves"))
  }

  @Test func newsOfOthersNeverTakesTheTextOrTheSelection() {
    var host = FakeHost.walking()
    host.press("jj+I am typ")
    let before = host.screen()
    host.other("bob", .note("look at the pooler"), on: 1)
    host.press("ing")
    #expect(host.screen().contains("I am typing"))
    #expect(before.contains("I am typ"))
    host.press("<Esc>")
    #expect(host.screen().contains("▌  4 Fail over"))
    #expect(host.screen().contains("look at the pooler"))
  }

  @Test func newsOfOthersIsSaidAndCounted() {
    var host = FakeHost.walking()
    host.press("2")
    host.other("bob", .note("look at the pooler"), on: 1)
    #expect(host.status.contains("bob: look at the pooler"))
    #expect(host.screen().contains("1 new"))
  }

  @Test func theSelectionOnTheBoardIsAnIncidentNotARow() {
    var host = FakeHost.busy()
    host.press("j")
    #expect(host.screen().contains("▌ SEV-2  INC-2"))
    host.declare("Worse", .sev1, by: "bob")
    host.send(.storeChanged)
    #expect(host.screen().contains("▌ SEV-2  INC-2"))
    #expect(host.screen().contains("INC-4"))
  }

  @Test func whenTheSelectedRowGoesItsNeighbourTakesOver() {
    var host = FakeHost.busy()
    host.press("j")
    host.other("bob", .cancel(.test, because: nil), on: 2)
    #expect(host.screen().contains("▌ SEV-3  INC-3"))
  }

  @Test func undoIsOfferedForTenSecondsAndShowsWhatItTakesBack() {
    var host = FakeHost.walking()
    host.press("+wrong incident<Enter>")
    #expect(host.status.contains("u takes it back"))
    host.press("u")
    #expect(host.screen().contains("takes back: wrong incident"))
    host.press("<Enter>")
    #expect(host.screen().contains("(taken back)"))
    host.press("+again<Enter>")
    host.pass(11)
    #expect(!host.status.contains("u takes it back"))
    host.press("u")
    #expect(host.status.contains("ten seconds"))
  }

  @Test func aRefusalKeepsTheTextAndSaysWhy() {
    var host = FakeHost.walking()
    host.fault = "the disk is full: /var/lib; make room and try again"
    host.press("+important<Enter>")
    #expect(host.status.contains("not written: the disk is full"))
    host.fault = nil
    host.press("+")
    #expect(host.screen().contains("▌Note important"))
  }

  @Test func theTroubleOfTheStoreStandsOnEveryScreenUntilItIsWell() {
    var host = FakeHost.walking()
    host.send(.storeTrouble("the disk is full"))
    for keys in ["", "t", "q", "o", "q", "e", "q", "?"] {
      host.press(keys)
      #expect(host.screen().contains("STORE: the disk is full"))
    }
    host.send(.storeWell)
    #expect(!host.screen().contains("STORE:"))
  }

  @Test func anObserverWritesAndRunsNothing() {
    var host = FakeHost.busy()
    var observer = FakeHost(permissions: Permissions(isObserver: true))
    observer.press("d")
    #expect(observer.status.contains("only observes"))
    host.press("q")
    #expect(observer.screen().contains("OBSERVER"))
  }

  @Test func withoutExecutionAStepIsRunByHand() {
    var host = FakeHost(permissions: Permissions(canRun: false))
    host.files = [("core/disk-full.md", FakeHost.disk)]
    host.declare("Full", .sev3)
    host.send(.storeChanged)
    host.press("<Enter>r<Enter><Enter><Enter>x")
    #expect(host.status.contains("runs no commands"))
    host.press("<Space><Enter>")
    #expect(host.incident(1)?.runs.first?.count.ended == 1)
  }

  @Test func noScreenTrapsAtAnySize() {
    var host = FakeHost.walking()
    for keys in [
      "", "2", "3", "4", "1", "+", "<Esc>U", "<Esc>:", "<Esc>t", "/", "<Esc>q", "o", "h", "<Esc>q",
      ">", "q", "p", "q", "jjx", "<Esc>", "q", "?", "q", "e", "q", "q", "d",
    ] {
      host.press(keys)
      for columns in [0, 1, 2, 7, 20, 39, 40, 59, 60, 80, 133] {
        for rows in [0, 1, 2, 3, 5, 9, 10, 24, 50] {
          let frame = Console.view(
            host.model, Size(columns: columns, rows: rows), glyphs: .utf8)
          #expect(frame.size == Size(columns: columns, rows: rows))
        }
      }
    }
  }

  @Test func asciiScreensHoldASCIIOnly() {
    var host = FakeHost.walking()
    for keys in ["", "t", "q", "o", "q", ">", "q", "p", "q", "+é漢", "<Esc>:", "<Esc>?"] {
      host.press(keys)
      #expect(host.screen(80, 24, glyphs: .ascii).utf8.allSatisfy { $0 < 0x80 })
    }
  }
}
