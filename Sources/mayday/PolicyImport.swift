import ArgumentParser
import Policies
import TextGate

struct ImportPolicy: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a policy of an operations index in Markdown.",
    usage: "mayday policy import FILE [--json]",
    discussion: """
      The policy goes to standard output, as YAML; behind each value stands the line it came from, \
      and at the end what was not recognised. The file itself stays as it is.
      """)

  @Argument(help: ArgumentHelp("The index.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let imported = try PolicyFile(file).imported()
    if options.json {
      session.output.json(imported.json)
    } else {
      session.output.lines(imported.lines)
    }
  }
}

extension PolicyFile {
  /// The file as an operations index.
  ///
  /// - Throws: a ``Failure`` when it is too large to be read as Markdown.
  func imported() throws(Failure) -> PolicyImporter {
    do {
      return try PolicyImporter(bytes, file: Untrusted(path))
    } catch {
      throw Failure(.badData, "\(Untrusted(path).showable): \(error.message)")
    }
  }
}
