import ArgumentParser
import Console
import TextGate

/// The two lists of the README that must not tell another story than the program.
enum ReadmeList: String, CaseIterable, ExpressibleByArgument {
  case keys, subcommands

  var lines: [Showable] {
    switch self {
    case .keys: Self.keyRows
    case .subcommands: Self.subcommandRows
    }
  }

  /// Every key, three a line, from the table that dispatches them.
  private static var keyRows: [Showable] {
    var cells: [Showable] = []
    for entry in CommandTable.entries where !entry.keys.isEmpty {
      let cell: Showable = "| `\(entry.keyWords.inTable)` | \(entry.help.inTable) "
      if !cells.contains(cell) { cells.append(cell) }
    }
    while cells.count % 3 > 0 { cells.append("| | ") }
    let third = cells.count / 3
    return ["| key | does | key | does | key | does |", "|---|---|---|---|---|---|"]
      + (0..<third).map { "\(cells[$0])\(cells[third + $0])\(cells[2 * third + $0])|" }
  }

  /// Every subcommand from what the argument parser knows; those of one family share a row.
  private static var subcommandRows: [Showable] {
    var lines: [Showable] = ["| subcommand | does |", "|---|---|"]
    for group in Mayday.configuration.groupedSubcommands {
      for command in group.subcommands {
        let cells = cells(of: command)
        if cells.isEmpty { continue }
        let calls = cells.map(\.call).joined("<br>")
        lines.append("| \(calls) | \(cells.map(\.does).joined("<br>")) |")
      }
    }
    return lines
  }

  private static func cells(
    of command: any ParsableCommand.Type
  ) -> [(call: Showable, does: Showable)] {
    let configuration = command.configuration
    guard configuration.shouldDisplay else { return [] }
    if !configuration.subcommands.isEmpty { return configuration.subcommands.flatMap(cells) }
    var call = configuration.usage ?? configuration.commandName ?? ""
    if call.hasPrefix("mayday ") { call = String(call.dropFirst(7)) }
    return [
      (
        "`\(Untrusted(call).showable.inTable)`",
        Untrusted(configuration.abstract).showable.inTable
      )
    ]
  }
}

extension Showable {
  /// With what would end a cell of a Markdown table escaped.
  fileprivate var inTable: Showable {
    var scalars: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar == "|" { scalars.append("\\") }
      scalars.append(scalar)
    }
    return keeping(scalars)
  }
}
