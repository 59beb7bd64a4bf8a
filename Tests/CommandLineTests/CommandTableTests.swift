import Console
import TerminalHarness
import Testing

@testable import mayday

/// Everything a key can do, a subcommand can do (CONSOLE.md, rule 4), and the manual page says it.
@Suite struct CommandTableTests {
  /// Words of the table's examples that stand for a value.
  static let values = [
    "INC": "42", "INTO": "43", "TITLE": "Odd", "TEXT": "some words", "N": "2", "ROLE": "ic",
    "PERSON": "bob", "PHASE": "triage", "EVENT": "abcdef0", "ITEM": "abcdef0", "ANSWER": "yes",
    "RUNBOOK": "book", "R": "test", "NAME": "started", "FILE": "t.json", "DATE": "7d",
    "WORD": "leader",
  ]

  /// What the table leaves out because a prompt asks for it.
  static let asked: [String: [String]] = [
    "run end INC": [], "runbook search": ["leader"], "promise INC --kept": ["abcdef0"],
    "action add INC": ["words", "--owner", "bob", "--due", "7d"], "action done INC": ["abcdef0"],
    "postmortem waive INC": ["--because", "words enough"], "--utc": ["list"],
  ]

  static let subcommands = CommandTable.entries.compactMap { entry in
    entry.subcommand?.text
  }

  @Test(arguments: subcommands)
  func everyCommandOfTheConsoleHasItsSubcommand(_ example: String) throws {
    var words = example.split(separator: " ").map { Self.values[String($0)] ?? String($0) }
    if example.hasPrefix("severity") { words[2] = "1" }
    words += Self.asked[example] ?? []
    #expect(throws: Never.self) { try Mayday.parseAsRoot(words) }
  }

  @Test func theManualPageNamesEverySubcommandAndEveryKey() throws {
    let desk = try Desk()
    let page = try desk.done("manual")
    let rendered = try desk.tool("/usr/bin/env", ["groff", "-man", "-Tutf8", "-ww"], stdin: page)
    // Where groff is not installed the page's source has to do.
    if rendered.status == .exited(0) { #expect(rendered.err == "") }
    #expect(page.hasPrefix(".TH MAYDAY 1 "))
    for words in ["mayday declare TITLE", "mayday run exec INC N", "mayday postmortem draft INC"] {
      #expect(page.contains(".B \(words)"))
    }
    for entry in CommandTable.entries where !entry.keys.isEmpty {
      #expect(page.contains(entry.help.text.replacing("-", with: "\\-")), "\(entry.help.text)")
    }
    #expect(!page.contains("mayday manual"))
  }

  @Test func helpListsWhatThisBuildHasAndNothingElse() throws {
    let desk = try Desk()
    let help = try desk.done("--help")
    for word in ["declare", "postmortem", "milestone", "feedback", "undo", "exec", "decision"] {
      #expect(help.contains("\n  \(word) "), "\(word)")
    }
    #expect(!help.contains("\n  manual "))
    for word in ["report", "serve", "drill"] {
      #expect(!help.contains("\n  \(word) "), "\(word)")
      try desk.fails(64, word)
    }
    for shell in ["bash", "zsh", "fish"] {
      let script = try desk.done("--generate-completion-script", shell)
      #expect(script.contains("milestone"))
    }
    #expect(try desk.done("--version") == Mayday.version + "\n")
  }
}
