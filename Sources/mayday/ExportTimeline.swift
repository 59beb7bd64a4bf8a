import ArgumentParser
import IncidentDomain
import Journal
import Reports
import TextGate

struct ExportTimeline: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "Print or export the record of an incident.",
    usage: "mayday timeline INC [--format markdown|text|json] [--output FILE] [--sign KEY]",
    discussion: """
      The JSON form can be checked by anyone: mayday verify FILE, or for one event \
      jq -cS 'del(.id)' | tr -d '\\n' | sha256sum, which prints its id. --sign adds an Ed25519 \
      signature of the incident and its heads by a key that mayday store key made.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Option(
    help: "markdown, text or json; else text, or json with --json.",
    completion: .list(Format.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    help: ArgumentHelp("Where to write it; else to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("Sign the JSON form with this private key.", valueName: "key"),
    completion: .file())
  var sign: String?

  @OptionGroup var options: GlobalOptions

  private enum Format: String, CaseIterable {
    case markdown, text, json
  }

  func validate() throws {
    if try chosen() != .json, sign != nil {
      throw ValidationError("only the JSON form can be signed; add --format json")
    }
  }

  private func chosen() throws -> Format {
    guard let format else { return options.json ? .json : .text }
    if let chosen = Format(rawValue: format) { return chosen }
    if format == "html" || format == "csv" {
      throw ValidationError("this build writes no HTML and no CSV yet; take markdown, text or json")
    }
    throw ValidationError("there is no format '\(format)'; take markdown, text or json")
  }

  func perform(in session: Session) throws {
    let incident = try session.incident(incident, in: try session.openJournal(.read))
    let report: ReportText
    switch try chosen() {
    case .markdown: report = Timeline.markdown(incident)
    case .json:
      report = Timeline.json(incident, signature: try sign.map { try signature($0, of: incident) })
    case .text:
      report = Timeline.text(incident, columns: output == nil ? session.output.columns : 100)
    }
    if let output {
      try ExportFile.write(Array(report.text.utf8), to: output)
    } else {
      session.output.lines(report.lines)
    }
  }

  private func signature(_ path: String, of incident: Incident) throws -> JSON {
    try KeyFile.signingKey(path).sign(incident).json
  }
}
