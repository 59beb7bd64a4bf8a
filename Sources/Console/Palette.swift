import Grid
import IncidentDomain
import TextGate

/// The line behind `:`: a command's name, and words that fill its first question.
struct Palette: Sendable {
  var editor = LineEditor()
  var selected = 0

  /// The command's name as typed, and the words behind it.
  var parts: (name: String, words: String) {
    let text = editor.text.drop { $0 == " " }
    let name = text.prefix { $0 != " " }
    return (String(name), String(text.dropFirst(name.count).drop { $0 == " " }))
  }

  /// The commands whose name begins with what was typed, then those that hold it.
  func matches(on screen: Screen) -> [CommandEntry] {
    let name = parts.name.lowercased()
    let here = CommandTable.entries.filter { entry in
      entry.screens.contains(screen) && !entry.isMoving && entry.id != .palette
    }
    guard !name.isEmpty else { return here }
    if parts.words.isEmpty, !editor.text.hasSuffix(" ") {
      let beginning = here.filter { $0.name.text.hasPrefix(name) }
      return beginning
        + here.filter { !$0.name.text.hasPrefix(name) && $0.name.text.contains(name) }
    }
    return here.filter { $0.name.text == name }
  }
}

extension Model {
  mutating func take(_ press: KeyPress, in palette: Palette) -> [Effect] {
    var palette = palette
    let matches = palette.matches(on: screen)
    let selected = min(palette.selected, max(0, matches.count - 1))
    switch press.key {
    case .escape, .control("c"), .control("g"):
      prompt = nil
      return []
    case .enter where press.isBurst: return []
    case .enter:
      guard matches.indices.contains(selected) else {
        refuse("there is no command \(Untrusted(palette.parts.name).showable) here; ? lists them")
        return []
      }
      prompt = nil
      return run(matches[selected].id, words: palette.parts.words)
    case .tab:
      if matches.indices.contains(selected) {
        palette.editor = LineEditor(matches[selected].name.text + " ")
        palette.selected = 0
      }
    case .down: palette.selected = min(selected + 1, max(0, matches.count - 1))
    case .up: palette.selected = max(0, selected - 1)
    default:
      if palette.editor.take(press.key) == .edited { palette.selected = 0 }
    }
    prompt = .palette(palette)
    return []
  }
}
