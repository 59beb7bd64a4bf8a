import ArgumentParser
import IncidentDomain
import MarkdownBlocks
import Reports
import Runbooks
import TextGate

struct RunDrift: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Compare how a runbook was walked with how it is written.",
    usage:
      "mayday run drift INC [--run EVENT] [--format text|markdown|json] [--patch] [--output FILE]",
    discussion: """
      It tells which steps were skipped, walked in another order, failed, or took longer than their \
      estimate, and which commands ran besides. --patch proposes changes to the Markdown, for patch \
      -p1 or git apply in the folder of the runbooks; the file is left as it is. A file that is not \
      the one that was walked gets no patch.
      """)

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var which: WhichRun

  @Option(
    help: "text, markdown or json; else text, or json with --json.",
    completion: .list(Format.allCases.map(\.rawValue)))
  var format: String?

  @Flag(help: "A patch to the runbook instead of the report.")
  var patch = false

  @Option(
    help: ArgumentHelp(
      "The runbook's file; else it is looked for in the runbook folders.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var file: String?

  @Option(
    help: ArgumentHelp("Where to write it; else to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var options: GlobalOptions

  private enum Format: String, CaseIterable {
    case text, markdown, json
  }

  func validate() throws {
    _ = try chosen()
    if patch, format != nil || options.json {
      throw ValidationError("--patch is a form of its own; give it without --format and --json")
    }
  }

  private func chosen() throws -> Format {
    guard let format else { return options.json ? .json : .text }
    guard let chosen = Format(rawValue: format) else {
      throw ValidationError("there is no format '\(format)'; take text, markdown or json")
    }
    if options.json, chosen != .json {
      throw ValidationError("--json and --format \(format) cannot both be given")
    }
    return chosen
  }

  func perform(in session: Session) throws {
    let journal = try session.openJournal(.read)
    let incident = try session.incident(incident, in: journal)
    let run = try run(of: incident, Subject(id: incident.id, journal: journal))
    let drift = Drift(of: run, in: incident, file: try walkedFile(of: run, session))
    if patch {
      try writePatch(drift, session)
      return
    }
    let report: [Showable]
    switch try chosen() {
    case .text: report = drift.text.lines
    case .markdown: report = drift.markdown.lines
    case .json: report = [drift.json.showable]
    }
    if let output {
      try ExportFile.write(Array(report.map { $0.text + "\n" }.joined().utf8), to: output)
    } else {
      session.output.lines(report)
    }
  }

  /// The run that was named, else the one that was started last.
  private func run(of incident: Incident, _ subject: Subject) throws -> Run {
    if let id = try which.resolve(subject) { return try incident.run(id) }
    guard let last = incident.runs.last else {
      throw Failure(
        .noInput,
        "\(incident.name) has no run; mayday run start \(incident.number) RUNBOOK begins one")
    }
    return last
  }

  /// The runbook as its file is now; nil when it is in none of the folders. What the record says of
  /// its path leads nowhere else.
  private func walkedFile(of run: Run, _ session: Session) throws(Failure) -> Runbook? {
    if let file {
      do {
        let read = try CatalogueReader.readFile(file)
        return try Runbook(path: run.start.runbook.raw, bytes: read.bytes)
      } catch let error as CatalogueReader.ReadError {
        throw Failure(.noInput, error.message)
      } catch let error as MarkdownRefusal {
        throw Failure(.badData, "\(Untrusted(file).showable): \(error.message)")
      } catch {
        throw Failure(.noInput, "\(Untrusted(file).showable) cannot be read; check the path")
      }
    }
    let path = run.start.runbook.raw
    for folder in RunbookFolders.resolve(options) {
      if let read = try? CatalogueReader.readFile(path, under: folder) {
        return try? Runbook(path: path, bytes: read.bytes)
      }
    }
    return nil
  }

  // MARK: The patch

  private func writePatch(_ drift: Drift, _ session: Session) throws(Failure) {
    let path = patchPath(of: drift.run)
    let shown = Untrusted(path).showable
    let patch: DriftPatch
    do {
      patch = try DriftPatch(drift, path: path)
    } catch {
      throw Failure(.badData, "there is no patch for \(shown): \(error.message)")
    }
    if let output {
      try ExportFile.write(patch.bytes, to: output)
    } else {
      let text = String(decoding: patch.bytes.dropLast(), as: UTF8.self)
      let lines =
        text.isEmpty
        ? []
        : text.utf8.split(
          separator: 0x0A, omittingEmptySubsequences: false
        ).map { Untrusted(String(decoding: $0, as: UTF8.self)) }
      // A tab or a hidden character would be printed as a mark, and the patch would not fit.
      guard lines.allSatisfy({ $0.showable.text == $0.raw }) else {
        throw Failure(
          .badData,
          "the patch for \(shown) holds characters that are not printed; write it with --output FILE"
        )
      }
      session.output.lines(lines.map(\.showable))
    }
    session.output.flush()
    if patch.bytes.isEmpty { session.output.error("nothing is proposed for \(shown)") }
    for left in patch.left { session.output.error("not proposed, do it by hand: \(left)") }
  }

  /// Relative to the folder of runbooks, as the record names it, or as the file was named.
  private func patchPath(of run: Run) -> String {
    var path = file ?? run.start.runbook.raw
    while path.hasPrefix("./") { path = String(path.dropFirst(2)) }
    while path.hasPrefix("/") { path = String(path.dropFirst()) }
    return path
  }
}
