import Grid
import TextGate

/// The table of commands as text: for the manual page and the README.
extension CommandTable {
  /// One row of a list of keys.
  public struct Row: Hashable, Sendable {
    /// The keys in words, or `:name` for what only the palette reaches.
    public let keys: Showable
    /// What it does, one sentence without a full stop.
    public let help: Showable
    /// The subcommand that does the same; empty for what only a screen needs.
    public let subcommand: Showable
    /// The screens it works on, by name, in the order of ``Screen``; empty for all.
    public let screens: [Showable]
  }

  /// Every command as a row, in the order of the table.
  public static var rows: [Row] {
    entries.map { entry in
      let all = entry.screens.count >= Screen.allCases.count - 1
      return Row(
        keys: entry.keys.isEmpty ? ":\(entry.name)" : entry.keyWords, help: entry.help,
        subcommand: entry.subcommand ?? .empty,
        screens: all
          ? [] : Screen.allCases.filter(entry.screens.contains).map(\.word))
    }
  }

  /// The table as Markdown: key, what it does, subcommand.
  public static var markdown: [Showable] {
    let head: [Showable] = ["| Key | Does | Subcommand |", "|---|---|---|"]
    return head
      + rows.map { row in
        let keys = row.keys.keeping(row.keys.text.unicodeScalars.flatMap(escaped))
        let subcommand: Showable = row.subcommand.isEmpty ? "" : "`\(row.subcommand)`"
        return "| \(keys) | \(row.help) | \(subcommand) |"
      }
  }

  /// A scalar as a table's cell takes it.
  private static func escaped(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    ["|", "<", "*", "_", "`"].contains(scalar) ? ["\\", scalar] : [scalar]
  }
}

extension Screen {
  /// Its name for people.
  var word: Showable {
    switch self {
    case .board: "board"
    case .incident: "incident"
    case .timeline: "timeline"
    case .timers: "timers"
    case .people: "roles"
    case .phases: "phases"
    case .postmortem: "post-mortem"
    case .document: "text"
    case .runbooks: "runbooks"
    case .preview: "runbook"
    case .step: "step"
    case .command: "command"
    case .card: "emergency card"
    case .contacts: "contacts"
    case .help: "help"
    }
  }
}
