import Console
import Foundation
import Grid
import Testing
import TextGate

@Suite struct CommandTableTests {
  @Test func everyCommandHasOneEntryWithHelpAndAName() {
    let ids = CommandTable.entries.map(\.id)
    #expect(ids.count == Set(ids).count)
    #expect(Set(ids) == Set(CommandID.allCases))
    let names = CommandTable.entries.map(\.name)
    #expect(names.count == Set(names).count)
    for entry in CommandTable.entries {
      #expect(entry.help.text.count > 10, "\(entry.id) lacks help")
      #expect(!entry.help.text.hasSuffix("."), "\(entry.id): no full stop")
      #expect(!entry.name.text.contains(" "), "\(entry.id): one word for the palette")
      #expect(!entry.screens.isEmpty, "\(entry.id) works nowhere")
    }
  }

  @Test func noTwoKeysClashOnOneScreen() {
    for screen in Screen.allCases {
      var seen: [Key: CommandID] = [:]
      for entry in CommandTable.entries where entry.screens.contains(screen) {
        for key in entry.keys {
          let other = seen.updateValue(entry.id, forKey: key)
          #expect(other == nil, "\(key) on \(screen): \(entry.id) and \(String(describing: other))")
        }
      }
    }
  }

  @Test func everyCommandThatIsNotMovingHasASubcommand() {
    let screenOnly: Set<CommandID> = [
      .palette, .help, .redraw, .suspend, .quit, .copy, .back,
    ]
    for entry in CommandTable.entries where !entry.isMoving && !screenOnly.contains(entry.id) {
      #expect(entry.subcommand != nil, "\(entry.id) has no subcommand")
    }
  }

  @Test func everyKeyOfThePlanIsBound() {
    let board: [Key] = [
      "j", "k", "g", "G", "q", "/", "n", "N", ":", "?", "1", "2", "3", "4", "5", "6", "7", "r", "e",
      "c", "d", "a", "+", "!",
    ]
    let incident: [Key] = [
      "j", "k", "g", "G", "q", ":", "?", "1", "2", "3", "4", "5", "6", "7", "r", "t", "p", "e", "c",
      "a", ">", "<", "s", "o", "+", "U", "!", " ", "x", "f", "S", "y", "n", "R",
    ]
    let both: [Key] = [
      .down, .up, .control("d"), .control("u"), .pageDown, .pageUp, .enter, .escape, .tab,
      .control("l"), .control("z"),
    ]
    for (screen, keys) in [(Screen.board, board + both), (.incident, incident + both)] {
      for key in keys {
        let bound = CommandTable.entries.contains {
          $0.screens.contains(screen) && $0.keys.contains(key)
        }
        #expect(bound, "\(key.word.text) does nothing on \(screen)")
      }
    }
  }

  @Test func noKeyNeedsAFunctionKeyOrABracketAlone() {
    for entry in CommandTable.entries where !entry.keys.isEmpty {
      let usable = entry.keys.contains { key in
        switch key {
        case .function, .character("["), .character("]"), .character("{"), .character("}"),
          .character("\\"), .character("|"), .character("@"), .character("~"):
          false
        default: true
        }
      }
      #expect(usable, "\(entry.id)")
    }
  }

  @Test func everyFooterFitsAndEndsWithHelp() {
    let host = FakeHost.walking()
    for columns in [40, 60, 80, 120] {
      let last = host.screen(columns, 24).split(separator: "\n").last.map(String.init) ?? ""
      #expect(last.hasSuffix("? help"), "at \(columns): \(last)")
    }
  }
}
