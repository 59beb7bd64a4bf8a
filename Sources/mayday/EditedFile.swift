import CSystem
import Glibc
import TextGate

/// A text in a private file that a person changes with their editor.
struct EditedFile {
  private let folder: String
  private let path: String
  private let editor: [String]
  private let before: String

  var location: Showable { Untrusted(path).showable }

  /// Writes the text to a new file in a folder of its own (0700).
  ///
  /// - Throws: a ``Failure`` when there is no editor, or no room for the file.
  init(_ text: String, named name: String) throws(Failure) {
    editor = try Self.findEditor()
    before = text
    let above = Environment["XDG_RUNTIME_DIR"] ?? Environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(above)/mayday-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Failure(
        .cannotWrite,
        "no folder can be made in \(Untrusted(above).showable): \(systemMessage(errno)); set TMPDIR"
      )
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = folder + "/" + name
    try ExportFile.write(Array(text.utf8), to: path)
  }

  func remove() {
    unlink(path)
    rmdir(folder)
  }

  /// Opens the editor, waits for its end and gives the text as it is then.
  ///
  /// - Throws: a ``Failure`` when no editor ran to a good end; the file is kept.
  func edit() throws(Failure) -> String {
    let outcome = run(editor + [path])
    let bytes = try ExportFile.read(path, atMost: 8 << 20)
    guard outcome == 0 else {
      guard bytes.elementsEqual(before.utf8) else {
        throw Failure(
          .noInput, "the editor did not end well, nothing was saved; the text is in \(location)")
      }
      remove()
      throw Failure(.noInput, "the editor did not end well, nothing was written; set EDITOR")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badData, "the text is not UTF-8; it is kept in \(location), save it as UTF-8")
    }
    return text
  }

  /// The editor's path and its own arguments.
  private static func findEditor() throws(Failure) -> [String] {
    let named = Environment["VISUAL"] ?? Environment["EDITOR"]
    let words = named?.split(separator: " ").map(String.init) ?? []
    let program = words.first ?? ["sensible-editor", "vi", "nano"].first { find($0) != nil }
    guard let program, let found = find(program) else {
      let which: Showable =
        program.map { "there is no editor \(Untrusted($0).showable)" } ?? "there is no editor"
      throw Failure(.noInput, "\(which); set EDITOR, or write the text elsewhere and give --from")
    }
    return [found] + words.dropFirst()
  }

  /// The program's path, looked for as a shell does.
  private static func find(_ program: String) -> String? {
    if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
    let folders = (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  /// Runs the editor on this terminal; its exit code, nil when it was not started or was killed.
  private func run(_ arguments: [String]) -> Int32? {
    // Ctrl-C is the editor's while it has the terminal.
    let before = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
    defer { for (number, handler) in before { signal(number, handler) } }
    let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let process = arguments[0].withCString { program in
      words.withUnsafeBufferPointer { words in
        var plan = mayday_spawn_plan()
        plan.path = program
        plan.arguments = words.baseAddress
        plan.environment = UnsafePointer(environ)
        plan.input = STDIN_FILENO
        plan.output = STDOUT_FILENO
        plan.error = STDERR_FILENO
        return mayday_spawn(&plan)
      }
    }
    guard process > 0 else { return nil }
    var code: Int32 = 0
    var killedBy: Int32 = 0
    let watch = mayday_process_watch(process)
    while mayday_process_ended(process, &code, &killedBy) == 0 {
      var waiting = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
      _ = poll(&waiting, 1, -1)
    }
    if watch >= 0 { close(watch) }
    _ = mayday_process_reap(process)
    return killedBy == 0 ? code : nil
  }
}
