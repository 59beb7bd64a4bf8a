import CSystem
import Glibc
import IncidentDomain
import TextGate

/// The thread of a command: reads its output, waits for its end, tries its check.
extension CommandRun {
  func follow(
    _ session: RunSession, _ request: CommandRequest, started: Instant,
    now: @Sendable () -> Instant, onOutput: @Sendable ([UInt8]) -> Void
  ) -> CommandReport {
    var recorder = session.recorder
    var carry = session.carry
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let watch = session.watch
    var lastLine = session.lastLine
    func show(_ clean: [UInt8]) {
      if !clean.isEmpty { onOutput(clean) }
    }
    var outcome = CommandOutcome.exited(0)
    var carryOver = CarryOver.unchanged
    if !request.isPollAlone {
      outcome = attend(request.timeLimit, &carry, &buffer) { part in
        watch.feed(part)
        lastLine?.feed(part)
        show(recorder.feed(part))
      }
      carryOver = carry.finish(&buffer)
      show(recorder.endLastLine())
    } else {
      _ = carry.finish(&buffer)
    }
    var end = conclude(isLast: request.poll == nil)
    let checks = watch.finish(excerpt: recorder.excerptSoFar)
    var verdict = CommandVerdict(
      outcome, endedBy: end.by, passing: request.passingExitCodes, checks: checks)
    let value = verdict == .passed ? request.reading(lastLine) : nil
    var polled: PollRecord?
    if let poll = request.poll, verdict == .passed {
      let place = Place(carryOver, request)
      let result = self.poll(poll, request, place, &carry, &buffer) { show(recorder.feed($0)) }
      outcome = result.outcome
      polled = PollRecord(
        command: Redactor.redact(poll.text, request.allSecrets), tries: result.tries,
        isMet: result.isMet)
      end = conclude(isLast: true)
      verdict = CommandVerdict(outcome, endedBy: end.by, passing: [0], checks: checks)
    }
    if polled == nil { _ = conclude(isLast: true) }
    let ended = now()
    show(recorder.finish())
    session.end()
    let ending = CommandEnding(
      end.by, person: request.person, hardest: Interruption(rawValue: end.hardest),
      limit: polled == nil ? request.timeLimit?.limit : request.poll?.limit)
    return CommandReport(
      text: Redactor.redact(request.text, request.allSecrets), directory: request.directory,
      verdict: verdict, outcome: outcome, ending: ending, process: process, started: started,
      ended: ended, output: recorder.summary, checks: checks, poll: polled,
      value: value, notRecorded: nil,
      carryOver: carryOver)
  }

  /// Who ended what ran last, and how hard. After the last one nobody can end anything any more.
  private func conclude(isLast: Bool) -> (by: EndedBy?, hardest: Int) {
    state.withLock { state in
      state.isOver = isLast
      return (state.endedBy, state.hardest)
    }
  }

  // MARK: One process

  /// Reads what the running process writes and waits for its end; takes it away then.
  private func attend(
    _ timeLimit: CommandRequest.TimeLimit?, _ carry: inout CarryPipe, _ buffer: inout [UInt8],
    _ pass: (ArraySlice<UInt8>) -> Void
  ) -> CommandOutcome {
    guard let stage = state.withLock(\.stage) else { return .unknown }
    let (shell, terminal) = (stage.shell, stage.terminal)
    var limit = timeLimit.map { RunLimit($0) }
    var farewell = Farewell()
    var isOpen = true
    while shell.ended == nil {
      if let signal = farewell.due(isLost: state.withLock(\.isLost)) {
        end(with: signal, by: .lostConnection)
      }
      let ready = waitForAny(
        [isOpen ? terminal : nil, shell.watch, carry.descriptor, wake],
        until: [farewell.next, limit?.next].compactMap { $0 }.min())
      if ready[0], let part = terminal.read(into: &buffer) {
        // At its end while the shell lives: nobody has the terminal open now.
        if part.isEmpty { isOpen = false } else { pass(part) }
      }
      if ready[2] { carry.drain(&buffer) }
      // Somebody acted: the next turn sees what is wanted.
      if ready[3] { _ = mayday_wake_clear(wake.number) }
      if let signal = limit?.due(ContinuousClock.now) { end(with: signal, by: .timeLimit) }
    }
    readRest(terminal, &buffer, pass)
    return takeAway()
  }

  private func end(with signal: Int32, by reason: EndedBy) {
    state.withLock { state in
      state.endedBy = state.endedBy ?? reason
      state.stage.map { $0.shell.signal(signal, terminal: $0.terminal) }
    }
  }

