import ArgumentParser
import Glibc
import IncidentDomain
import MarkdownBlocks
import Runbooks
import TextGate

struct RunbookCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runbook", abstract: "The catalogue of runbooks.",
    usage: "mayday runbook list|search|show|lint|new|index …",
    subcommands: [
      ListRunbooks.self, SearchRunbooks.self, ShowRunbook.self, LintRunbooks.self, NewRunbook.self,
      IndexRunbooks.self,
    ])
}

extension Session {
  /// The runbooks of the session's folders.
  ///
  /// - Throws: a ``Failure`` when there is no folder, or one cannot be read.
  func catalogue() throws(Failure) -> Catalogue {
    let folders = RunbookFolders.resolve(options)
    guard !folders.isEmpty else {
      throw Failure(
        .noInput, "no runbooks were found beside the program; name a folder with --runbooks")
    }
    do {
      return try CatalogueReader.read(roots: folders)
    } catch {
      throw Failure(.noInput, error.message)
    }
  }

  /// The runbook of a name or a path.
  ///
  /// - Throws: a ``Failure`` when there is none, or several have the name.
  func runbook(_ name: Untrusted) throws(Failure) -> Runbook {
    let isFile = name.raw.lowercased().hasSuffix(".md") && access(name.raw, F_OK) == 0
    // A path that is there means that file; the catalogue is asked for names, when there is one.
    let hasFolders = !RunbookFolders.resolve(options).isEmpty
    if isFile, name.raw.contains("/") || !hasFolders { return try runbook(atPath: name.raw) }
    guard hasFolders else {
      throw Failure(
        .noInput,
        """
        there is no \(name.showable) here, and no runbooks were found beside the program; give the \
        path of a Markdown file, or a folder with --runbooks
        """)
    }
    do {
      return try catalogue().runbook(named: name.raw)
    } catch let error as Catalogue.LookupError {
      switch error {
      case .ambiguous: throw Failure(.usage, error.message)
      case .unknown:
        if isFile { return try runbook(atPath: name.raw) }
        throw Failure(.noInput, error.message)
      }
    } catch {
      if isFile { return try runbook(atPath: name.raw) }
      throw Failure(error) ?? Failure(.noInput, "the runbook cannot be read")
    }
  }

  private func runbook(atPath path: String) throws(Failure) -> Runbook {
    do {
      let file = try CatalogueReader.readFile(path)
      return try Runbook(path: file.path, bytes: file.bytes)
    } catch let error as CatalogueReader.ReadError {
      throw Failure(.noInput, error.message)
    } catch let error as MarkdownRefusal {
      throw Failure(.badData, "\(Untrusted(path).showable): \(error.message)")
    } catch {
      throw Failure(.noInput, "\(Untrusted(path).showable) cannot be read; check the path")
    }
  }
}

struct ListRunbooks: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runbooks.", usage: "mayday runbook list [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let catalogue = try session.catalogue()
    var table = Table()
    for runbook in catalogue.runbooks {
      if options.json {
        session.output.json(runbook.listJSON)
      } else {
        let steps: Showable =
          runbook.steps.isEmpty
          ? "to read" : "\(runbook.steps.count) \(runbook.steps.count == 1 ? "step" : "steps")"
        table.add(
          runbook.path.showableWord, runbook.isIndex ? "index" : steps, runbook.title.showable)
      }
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    for refused in catalogue.refused {
      session.output.error("\(refused.path.showableWord) is left out: \(refused.reason)")
    }
  }
}

extension Runbook {
  fileprivate var listJSON: JSON {
    var members: [String: JSON] = [
      "path": .string(path), "title": .string(title.raw), "digest": .string(digest),
      "mode": .string(mode.rawValue), "steps": .integer(Int64(steps.count)),
    ]
    members["criticality"] = fields.criticality.map { .string($0.raw) }
    members["owner"] = fields.owner.map { .string($0.raw) }
    members["estimateSeconds"] = fields.estimateSeconds.map { .integer(Int64($0)) }
    if isIndex { members["index"] = true }
    return .object(members)
  }
}

