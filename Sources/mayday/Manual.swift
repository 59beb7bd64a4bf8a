import ArgumentParser
import Console
import IncidentDomain
import TextGate

struct Manual: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, for man.", shouldDisplay: false)

  @Option(help: "Print a list of the README instead.")
  var readme: ReadmeList?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    session.output.lines(try readme?.lines ?? ManualPage().lines)
  }
}

/// The manual page in roff, made of what the argument parser knows of the subcommands, so that the
/// page cannot tell another story than `--help`.
struct ManualPage {
  private let shared: Set<String>
  private let root: CommandDump

  /// - Throws: a ``Failure`` when the argument parser's own description cannot be read.
  init() throws(Failure) {
    root = try CommandDump(of: Mayday.self)
    shared = Set(root.options.map(\.names))
  }

  var lines: [Showable] {
    get throws {
      var lines: [Showable] = [
        ".TH MAYDAY 1 \"\" \"mayday \(Untrusted(Mayday.version).showable)\" \"User Commands\"",
        ".SH NAME", "mayday \\- \(root.abstract.roff)",
        ".SH SYNOPSIS", ".B mayday", "[options] [subcommand \\&...]",
        ".SH DESCRIPTION",
      ]
      lines += Untrusted(Mayday.configuration.discussion).showableLines.map(\.roff)
      lines.append(".SH OPTIONS")
      lines.append("These may stand before a subcommand or after it.")
      for option in root.options { lines += option.paragraph }
      lines.append(".SH SUBCOMMANDS")
      for group in Mayday.configuration.groupedSubcommands {
        lines.append(".SS \"\(Untrusted(group.name).showable.roff)\"")
        for command in group.subcommands { lines += try section(of: command) }
      }
      return lines + keys + Self.ending
    }
  }

  private func section(of command: any ParsableCommand.Type) throws -> [Showable] {
    if !command.configuration.subcommands.isEmpty {
      return try command.configuration.subcommands.flatMap(section)
    }
    let dump = try CommandDump(of: command)
    var lines: [Showable] = [".TP"]
    let usage = command.configuration.usage ?? command._commandName
    lines.append(".B \(Untrusted(usage).showable.roff)")
    lines.append(dump.abstract.roff)
    if !command.configuration.discussion.isEmpty {
      lines += Untrusted(command.configuration.discussion).showableLines.map(\.roff)
    }
    let own = dump.options.filter { !shared.contains($0.names) }
    if !own.isEmpty {
      lines.append(".RS")
      for option in own { lines += option.paragraph }
      lines.append(".RE")
    }
    return lines
  }

  /// The keys of the console, from the table that dispatches them.
  private var keys: [Showable] {
    var lines: [Showable] = [
      ".SH KEYS", "In the console, ? lists the keys of the screen it is on.",
    ]
    for entry in CommandTable.entries where !entry.keys.isEmpty {
      lines += [".TP", ".B \(entry.keyWords.roff)", "\(entry.help.roff)."]
    }
    return lines
  }

  private static var ending: [Showable] {
    let exits: [(Showable, Showable)] = [
      ("0", "Done."), ("1", "Refused by a rule of the domain; the rule is named."),
      ("64", "Wrong usage."), ("65", "Bad data; where is named."),
      ("66", "No such incident, runbook or file."), ("69", "The store cannot be reached."),
      ("73", "Cannot write."), ("75", "Busy; try again."), ("77", "Not permitted."),
    ]
    let variables: [(Showable, Showable)] = [
      ("MAYDAY_STORE", "Where the journal is, as \\-\\-store names it."),
      ("MAYDAY_RUNBOOKS", "Folders of runbooks, with colons between."),
      ("XDG_DATA_HOME", "Above mayday/journal.sqlite; else ~/.local/share."),
      ("VISUAL, EDITOR", "What postmortem edit opens."), ("TZ", "The zone of times."),
    ]
    func list(_ entries: [(Showable, Showable)]) -> [Showable] {
      entries.flatMap { [".TP", ".B \($0.0)", $0.1] }
    }
    return [".SH ENVIRONMENT"] + list(variables) + [".SH EXIT STATUS"] + list(exits)
  }
}

/// What the argument parser says of one command (its `--experimental-dump-help`).
private struct CommandDump {
  let abstract: Showable
  /// Without help and version, in the order of declaration.
  let options: [Option]

  struct Option {
    /// `--at <time>`, as shown and compared.
    let names: String
    let abstract: Showable

    var paragraph: [Showable] { [".TP", ".B \(Untrusted(names).showable.roff)", abstract.roff] }
  }

  init(of command: any ParsableCommand.Type) throws(Failure) {
    guard let dump = try? JSON(reading: command._dumpHelp().utf8), let own = dump["command"] else {
      throw Failure(.unavailable, "the argument parser's description of itself cannot be read")
    }
    abstract = Untrusted(own["abstract"]?.string ?? "").showable
    options = (own["arguments"]?.array ?? []).compactMap { argument in
      guard argument["kind"]?.string != "positional",
        let name = argument["preferredName"]?["name"]?.string, name != "help", name != "version"
      else { return nil }
      let value = argument["valueName"]?.string
      let isFlag = argument["kind"]?.string == "flag"
      return Option(
        names: isFlag ? "--\(name)" : "--\(name) <\(value ?? name)>",
        abstract: Untrusted(argument["abstract"]?.string ?? "").showable)
    }
  }
}

extension Showable {
  /// As roff takes it literally: no escape, no request, no hyphen where an option's sign is meant.
  fileprivate var roff: Showable {
    var out: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += ["\\", "e"]
      case "-": out += ["\\", "-"]
      case ".", "'":
        if out.isEmpty { out += ["\\", "&"] }
        out.append(scalar)
      case _ where !scalar.isASCII:
        out += "\\[u\(String(scalar.value, radix: 16, uppercase: true).leftPadded)]".unicodeScalars
      default: out.append(scalar)
      }
    }
    return keeping(out)
  }
}

extension String {
  /// With zeros before it up to four digits, as roff names a character.
  fileprivate var leftPadded: String { String(repeating: "0", count: max(0, 4 - count)) + self }
}