  /// What the command wrote before its end. A survivor that keeps the terminal open is not waited
  /// for; it loses the terminal when this run lets go of it.
  private func readRest(
    _ terminal: Descriptor, _ buffer: inout [UInt8], _ pass: (ArraySlice<UInt8>) -> Void
  ) {
    let deadline = ContinuousClock.now + .seconds(1)
    while ContinuousClock.now < deadline {
      let quiet = min(deadline, ContinuousClock.now + .milliseconds(50))
      guard waitForAny([terminal], until: quiet)[0], let part = terminal.read(into: &buffer),
        !part.isEmpty
      else { return }
      pass(part)
    }
  }

  /// Reaps the shell; what a person or a time limit wanted gone is gone then.
  private func takeAway() -> CommandOutcome {
    state.withLock { state in
      guard let stage = state.stage else { return .unknown }
      let outcome = stage.shell.ended ?? .unknown
      if state.endedBy == .timeLimit || state.hardest == Interruption.killed.rawValue {
        stage.shell.signal(SIGKILL, terminal: stage.terminal)
      }
      stage.shell.reap()
      stage.terminal.letGo()
      state.stage = nil
      return outcome
    }
  }

  // MARK: The check

  /// Where a check is tried: where the command before it left off.
  private struct Place {
    let directory: String
    let environment: [String: String]

    init(_ carryOver: CarryOver, _ request: CommandRequest) {
      if case .carried(let carried) = carryOver {
        directory = carried.directory
        environment = carried.environment
      } else {
        directory = request.directory
        environment = request.environment
      }
    }
  }

  /// Tries the check until it passes, its time is over, or somebody stops it.
  private func poll(
    _ poll: CommandRequest.Poll, _ request: CommandRequest, _ place: Place,
    _ carry: inout CarryPipe, _ buffer: inout [UInt8], _ pass: (ArraySlice<UInt8>) -> Void
  ) -> (outcome: CommandOutcome, tries: Int, isMet: Bool) {
    let end = ContinuousClock.now + poll.limit
    var tries = 0
    var outcome = CommandOutcome.unknown
    while true {
      tries += 1
      pass(Array("[try \(tries)]\r\n".utf8)[...])
      if let problem = begin(poll, request, place) {
        pass(Array("\(problem.sentence.text)\r\n".utf8)[...])
        return (.exited(126), tries, false)
      }
      let left = max(.zero, ContinuousClock.now.duration(to: end))
      outcome = attend(.init(left, grace: .seconds(5)), &carry, &buffer, pass)
      if state.withLock(\.endedBy) != nil { return (outcome, tries, false) }
      if outcome == .exited(0) { return (outcome, tries, true) }
      let next = ContinuousClock.now + poll.every
      // A try that could not begin in time is not waited for.
      if next >= end { return (outcome, tries, giveUp(at: end)) }
      wait(until: next)
      if state.withLock(\.endedBy) != nil { return (outcome, tries, false) }
    }
  }

  /// Starts the next try; the first one of a check alone runs already.
  private func begin(
    _ poll: CommandRequest.Poll, _ request: CommandRequest, _ place: Place
  ) -> CannotStart? {
    state.withLock { state in
      guard state.stage == nil, state.endedBy == nil else { return nil }
      do throws(CannotStart) {
        state.stage = try Stage(tryOf: poll.text, request, place.environment, place.directory)
        return nil
      } catch {
        return error
      }
    }
  }

  /// The time of the check is over; waits for the rest of it, in which a person may still stop it.
  private func giveUp(at end: ContinuousClock.Instant) -> Bool {
    wait(until: end)
    state.withLock { $0.endedBy = $0.endedBy ?? .timeLimit }
    return false
  }

  /// Waits until a time, or until somebody wants the command stopped.
  private func wait(until time: ContinuousClock.Instant) {
    while ContinuousClock.now < time, state.withLock(\.endedBy) == nil {
      if waitForAny([wake], until: time)[0] { _ = mayday_wake_clear(wake.number) }
    }
  }
}

extension CommandEnding {
  init(
    _ endedBy: EndedBy?, person: Untrusted, hardest: CommandRun.Interruption?, limit: Duration?
  ) {
    switch endedBy {
    case nil: self = .byItself
    case .timeLimit: self = .timedOut(seconds: Int(limit?.components.seconds ?? 0))
    case .person: self = .stopped(by: person, signal: Int(hardest?.signal ?? SIGINT))
    case .lostConnection: self = .lost
    }
  }
}

extension CommandRequest {
  /// The value that an output ends in; nil when none was asked for.
  func reading(_ lastLine: LastLine?) -> CommandReport.Value? {
    guard let value, let lastLine else { return nil }
    guard let text = lastLine.text else {
      return CommandReport.Value(name: value.name, text: nil, isSecret: value.isSecret)
    }
    // What has the shape of a secret is one, whatever its name says.
    let isSecret = value.isSecret || Redactor.redact(text, allSecrets) != text
    return CommandReport.Value(name: value.name, text: text, isSecret: isSecret)
  }
}