struct SearchRunbooks: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find the runbooks that hold every word, or that fit an incident.",
    usage: "mayday runbook search WORD … | --for INC [--json]",
    discussion: """
      Without words, --for lists what fits the incident, best first and with why: the runbook it \
      names, its type, its service, its labels, the words of its title.
      """)

  @Argument(help: ArgumentHelp("Words, or their beginnings.", valueName: "word"))
  var words: [String] = []

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("The incident that they are to fit.", valueName: "inc"))
  var incident: IncidentReference?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard words.isEmpty == (incident != nil) else {
      throw ValidationError("give words to search for, or an incident with --for, not both")
    }
  }

  func perform(in session: Session) throws {
    if let incident {
      let journal = try session.openJournal(.read)
      return try suggest(for: try session.incident(incident, in: journal), session)
    }
    let matches = try session.catalogue().search(words.joined(separator: " "))
    var table = Table()
    for match in matches {
      if options.json {
        session.output.json([
          "path": .string(match.path), "title": .string(match.title.raw),
          "place": .string(match.place.rawValue), "text": .string(match.text.raw),
          "line": .integer(Int64(match.line)),
        ])
      } else {
        table.add(
          match.path.showableWord, match.title.showable,
          "\(match.place.word), line \(match.line): \(match.text.showable)")
      }
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    if matches.isEmpty, !options.json {
      session.output.line("No runbook holds all of these words.")
    }
  }

  private func suggest(for incident: Incident, _ session: Session) throws {
    let suggestions = try session.catalogue().suggest(for: incident)
    var table = Table()
    for suggestion in suggestions {
      if options.json {
        session.output.json([
          "path": .string(suggestion.path), "title": .string(suggestion.title.raw),
          "why": .array(suggestion.why.map { .string($0.text) }),
        ])
      } else {
        table.add(
          suggestion.path.showableWord, suggestion.title.showable, suggestion.why.joined(", "))
      }
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    if suggestions.isEmpty, !options.json {
      session.output.line("No runbook fits \(incident.name); search for words instead.")
    }
  }
}

struct ShowRunbook: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a runbook, or the plan that is read from it.",
    usage: "mayday runbook show RUNBOOK [--plan] [--json]")

  @Argument(help: .runbook) var runbook: Untrusted

  @Flag(help: "The steps, commands, placeholders and findings instead of the text.")
  var plan = false

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let runbook = try session.runbook(runbook)
    if plan {
      if options.json {
        session.output.json(runbook.planJSON)
      } else {
        session.output.lines(runbook.planText)
      }
      return
    }
    let text = runbook.sourceText
    if options.json {
      session.output.json([
        "title": .string(runbook.title.raw), "path": .string(runbook.path),
        "digest": .string(runbook.digest), "text": .string(text.raw),
      ])
    } else {
      session.output.lines(text.showableLines)
    }
  }
}

extension ArgumentHelp {
  /// RUNBOOK, wherever one is named.
  static let runbook = ArgumentHelp(
    "Its name, its path in the catalogue, or the path of a Markdown file.", valueName: "runbook")
}

extension Runbook {
  /// The file's text; for a file in UTF-8 exactly its bytes.
  var sourceText: Untrusted {
    let text = String(decoding: document.source.bytes, as: UTF8.self)
    return Untrusted(document.source.hasByteOrderMark ? "\u{FEFF}" + text : text)
  }
}

extension Run {
  /// The first step under the heading that a choice leads to; else where it leads, as written.
  func target(of goTo: String) -> String {
    let source = Array(start.source.raw.utf8)
    guard let runbook = try? Runbook(path: start.runbook.raw, bytes: source),
      case .step(let id) = runbook.target(of: goTo)
    else { return goTo }
    return id
  }
}
