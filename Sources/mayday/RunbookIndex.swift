import ArgumentParser
import Glibc
import IncidentDomain
import Runbooks
import TextGate

struct IndexRunbooks: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "Print, write or check the index of a folder of runbooks.",
    usage: "mayday runbook index [FOLDER] [--write] [--whole] [--check]",
    discussion: """
      --write puts the table into the folder's README.md, between the lines \
      \(IndexDocument.begin) and \(IndexDocument.end) and nowhere else. --whole is the whole file: \
      with --write it is written new, or over a README.md that is there. --check writes nothing and \
      ends with 65 when the README.md is stale: its table is not the one that would be written, or, \
      without the two lines, it leads not to every runbook.
      """)

  @Argument(
    help: ArgumentHelp("The folder; else the first of the runbook folders.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  @Flag(help: "Write it to the folder's README.md.")
  var write = false

  @Flag(help: "The whole README.md instead of the table.")
  var whole = false

  @Flag(help: "Only tell whether the README.md is up to date.")
  var check = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if check, write || whole {
      throw ValidationError("--check writes nothing; give it without --write and --whole")
    }
  }

  func perform(in session: Session) throws {
    guard let folder = folder ?? RunbookFolders.resolve(options).first else {
      throw Failure(.noInput, "no runbooks were found beside the program; name a folder")
    }
    let index = IndexDocument(of: try catalogue(folder))
    let readme =
      folder == "." ? "README.md" : folder + (folder.hasSuffix("/") ? "" : "/") + "README.md"
    if check {
      try self.check(index, readme, folder, session)
    } else if write {
      try session.requireWriting()
      try write(index, readme, folder, session)
    } else if options.json {
      for row in index.rows { session.output.json(row.json) }
    } else {
      let text = whole ? index.whole(day: session.todayText) : index.table
      session.output.lines(Untrusted(text).showableLines)
    }
  }

  private func catalogue(_ folder: String) throws(Failure) -> Catalogue {
    do {
      return try CatalogueReader.read(roots: [folder])
    } catch {
      throw Failure(.noInput, error.message)
    }
  }

  private func bytes(of readme: String) throws(Failure) -> [UInt8] {
    do {
      return try CatalogueReader.readFile(readme).bytes
    } catch {
      throw Failure(.noInput, error.message)
    }
  }

  private func check(
    _ index: IndexDocument, _ readme: String, _ folder: String, _ session: Session
  ) throws {
    let findings = index.check(try bytes(of: readme)) { access(folder + "/" + $0, F_OK) == 0 }
    let report = LintReport(
      files: 1, entries: findings.map { LintReport.Entry(file: readme, finding: $0) })
    let shown = Untrusted(readme).showable
    if options.json {
      for line in report.json { session.output.json(line) }
    } else {
      session.output.lines(report.lines)
      if findings.isEmpty { session.output.line("\(shown) is up to date") }
    }
    guard findings.isEmpty else {
      throw Failure(.badData, "\(shown) is stale; mend what is printed")
    }
  }

  private func write(
    _ index: IndexDocument, _ readme: String, _ folder: String, _ session: Session
  ) throws {
    let shown = Untrusted(readme).showable
    let isThere = access(readme, F_OK) == 0
    if whole {
      let bytes = Array(index.whole(day: session.todayText).utf8)
      if isThere {
        try RunbookFile.replace(bytes, at: readme)
      } else {
        try RunbookFile.create(bytes, at: readme, in: folder, named: "README.md")
      }
    } else {
      guard isThere else {
        throw Failure(.noInput, "there is no \(shown); write a new one with --write --whole")
      }
      let before = try bytes(of: readme)
      let after: [UInt8]
      do {
        after = try index.updating(before)
      } catch {
        throw Failure(.badData, "\(shown) was not written: \(error.message)")
      }
      if after != before { try RunbookFile.replace(after, at: readme) }
    }
    if options.json {
      session.output.json(["path": .string(readme)])
    } else {
      session.output.line("\(shown) is up to date")
    }
  }
}

extension IndexDocument.Row {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "path": .string(path), "category": .string(category.raw), "title": .string(title.raw),
    ]
    if !occasion.isBlank { members["when"] = .string(occasion.raw) }
    if !criticality.isBlank { members["criticality"] = .string(criticality.raw) }
    return .object(members)
  }
}
