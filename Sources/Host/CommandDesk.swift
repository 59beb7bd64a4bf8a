import Console
import Dispatch
import Execution
import Glibc
import IncidentDomain
import Synchronization
import TextGate

/// Runs the commands of runbook steps, one at a time, and tells the console what they print.
final class CommandDesk: Sendable {
  private let folder: String
  private let environment: [String: String]
  private let directory: Untrusted
  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "mayday.commands")
  private let state = Mutex(State())

  private struct State {
    var running: CommandRun?
    var gate = OutputGate(keepingLines: 2000)
    /// Complete lines that the console was told.
    var told = 0
    /// Directory and variables that a run's last command left behind; this console is one person.
    var carried: [EventID: Carried] = [:]
    var count = 0
  }

  init(
    folder: String, environment: [String: String], directory: Untrusted,
    post: @escaping @Sendable (Message) -> Void
  ) {
    self.folder = folder
    self.environment = environment
    self.directory = directory
    self.post = post
  }

  /// Starts a command whose output is captured; the console hears of its end by a message.
  func start(_ request: ConfirmedCommand) {
    queue.async { [self] in
      do throws(CannotStart) {
        let plan = plan(for: request)
        state.withLock { state in
          state.gate = OutputGate(keepingLines: 2000)
          state.told = 0
        }
        let run = try CommandRun.start(
          plan, storingIn: try OutputFolder(path: privateFolder()), named: name(of: request),
          now: SystemClock.now, onOutput: { [self] in show($0) },
          onEnd: { [self] in end($0, of: request) })
        state.withLock { $0.running = run }
      } catch {
        post(.commandFailed(error.sentence))
      }
    }
  }

  /// Runs a command on the real terminal, which the caller has handed over; waits for its end.
  func runOnTerminal(_ request: ConfirmedCommand) {
    do throws(CannotStart) {
      let report = try TTYRun.run(
        plan(for: request), input: STDIN_FILENO, output: STDOUT_FILENO,
        storingIn: try OutputFolder(path: privateFolder()), named: name(of: request),
        now: SystemClock.now)
      end(report, of: request)
    } catch {
      post(.commandFailed(error.sentence))
    }
  }

  /// Asks the running command to end, harder each time.
  func interrupt() {
    state.withLock { $0.running }?.interrupt()
  }

  /// `bash -n` on a text, off the way of a key.
  func checkSyntax(_ text: Untrusted) {
    queue.async { [post] in
      do throws(CannotStart) {
        switch try SyntaxCheck.check(text) {
        case .fine: post(.syntaxChecked(text, problem: nil))
        case .wrong(let line, let message):
          let place = line.map { "line \($0): " as Showable } ?? .empty
          post(.syntaxChecked(text, problem: "\(place)\(message.showable)"))
        }
      } catch {
        post(.syntaxChecked(text, problem: error.sentence))
      }
    }
  }

  /// Looks which sessions of this machine are gone.
  func look(for sessions: [String]) {
    queue.async { [post] in
      let gone = sessions.filter(ProcessSession.isGone)
      if !gone.isEmpty { post(.sessionsGone(gone)) }
    }
  }

  /// Ends what runs, as a lost terminal would.
  func hangUp() {
    state.withLock { $0.running }?.hangUp()
  }

  private func plan(for request: ConfirmedCommand) -> Execution.CommandRequest {
    let carried = state.withLock { $0.carried[request.run] }
    let directory = request.directory?.raw ?? carried?.directory ?? self.directory.raw
    var plan = Execution.CommandRequest(
      text: request.text, directory: directory,
      environment: carried?.environment ?? EnvironmentRule.standard.environment(from: environment),
      secrets: request.secrets.map { Secret($0.raw) })
    plan.timeLimit = request.timeoutSeconds.map {
      .init(.seconds($0), grace: .seconds(request.graceSeconds))
    }
    return plan
  }

  private func name(of request: ConfirmedCommand) -> String {
    let count = state.withLock { state in
      state.count += 1
      return state.count
    }
    let time = SystemClock.now().milliseconds
    return "\(request.incident.hex.prefix(12))-\(time)-\(getpid())-\(count)"
  }

  /// The output folder; its parent holds the store, so it is private and may still be missing.
  private func privateFolder() -> String {
    mkdir(parent(of: folder), 0o700)
    return folder
  }

  private func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private func show(_ bytes: [UInt8]) {
    let lines = state.withLock { state in
      state.gate.feed(bytes)
      defer { state.told = state.gate.lineCount }
      return state.gate.completeLines(after: state.told)
    }
    if !lines.isEmpty { post(.commandOutput(lines)) }
  }

  private func end(_ report: CommandReport, of request: ConfirmedCommand) {
    let rest = state.withLock { state in
      state.running = nil
      if case .carried(let carried) = report.carryOver { state.carried[request.run] = carried }
      state.gate.finish()
      // The last line need not end in a newline.
      let unfinished = state.gate.lines.count - state.gate.completeLines(after: 0).count
      return state.gate.completeLines(after: state.told)
        + Array(state.gate.lines.suffix(unfinished))
    }
    if !rest.isEmpty { post(.commandOutput(rest)) }
    if case .carried(let carried) = report.carryOver {
      post(.directoryMoved(request.run, Untrusted(carried.directory)))
    }
    if let sentence = report.carryOver.sentence { post(.notice(sentence)) }
    if let sentence = report.notRecorded { post(.notice(sentence)) }
    post(.commandEnded(report.record(run: request.run, step: request.step)))
  }
}
