import ArgumentParser
import Execution
import Glibc
import IncidentDomain
import Journal
import TextGate

struct Exec: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run a command and put what came of it on the timeline.",
    usage: "mayday exec INC [--tty] -- COMMAND [ARGUMENT …]",
    discussion: """
      The words after -- are the command and its arguments as they are; for a pipe, write \
      -- bash -c 'one | two'. Text, exit code, times, digest and bounded output go on the \
      timeline, secrets masked. It ends with 0 if the command did, else with 1. The command gets \
      no input unless --tty hands it this terminal.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Flag(help: "Hand the command this terminal, for what asks or edits; its output is recorded.")
  var tty = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var words: [String]

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireRunning()
    let told = try when.read(session)
    guard !words.isEmpty else {
      throw Failure(.usage, "no command is given; put it after --, as in mayday exec 42 -- uptime")
    }
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    let execution = try CommandExecution(session)
    let request = execution.request(Untrusted(words.map(\.shellWord).joined(separator: " ")))
    let report = try execution.run(request, onTerminal: tty)
    try execution.record(
      report, run: nil, step: nil, on: incident.id, in: journal, at: told)
  }
}

/// Runs commands of one session and writes what came of them.
struct CommandExecution {
  let session: Session
  private let folder: OutputFolder
  private let directory: String

  /// - Throws: a ``Failure`` when there is no place for the output.
  init(_ session: Session) throws(Failure) {
    self.session = session
    guard let current = getcwd(nil, 0) else {
      throw Failure(.noInput, "the current directory is gone; change to another")
    }
    defer { free(current) }
    directory = String(cString: current)
    do {
      folder = try OutputFolder(path: session.outputFolder())
    } catch let error as CannotStart {
      throw Failure(.cannotWrite, error.sentence)
    } catch {
      throw Failure(error) ?? Failure(.cannotWrite, "there is no place for the output")
    }
  }

  /// What to run, with the environment and the directory of this session.
  func request(_ text: Untrusted) -> CommandRequest {
    CommandRequest(
      text: text, directory: directory,
      environment: EnvironmentRule.standard.environment(from: Environment.all),
      columns: session.output.columns)
  }

  /// Runs the command to its end.
  ///
  /// - Throws: a ``Failure`` when it could not be started; then nothing ran.
  func run(_ request: CommandRequest, onTerminal: Bool) throws(Failure) -> CommandReport {
    guard onTerminal else {
      let foreground = Foreground(output: session.output, isShown: !session.options.json)
      return try foreground.run(request, storingIn: folder)
    }
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw Failure(.usage, "there is no terminal to hand over; call it from one")
    }
    session.output.flush()
    do {
      return try TTYRun.run(
        request, input: STDIN_FILENO, output: STDOUT_FILENO, storingIn: folder,
        named: Foreground.name(), now: Session.clock)
    } catch {
      throw Failure(.cannotWrite, error.sentence)
    }
  }

  /// Puts on the timeline what came of a command, and says it.
  ///
  /// - Throws: a ``Failure`` when it could not be recorded, or the command did not pass.
  func record(
    _ report: CommandReport, run: EventID?, step: String?, on incident: EventID,
    in journal: any Journal, at told: ToldTime?
  ) throws(Failure) {
    let appended: Appended
    do {
      appended = try journal.append(
        .record(report.record(run: run, step: step)), to: incident, by: session.actor,
        at: told ?? ToldTime(report.started), now: Session.clock())
    } catch {
      // Never "try again": the command has run.
      let stored = Untrusted(report.output.path).showable
      throw Failure(
        .cannotWrite,
        "the command has run (\(report.verdict.word)), but that is not on the record: \(error.sentence); its output is in \(stored)"
      )
    }
    if session.options.json {
      session.output.json(appended.commandJSON(report))
    } else {
      session.report(appended)
    }
    if let problem = report.output.storageProblem { session.output.error(problem) }
    guard case .passed = report.verdict else {
      throw Failure(
        .refused,
        "the command did not pass (\(report.verdict.word)); it is on the timeline of \(appended.incident.name)"
      )
    }
  }
}

extension Appended {
  fileprivate func commandJSON(_ report: CommandReport) -> JSON {
    guard case .object(var members) = incident.changeJSON(events) else { return [:] }
    var command: [String: JSON] = [
      "started": .string(report.started.iso8601), "ended": .string(report.ended.iso8601),
      "outputBytes": .integer(Int64(report.output.bytes)),
      "outputDigest": .string(report.output.digest), "output": .string(report.output.excerpt.raw),
      "outputPath": .string(report.output.path),
    ]
    switch report.outcome {
    case .exited(let code): command["exit"] = .integer(Int64(code))
    case .signalled(let signal): command["signal"] = .integer(Int64(signal))
    case .unknown: command["unknown"] = true
    }
    members["command"] = .object(command)
    return .object(members)
  }
}

extension String {
  /// The text as one word of a shell's command line, whatever it holds.
  var shellWord: String {
    let isPlain = utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "_@%+=:,./-".utf8.contains(byte)
    }
    if isPlain, !isEmpty { return self }
    return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
