import ArgumentParser
import Console
import Execution
import IncidentDomain
import TextGate

struct RunCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Walk through a runbook.",
    usage: "mayday run start|step|decide|exec|rollback|revise|end|drift INC …",
    subcommands: [
      StartRun.self, MoveStep.self, DecideStep.self, RunStepCommand.self, RollBack.self,
      ReviseRun.self, EndRun.self, RunDrift.self,
    ])
}

/// Which run of an incident is meant.
struct WhichRun: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The run, by its first event; else the one that was started last.", valueName: "event"))
  var run: EventReference?

  /// Nil for the run that was started last and is open.
  func resolve(_ subject: Subject) throws -> EventID? {
    guard let run else { return nil }
    let incident = try subject.read()
    return try run.resolve(among: incident.runs.map(\.id), "run", of: incident)
  }
}

extension ArgumentHelp {
  /// N, the step of a run.
  static let step = ArgumentHelp("The step's number as shown: 3, 3a, V1.", valueName: "n")
}

struct StartRun: Change {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Begin to walk through a runbook.",
    usage: "mayday run start INC RUNBOOK [--at TIME]",
    discussion: "The runbook as it is now is kept in the record: a later edit changes no run.")

  @Argument(help: .incident) var incident: IncidentReference
  @Argument(help: .runbook) var runbook: Untrusted
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let runbook = try session.runbook(runbook)
    guard !runbook.steps.isEmpty else {
      throw Failure(
        .badData,
        "\(runbook.title.showable) holds no steps to walk; mayday runbook show prints it to read")
    }
    return .startRun(RunStart(runbook))
  }
}

struct MoveStep: Change {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Start a step, or say that it is done, failed or skipped.",
    usage: "mayday run step INC N start|done|fail|skip [--note TEXT] [--take] [--at TIME]",
    discussion: """
      Who starts a step holds it. --take takes it over, with the reason in --note; it needs none \
      once nothing was heard of its holder for so long that their claim has expired. While a \
      command of the step runs, nothing can be said of it, until its session is gone.
      """)

  enum Move: String, CaseIterable, ExpressibleByArgument {
    case start, done, fail, skip
  }

  @Argument(help: .incident) var incident: IncidentReference
  @Argument(help: .step) var step: String

  @Argument(help: "What became of it.")
  var move: Move

  @Option(help: ArgumentHelp("In words; for a skip it is the reason.", valueName: "text"))
  var note: Untrusted?

  @Flag(help: "Take the step over from whoever holds it.")
  var take = false

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if move == .skip, note == nil {
      throw ValidationError("a skip needs its reason with --note")
    }
    if move == .start, note != nil, !take {
      throw ValidationError("a start takes no note, but as the reason of --take")
    }
  }

  func command(in session: Session, subject: Subject) throws -> Command {
    let id = try which.resolve(subject)
    let holder = try subject.settle(step, of: id, by: session)
    let move: StepMove =
      switch move {
      case .start:
        if take, let holder { .takenOver(from: holder, because: note) } else { .started }
      case .done: .done(note: note)
      case .fail: .failed(note: note)
      case .skip: .skipped(because: note ?? "")
      }
    return .moveStep(run: id, step: step, move, takingOver: take)
  }
}

struct DecideStep: Change {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Answer a decision; the answer chooses the way on.",
    usage: "mayday run decide INC N ANSWER [--take] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference
  @Argument(help: .step) var step: String

  @Argument(help: "One of the choices, or words of your own.")
  var answer: Untrusted

  @Flag(help: "Take the step over from whoever holds it.")
  var take = false

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let id = try which.resolve(subject)
    _ = try subject.settle(step, of: id, by: session)
    let run = try subject.read().run(id)
    // The choice as the runbook writes it, so that an answer in small letters leads on as well.
    let choice = run.step(named: step)?.choices.first {
      $0.label.raw.lowercased() == answer.raw.lowercased()
    }
    return .moveStep(
      run: id, step: step,
      .decided(answer: choice?.label ?? answer, goTo: choice?.goTo.map(run.target)),
      takingOver: take)
  }
}

struct RollBack: Change {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Begin the runbook's way back.",
    usage: "mayday run rollback INC [--because TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: ArgumentHelp("Why.", valueName: "text"))
  var because: Untrusted?

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    .startRollback(run: try which.resolve(subject), because: because)
  }
}

struct EndRun: Change {
  static let configuration = CommandConfiguration(
    commandName: "end", abstract: "End the walk: finished, rolled back or abandoned.",
    usage: "mayday run end INC [finished|rolled-back|abandoned] [--because TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "How it ended.")
  var outcome: RunOutcome = .finished

  @Option(help: ArgumentHelp("Why; an abandoned run needs it.", valueName: "text"))
  var because: Untrusted?

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    .endRun(run: try which.resolve(subject), outcome, because: because)
  }
}

struct ReviseRun: Change {
  static let configuration = CommandConfiguration(
    commandName: "revise", abstract: "Go on with the runbook's file as it is now.",
    usage: "mayday run revise INC [--run EVENT] [--at TIME]",
    discussion: """
      A run goes on with the text it began with, whatever becomes of the file. Steps that are the \
      same in the new text stay as they are; the others are new and to do.
      """)

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let run = try subject.read().run(try which.resolve(subject))
    let runbook = try session.runbook(run.start.runbook)
    return .reviseRun(run: run.id, RunStart(runbook))
  }
}

extension Subject {
  /// Has the record say that nobody knows what became of a step's command, when the session that ran
  /// it on this machine is gone.
  ///
  /// - Returns: who holds the step; nil when nobody does, or there is no such step.
  func settle(_ name: String, of id: EventID?, by session: Session) throws -> Untrusted? {
    let incident = try read()
    guard let run = try? incident.run(id), let step = run.step(named: name) else { return nil }
    if let running = run.progress(step).running, running.host == session.actor.host,
      ProcessSession.isGone(running.start.session)
    {
      try lose(running, by: session)
    }
    return incident.claim(on: step, in: run)?.holder
  }

  /// The same of commands outside a runbook.
  func settle(by session: Session) throws {
    for running in try read().running
    where running.host == session.actor.host && ProcessSession.isGone(running.start.session) {
      try lose(running, by: session)
    }
  }

  private func lose(_ running: RunningCommand, by session: Session) throws {
    let start = running.start
    let left = LeftOutput.read(named: running.event.hex, in: try session.outputFolder())
    let lost = try journal.append(
      .loseCommand(run: start.run, step: start.step, session: start.session, left: left), to: id,
      by: session.actor, at: nil, now: session.now)
    if !session.options.json { session.report(lost) }
  }
}

extension RunOutcome: ExpressibleByArgument {}
