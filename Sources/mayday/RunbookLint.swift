import ArgumentParser
import Glibc
import IncidentDomain
import Runbooks
import TextGate

struct LintRunbooks: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Hold runbooks against the standard of runbooks.",
    usage: "mayday runbook lint [PATH …] [--strict] [--format text|json|sarif]",
    discussion: """
      It prints file:line: severity: rule: message and ends with 65 when there is an error. Without \
      a path the runbook folders are looked at.
      """)

  @Argument(
    help: ArgumentHelp("Folders or Markdown files.", valueName: "path"), completion: .file())
  var paths: [String] = []

  @Option(
    help: "text, json or sarif; else text, or json with --json.",
    completion: .list(Format.allCases.map(\.rawValue)))
  var format: String?

  @Flag(help: "Warnings are errors.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "A review is stale after so many days, unless the runbook tells its own review_in.",
      valueName: "days"))
  var staleAfter = Lint.staleAfterDays

  @OptionGroup var options: GlobalOptions

  private enum Format: String, CaseIterable {
    case text, json, sarif
  }

  func validate() throws {
    _ = try chosen()
    guard (1...36_500).contains(staleAfter) else {
      throw ValidationError("--stale-after takes days from 1 to 36500")
    }
  }

  private func chosen() throws -> Format {
    guard let format else { return options.json ? .json : .text }
    guard let chosen = Format(rawValue: format) else {
      throw ValidationError("there is no format '\(format)'; take text, json or sarif")
    }
    if options.json, chosen != .json {
      throw ValidationError("--json and --format \(format) cannot both be given")
    }
    return chosen
  }

  func perform(in session: Session) throws {
    var report = LintReport()
    for path in try roots(session) {
      let folder = LintedFolder(path)
      let other = try folder.report(today: session.today, staleAfterDays: staleAfter)
      report.append(other, under: folder.prefix)
    }
    if strict { report = report.strict }
    switch try chosen() {
    case .text:
      session.output.lines(report.lines)
      if report.entries.isEmpty {
        session.output.line("\(counted(report.files, "file", "files")): nothing to mend")
      }
    case .json: for line in report.json { session.output.json(line) }
    case .sarif: session.output.json(report.sarif(version: Mayday.version))
    }
    let errors = report.count(.error)
    guard errors > 0 else { return }
    let warnings = report.count(.warning)
    let more: Showable =
      warnings > 0 ? " and \(counted(warnings, "warning", "warnings"))" : .empty
    throw Failure(
      .badData,
      """
      \(counted(errors, "error", "errors"))\(more) in \(counted(report.files, "file", "files")); \
      mend what is printed
      """)
  }

  private func counted(_ count: Int, _ one: Showable, _ many: Showable) -> Showable {
    "\(count) \(count == 1 ? one : many)"
  }

  private func roots(_ session: Session) throws(Failure) -> [String] {
    if !paths.isEmpty { return paths }
    let folders = RunbookFolders.resolve(options)
    guard folders.isEmpty else { return folders }
    throw Failure(.noInput, "no runbooks were found beside the program; name a folder or a file")
  }
}

extension Session {
  /// The day, as the session's zone shows it.
  var today: CivilTime { CivilTime(now, offsetSeconds: zone.offsetSeconds(at: now)) }

  /// ``today`` as YYYY-MM-DD.
  var todayText: String {
    let day = CivilTime(year: today.year, month: today.month, day: today.day)
    return String((day.instant() ?? now).iso8601.prefix(10))
  }
}

/// A folder of runbooks, or a file by itself, and what its links lead to on the disk.
private struct LintedFolder {
  private let path: String
  private let isFolder: Bool

  init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    var status = stat()
    isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// What the paths of findings are relative to.
  var prefix: String {
    guard !isFolder else { return path == "." ? "" : path }
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/." : String(path[..<slash])
  }

  /// - Throws: a ``Failure`` when it cannot be read.
  func report(today: CivilTime, staleAfterDays: Int) throws(Failure) -> LintReport {
    let catalogue = try read()
    var known: [String: Runbook] = [:]
    if isFolder { for runbook in catalogue.runbooks { known[runbook.path] = runbook } }
    let runbooks = known
    let place = place
    let lint = Lint(today: today, staleAfterDays: staleAfterDays) { link in
      if let runbook = runbooks[link] { return .runbook(runbook) }
      return place.target(link)
    }
    return lint.report(on: catalogue)
  }

  private func read() throws(Failure) -> Catalogue {
    do {
      if isFolder { return try CatalogueReader.read(roots: [path]) }
      let file = try CatalogueReader.readFile(path)
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return Catalogue(files: [Catalogue.File(path: name, bytes: file.bytes)])
    } catch {
      throw Failure(.noInput, error.message)
    }
  }

  /// Where links begin, and what they may not lead out of.
  private var place: LinkPlace {
    if isFolder { return LinkPlace(root: path, folder: "") }
    // The neighbours of a file by itself are those in the working directory, when it lies there.
    let isHere = !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    return isHere
      ? LinkPlace(root: ".", folder: prefix)
      : LinkPlace(root: prefix.isEmpty ? "." : prefix, folder: "")
  }
}

/// The folder that links are relative to, within the one that they may not lead out of.
private struct LinkPlace {
  let root: String
  /// Relative to the root; empty for the root itself.
  let folder: String

  /// A runbook is read for its headings; of anything else, and of what lies outside the root, it is
  /// enough that it is there: nothing is opened.
  func target(_ link: String) -> Lint.LinkTarget {
    let path = folder.isEmpty ? link : folder + "/" + link
    guard access(root + "/" + path, F_OK) == 0 else { return .absent }
    guard path.lowercased().hasSuffix(".md"), let inside = Self.resolved(path),
      let file = try? CatalogueReader.readFile(inside, under: root),
      let runbook = try? Runbook(path: path, bytes: file.bytes)
    else { return .present }
    return .runbook(runbook)
  }

  /// Without `.` and `..`; nil when it leads out.
  private static func resolved(_ path: String) -> String? {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts.joined(separator: "/")
  }
}
