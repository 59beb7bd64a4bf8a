import IncidentDomain
import TextGate

/// A text to read, line by line.
struct Document: Sendable {
  let title: Showable
  let text: Untrusted
  let lines: [Showable]

  init(title: Showable, text: Untrusted) {
    self.title = title
    self.text = text
    lines = text.showableLines
  }
}

/// The help screen's state.
struct HelpState: Sendable {
  /// The screen whose keys it lists.
  var screen: Screen = .board
  var filter = LineEditor()
  var selection = Selection<CommandID>()

  /// The commands to list, what works on the screen.
  var entries: [CommandEntry] {
    let terms = filter.text.lowercased().split(separator: " ")
    return CommandTable.entries.filter { entry in
      guard entry.screens.contains(screen) else { return false }
      let text = "\(entry.name.text) \(entry.keyWords.text) \(entry.help.text)".lowercased()
      return terms.allSatisfy { text.contains($0) }
    }
  }
}
