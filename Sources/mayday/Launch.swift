import ArgumentParser
import Glibc
import TextGate

/// From the bytes of the call to the program's end.
enum Launch {
  /// Runs the program; does not return.
  static func run() -> Never {
    holdStandardDescriptors()
    signal(SIGPIPE, SIG_IGN)
    forbidCores()
    let output = Output()
    var exit = carryOut(output)
    if let problem = output.finish() {
      output.error(
        "what was asked is done, but standard output cannot be written: \(problem)")
      exit = exit == .done ? .cannotWrite : exit
    }
    Glibc.exit(exit.rawValue)
  }

  /// A core file would hold what was typed and what commands printed (RELIABILITY 31). What is
  /// started from here inherits it and may raise it again.
  private static func forbidCores() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = 0
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
  }

  private static func carryOut(_ output: Output) -> Exit {
    var arguments: [String] = []
    do {
      arguments = try self.arguments()
      var command = try Mayday.parseAsRoot(arguments)
      guard let subcommand = command as? any Subcommand else {
        try command.run()
        return .done
      }
      try subcommand.perform(in: Session(subcommand.options, output: output))
      return .done
    } catch {
      if let failure = Failure(error) {
        output.error(failure.sentence)
        return failure.exit
      }
      return answer(error, to: arguments, output)
    }
  }

  /// What the argument parser has to say: help on standard output, or what is wrong with the call.
  private static func answer(
    _ error: any Error, to arguments: [String], _ output: Output
  ) -> Exit {
    if Mayday.exitCode(for: error).isSuccess {
      output.lines(Untrusted(Mayday.fullMessage(for: error)).showableLines)
      return .done
    }
    let problem = uncapitalized(sentence(Untrusted(Mayday.message(for: error))))
    output.error("\(problem); \(remedy(arguments))")
    return .usage
  }

  /// The argument parser's message on one line; where it lists values, it gives one a line.
  private static func sentence(_ message: Untrusted) -> Showable {
    let lines = message.showableLines.map { line in
      let isItem = line.text.hasPrefix("  - ")
      return isItem ? line.keeping(line.text.unicodeScalars.dropFirst(4)) : line
    }
    guard let first = lines.first, lines.count > 1 else { return lines.first ?? .empty }
    return "\(first) \(lines.dropFirst().joined(", "))"
  }

  private static func uncapitalized(_ text: Showable) -> Showable {
    guard let first = text.text.unicodeScalars.first, ("A"..."Z").contains(first),
      let lower = Unicode.Scalar(first.value + 32)
    else { return text }
    return text.keeping([lower] + text.text.unicodeScalars.dropFirst())
  }

  private static func remedy(_ arguments: [String]) -> Showable {
    let looksLikeText = arguments.contains { $0.hasPrefix("-") && $0.contains(" ") }
    return looksLikeText ? "put -- before a text that begins with -" : "see mayday --help"
  }

  /// The words of the call.
  ///
  /// - Throws: a ``Failure`` when one of them is not UTF-8: it could not be recorded as it came.
  private static func arguments() throws(Failure) -> [String] {
    var result: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = CommandLine.unsafeArgv[index] else { break }
      guard let text = String(validatingCString: bytes) else {
        let shown = Untrusted(String(cString: bytes)).showable
        throw Failure(
          .badData, "argument \(index) is not UTF-8: \(shown); write it in UTF-8 and try again")
      }
      result.append(text)
    }
    return result
  }

  /// A descriptor that the caller closed is held, so that no file opened later gets its number and
  /// what is meant for standard output.
  private static func holdStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one. Read-only, so that a write still fails and is told.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
