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
  private let person: Untrusted
  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "mayday.commands")
  private let state = Mutex(State())

  private struct State {
    var running: CommandRun?
    /// The number of the command that ``running`` is, and the number of the last one that ended.
    var started = 0
    var ended = 0
    /// Directory and variables that a run's last command left behind; this console is one person.
    var carried: [EventID: CarriedEnvironment] = [:]
  }

  init(
    folder: String, environment: [String: String], directory: Untrusted, person: Untrusted,
    post: @escaping @Sendable (Message) -> Void
  ) {
    self.folder = folder
    self.environment = environment
    self.directory = directory
    self.person = person
    self.post = post
  }

  /// Starts a command whose output is captured; the console hears of its end by a message.
  func start(_ request: BegunCommand) {
    queue.async { [self] in
      do throws(CannotStart) {
        let plan = try plan(for: request.command)
        let feed = OutputFeed(post)
        let number = state.withLock { state in
          state.started += 1
          return state.started
        }
        let run = try CommandRun.start(
          plan, storingIn: try outputFolder(), named: request.began.hex,
          now: SystemClock.now, onOutput: { feed.take($0) },
          onEnd: { [self] report in
            feed.finish()
            end(report, plan, of: request.command)
            state.withLock { state in
              state.ended = number
              // The console may have begun the next one already.
              if state.started == number { state.running = nil }
            }
          })
        // A short command may have ended before this.
        state.withLock { state in
          if state.ended != number { state.running = run }
        }
      } catch {
        post(.commandFailed(error.sentence))
      }
    }
  }

  /// Runs a command on the real terminal, which the caller has handed over; waits for its end.
  func runOnTerminal(_ request: BegunCommand) {
    do throws(CannotStart) {
      let plan = try plan(for: request.command)
      let report = try TTYRun.run(
        plan, input: STDIN_FILENO, output: STDOUT_FILENO, storingIn: try outputFolder(),
        named: request.began.hex, now: SystemClock.now)
      end(report, plan, of: request.command)
    } catch {
      post(.commandFailed(error.sentence))
    }
  }

  /// Ends the running command in the way that was asked for.
  func interrupt(_ how: Interruption) {
    // After what is being started, so that a stop is never too early.
    queue.async { [self] in
      let run = state.withLock { $0.running }
      switch how {
      case .interrupt: run?.stop(.asked)
      case .terminate: run?.stop(.told)
      case .kill: run?.stop(.killed)
      }
    }
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

  /// Looks which values variables have for the next command of a run.
  func lookUp(_ names: [String], for run: EventID) {
    queue.async { [self] in
      do throws(CannotStart) {
        post(.variablesFound(run, try carried(for: run).values(of: names, own: environment)))
      } catch {
        // Starting it would say the same; until then nothing is known.
        post(.notice(error.sentence))
        post(.variablesFound(run, [:]))
      }
    }
  }

  /// Looks which sessions of this machine are gone, and what their commands had written.
  func look(for running: [RunningCommand]) {
    queue.async { [post, folder] in
      let gone = running.filter { ProcessSession.isGone($0.start.session) }
      guard !gone.isEmpty else { return }
      var left: [EventID: OutputLeft] = [:]
      for command in gone {
        left[command.event] = LeftOutput.read(named: command.event.hex, in: folder)
      }
      post(.sessionsGone(Set(gone.map(\.start.session)), left: left))
    }
  }

  /// Ends what runs, as a lost terminal would, and waits for its end: what it had written by then is
  /// in the last message.
  func hangUp() {
    queue.sync {}
    guard let run = state.withLock({ $0.running }) else { return }
    run.hangUp()
    // Two seconds for what ignores a lost terminal, and two for its end by force.
    let deadline = ContinuousClock.now + .seconds(4)
    while state.withLock({ $0.running }) != nil, ContinuousClock.now < deadline {
      var nothing = pollfd(fd: -1, events: 0, revents: 0)
      poll(&nothing, 1, 5)
    }
  }

  private func plan(
    for request: ConfirmedCommand
  ) throws(CannotStart) -> Execution.CommandRequest {
    let carried = try carried(for: request.run)
    var plan = Execution.CommandRequest(
      text: request.text, directory: directory.raw, environment: carried.environment,
      secrets: request.secrets.map { Secret($0.raw) }, person: person)
    if let left = carried.directory {
      if access(left, X_OK) == 0 {
        plan.directory = left
      } else {
        post(
          .notice(
            "the directory that the last command left is gone: this one starts where mayday did"))
      }
    }
    let rules = CommandRules(
      annotations: request.annotations, required: request.required, variables: request.variables,
      check: request.check, takesTerminal: request.takesTerminal)
    let missing = plan.follow(rules, own: environment, base: directory.raw)
    guard missing.isEmpty else { throw .missingVariables(missing) }
    return plan
  }

  private func carried(for run: EventID) throws(CannotStart) -> CarriedEnvironment {
    if let known = state.withLock({ $0.carried[run] }) { return known }
    let carried = CarriedEnvironment(
      folder: try outputFolder(), run: run, person: person, own: environment, lasts: true)
    state.withLock { $0.carried[run] = carried }
    return carried
  }

  /// The output folder; its parent holds the store, so it is private and may still be missing.
  private func outputFolder() throws(CannotStart) -> OutputFolder {
    mkdir(folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ".", 0o700)
    return try OutputFolder(path: folder)
  }

  private func end(
    _ report: CommandReport, _ plan: Execution.CommandRequest, of request: ConfirmedCommand
  ) {
    let told = state.withLock { state in
      state.carried[request.run]?.take(report, secretValues: plan.secrets) ?? []
    }
    for sentence in told { post(.notice(sentence)) }
    if let sentence = report.notRecorded { post(.notice(sentence)) }
    if let problem = report.output.storageProblem { post(.notice(problem)) }
    if let directory = state.withLock({ $0.carried[request.run]?.directory }) {
      post(.directoryMoved(request.run, Untrusted(directory)))
    }
    if let value = report.value, let text = value.text {
      post(.valueSet(request.run, name: value.name, text))
    }
    post(.commandEnded(report.record(run: request.run, step: request.step)))
  }
}
