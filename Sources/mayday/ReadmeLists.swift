import ArgumentParser
import Console
import TextGate

/// The two lists of the README that must not tell another story than the program.
enum ReadmeList: String, CaseIterable, ExpressibleByArgument {
  case keys, subcommands

  var lines: [Showable] {
    switch self {
    case .keys: Self.keys
    case .subcommands: Self.subcommands
    }
  }

  /// Every key, a line each, from the table that dispatches them.
  private static var keys: [Showable] {
    var lines: [Showable] = ["| key | does |", "|---|---|"]
    var seen: Set<Showable> = []
    for entry in CommandTable.entries where !entry.keys.isEmpty {
      let line: Showable = "| `\(entry.keyWords.inTable)` | \(entry.help.inTable) |"
      if seen.insert(line).inserted { lines.append(line) }
    }
    return lines
  }

  /// Every subcommand, a line each, from what the argument parser knows.
  private static var subcommands: [Showable] {
    var lines: [Showable] = ["| subcommand | does |", "|---|---|"]
    for group in Mayday.configuration.groupedSubcommands {
      for command in group.subcommands where command.configuration.shouldDisplay {
        lines += rows(of: command)
      }
    }
    return lines
  }

  private static func rows(of command: any ParsableCommand.Type) -> [Showable] {
    let configuration = command.configuration
    let inner = configuration.subcommands.filter(\.configuration.shouldDisplay)
    if !inner.isEmpty { return inner.flatMap(rows) }
    let usage = configuration.usage ?? "mayday \(configuration.commandName ?? "")"
    let call = usage.replacing("mayday ", with: "", maxReplacements: 1)
    return [
      "| `\(Untrusted(call).showable.inTable)` | \(Untrusted(configuration.abstract).showable.inTable) |"
    ]
  }
}

extension Showable {
  /// With what would end a cell of a Markdown table escaped.
  fileprivate var inTable: Showable {
    keeping(text.unicodeScalars.flatMap { $0 == "|" ? ["\\", $0] : [$0] })
  }
}
