import ArgumentParser
import Glibc
import IncidentDomain
import Runbooks
import TextGate

struct NewRunbook: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a new runbook in the form of the standard.",
    usage: "mayday runbook new NAME [--folder DIR] [--title TEXT]",
    discussion: """
      NAME becomes the file's name: "Redis is full" gives redis-is-full.md. A file that is there is \
      never written over. What is to be written stands in brackets, and runbook lint names it.
      """)

  @Argument(help: ArgumentHelp("What it is called.", valueName: "name"))
  var name: String

  @Option(
    help: ArgumentHelp("Where to put it; else the working directory.", valueName: "dir"),
    completion: .directory)
  var folder = "."

  @Option(help: ArgumentHelp("Its title; else the name in words.", valueName: "text"))
  var title: String?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let file: String
    do {
      file = try Template.fileName(for: name)
    } catch {
      throw Failure(.usage, error.message)
    }
    let title = Template.title(for: self.title ?? name)
    guard !title.isEmpty else { throw Failure(.usage, "the title is empty; give one") }
    let path = folder == "." ? file : folder + (folder.hasSuffix("/") ? "" : "/") + file
    let text = Template.text(title: title, day: session.todayText)
    try RunbookFile.create(Array(text.utf8), at: path, in: folder, named: file)
    if options.json {
      session.output.json(["path": .string(path), "title": .string(title)])
    } else {
      session.output.line(Untrusted(path).showable)
    }
  }
}

/// Writes runbooks and indexes: files of a catalogue, which others read.
enum RunbookFile {
  /// Writes a file that is not there yet.
  ///
  /// - Throws: a ``Failure`` when it is there, or cannot be written; nothing is left of it then.
  static func create(
    _ bytes: [UInt8], at path: String, in folder: String, named name: String
  ) throws(Failure) {
    let shown = Untrusted(path).showable
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else {
      throw Failure(
        .noInput,
        "the folder \(Untrusted(folder).showable) cannot be opened: \(systemMessage(errno)); name another"
      )
    }
    defer { close(directory) }
    let descriptor = openat(
      directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw Failure(
          .cannotWrite, "\(shown) is there already and stays as it is; give another name")
      }
      throw ExportFile.cannotWrite(shown, errno)
    }
    var problem = ExportFile.write(bytes, to: descriptor)
    if close(descriptor) != 0, problem == nil { problem = errno }
    if let problem {
      unlinkat(directory, name, 0)
      throw ExportFile.cannotWrite(shown, problem)
    }
  }

  /// Puts the bytes in place of a regular file, whole or not at all; its permissions stay.
  ///
  /// - Throws: a ``Failure`` when they cannot be written; what was there is then unchanged.
  static func replace(_ bytes: [UInt8], at path: String) throws(Failure) {
    let shown = Untrusted(path).showable
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.cannotWrite, "\(shown) is not a regular file; name another folder")
    }
    try ExportFile.write(bytes, to: path, mode: status.st_mode & 0o7777)
  }
}
