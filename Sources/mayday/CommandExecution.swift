import Execution
import Glibc
import Host
import IncidentDomain
import Journal
import TextGate

/// Runs commands of one session and writes what came of them.
struct CommandExecution {
  let session: Session
  /// Where this program was started: an absolute path.
  let directory: String
  private let folder: OutputFolder

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
      throw Failure(.cannotWrite, error.clause)
    } catch {
      throw Failure(error) ?? Failure(.cannotWrite, "there is no place for the output")
    }
  }

  /// What to run, with the environment and the directory of this session.
  func request(_ text: Untrusted) -> CommandRequest {
    CommandRequest(
      text: text, directory: directory,
      environment: EnvironmentRule.standard.environment(from: Environment.all),
      columns: session.output.columns, person: session.actor.person)
  }

  /// What this person's commands of a run left behind.
  func carried(of run: EventID) -> CarriedEnvironment {
    CarriedEnvironment(
      folder: folder, run: run, person: session.actor.person, own: Environment.all, lasts: false)
  }

  /// Runs the command to its end; its output is kept under the name of the event that began it.
  /// Call it while the signals are held back (``HeldSignals``), from ``begin`` to ``record``.
  ///
  /// - Throws: a ``Failure`` when it could not be started; then nothing ran.
  func run(
    _ request: CommandRequest, begun began: EventID, onTerminal: Bool, estimate: Int?
  ) throws(Failure) -> CommandReport {
    // A store that is away keeps a person waiting: who pressed Ctrl-C then wants nothing to run.
    guard !HeldSignals.isOneWaiting else {
      throw Failure(.refused, "it was stopped before it began; nothing ran")
    }
    guard onTerminal else {
      let foreground = Foreground(
        output: session.output, isShown: !session.options.json,
        estimate: estimate.map { .seconds($0) })
      do throws(CannotStart) {
        return try foreground.run(request, storingIn: folder, named: began.hex)
      } catch {
        throw Failure(.cannotWrite, error.clause)
      }
    }
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw Failure(.usage, "there is no terminal to hand over; call it from one")
    }
    session.output.flush()
    do {
      return try TTYRun.run(
        request, input: STDIN_FILENO, output: STDOUT_FILENO, storingIn: folder,
        named: began.hex, now: Session.clock)
    } catch {
      throw Failure(.cannotWrite, error.clause)
    }
  }

  /// Puts on the record that a command is about to run, so that its outcome can be unknown.
  ///
  /// - Returns: the event that says so.
  func begin(
    _ start: CommandStart, on incident: EventID, in journal: any Journal, at told: ToldTime?
  ) throws -> EventID {
    let appended = try journal.append(
      .beginCommand(start), to: incident, by: session.actor, at: told, now: Session.clock())
    return appended.events.last?.id ?? incident
  }

  /// It was begun and nothing ran: the record says so.
  func fail(
    _ start: CommandStart, because error: any Error, on incident: EventID, in journal: any Journal
  ) throws {
    let because = (Failure(error)?.sentence ?? "it could not be started").text
    _ = try journal.append(
      .failCommand(
        run: start.run, step: start.step, session: start.session, because: Untrusted(because)),
      to: incident, by: session.actor, at: nil, now: Session.clock())
  }

  /// Puts on the timeline what came of a command, and says it.
  ///
  /// - Throws: a ``Failure`` when it could not be recorded, or the command did not pass.
  func record(
    _ report: CommandReport, of start: CommandStart, begun began: EventID, on incident: EventID,
    in journal: any Journal, at told: ToldTime?
  ) throws(Failure) {
    let record =
      start.run == nil
      ? report.record(began: began) : report.record(run: start.run, step: start.step)
    let appended: Appended
    do {
      appended = try journal.append(
        .record(record), to: incident, by: session.actor,
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
    if !session.options.json {
      for check in report.checks {
        session.output.line("\(check.isMet ? "as expected" : "NOT as expected"): \(check.showable)")
      }
      if let value = report.value { session.output.line(value.sentence) }
    }
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
    command["verdict"] = .string(report.verdict.word.text)
    command["passed"] = .bool(report.verdict == .passed)
    if let poll = report.poll { command["tries"] = .integer(Int64(poll.tries)) }
    members["command"] = .object(command)
    return .object(members)
  }
}
