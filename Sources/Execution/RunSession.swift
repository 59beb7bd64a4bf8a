import Glibc

/// The files of one run: its stored output, and the pipe by which its shell tells what to carry over.
struct RunSession: Sendable {
  var recorder: OutputRecorder
  var carry: CarryPipe
  let watch: OutputWatch
  /// Nil when no value is wanted of the output.
  var lastLine: LastLine?
  private let outputPath: String
  private let processPath: String

  init(_ request: CommandRequest, folder: OutputFolder, name: String) throws(CannotStart) {
    outputPath = folder.file(named: name, ".out")
    processPath = folder.file(named: name, LeftOutput.processEnding)
    watch = OutputWatch(request.expectations)
    lastLine = request.value.map { _ in LastLine() }
    let file = try CappedFile(path: outputPath, limit: CommandRun.storedOutput)
    recorder = OutputRecorder(
      secrets: request.allSecrets, file: file, hidesLastLine: request.value?.isSecret == true)
    do {
      carry = try CarryPipe(path: folder.file(named: name, ".carry"))
    } catch {
      _ = recorder.finish()
      unlink(outputPath)
      throw error
    }
  }

  /// Writes down which process runs, for whoever finds that this one did not see its end.
  func begin(_ process: Int32) {
    let file = open(processPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    // Without it only the number of the process is not known later.
    guard file >= 0 else { return }
    let digits = Array(String(process).utf8)
    _ = write(file, digits, digits.count)
    close(file)
  }

  /// Its end was seen.
  func end() {
    unlink(processPath)
  }

  /// Takes the files away again: nothing was started.
  mutating func discard() {
    _ = recorder.finish()
    unlink(outputPath)
    unlink(processPath)
    unlink(carry.path)
  }
}

/// The two steps of a time limit: SIGTERM, then SIGKILL.
struct RunLimit {
  private var steps: [(at: ContinuousClock.Instant, signal: Int32)]

  init(_ limit: CommandRequest.TimeLimit) {
    let end = ContinuousClock.now + limit.limit
    steps = [(end, SIGTERM), (end + limit.grace, SIGKILL)]
  }

  /// When to look again; nil when all is done.
  var next: ContinuousClock.Instant? { steps.first?.at }

  /// The signal whose time has come, once each.
  mutating func due(_ now: ContinuousClock.Instant) -> Int32? {
    guard let first = steps.first, now >= first.at else { return nil }
    steps.removeFirst()
    return first.signal
  }
}
