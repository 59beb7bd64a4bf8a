import IncidentDomain
import TextGate

/// The command of a step, from the first look at it to what came of it.
struct Execution: Sendable {
  let incident: Target
  let run: EventID
  let step: PlannedStep
  /// Placeholders that are not filled yet, in the order of the text.
  private(set) var open: [String]
  private(set) var values: [String: Untrusted] = [:]
  /// The exact text that would run.
  private(set) var text: Untrusted
  private(set) var stage: Stage = .asking
  private(set) var syntax: Syntax = .unknown
  /// The last lines of the output.
  private(set) var output: [Showable] = []
  /// Lines that came before them.
  private(set) var linesDropped = 0
  private(set) var interruptions = 0
  /// Whether the word that a dangerous command wants was typed.
  var isTyped = false

  enum Stage: Sendable {
    /// Shown in full; nothing runs.
    case asking
    /// The step is being taken: the command runs as soon as that is on disk.
    case taking
    case running(since: Instant)
    case ended(CommandRecord)
    case failed(Showable)
  }

  enum Syntax: Sendable {
    case unknown, sound
    case wrong(Showable)
  }

  /// Lines of output that are kept to look at; the whole is in its file.
  static let linesKept = 5000

  init(incident: Target, run: EventID, step: PlannedStep, text: Untrusted) {
    self.incident = incident
    self.run = run
    self.step = step
    self.text = text
    open = step.placeholders
  }

  /// Whether the command runs, or is about to.
  var isUnderWay: Bool {
    switch stage {
    case .taking, .running: true
    case .asking, .ended, .failed: false
    }
  }

  mutating func takeSyntax(of text: Untrusted, _ problem: Showable?) {
    guard text == self.text else { return }
    syntax = problem.map { .wrong($0) } ?? .sound
  }

  mutating func take(_ lines: [Showable]) {
    output += lines
    if output.count > Self.linesKept {
      linesDropped += output.count - Self.linesKept
      output.removeFirst(output.count - Self.linesKept)
    }
  }

  mutating func begin() {
    stage = .taking
    output = []
    linesDropped = 0
    interruptions = 0
  }

  mutating func stayAsking() { stage = .asking }

  mutating func start(at now: Instant) { stage = .running(since: now) }

  mutating func fail(_ why: Showable) { stage = .failed(why) }

  mutating func end(_ record: CommandRecord) { stage = .ended(record) }

  /// How hard the next Ctrl-C asks.
  mutating func interrupt() -> Interruption {
    interruptions += 1
    return interruptions == 1 ? .interrupt : interruptions == 2 ? .terminate : .kill
  }
}
