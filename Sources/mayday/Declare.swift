import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Declare: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Open an incident and print its number.",
    usage: "mayday declare TITLE [--severity N] [--type T] [--service S] [--impact TEXT] …",
    discussion: """
      The policy's matrix fills in by the type of issue what you leave out: severity, runbook, \
      escalation, channel. What it filled in, and why, is said.
      """)

  @Argument(help: "What is broken, in a few words.")
  var title: Untrusted

  @Option(
    help: "1 (worst) to 4, or a word of the policy; else the matrix, the answers, or SEV-2.")
  var severity: Untrusted?

  @Option(
    help: "The type of issue, as the policy's matrix names it: it fills in what you leave out.")
  var type: Untrusted?

  @OptionGroup(title: "Three questions that suggest a severity") var asked: ImpactOptions

  @Option(help: "The service that is disturbed.")
  var service: Untrusted?

  @Option(help: "Where it is: production, staging, …")
  var environment: Untrusted?

  @Option(help: "The service's tier, 1 to 3; it sets the recovery target.")
  var tier: Int?

  @Option(help: "What is broken for whom.")
  var impact: Untrusted?

  @Option(parsing: .unconditional, help: ArgumentHelp("When it began.", valueName: "time"))
  var started: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("When it was noticed.", valueName: "time"))
  var detected: String?

  @Option(help: "The runbook to suggest, by name.")
  var runbook: Untrusted?

  @Option(
    help: ArgumentHelp(
      "A label of the alert, repeatable: values of commands are prefilled from it.",
      valueName: "name=value"))
  var label: [Untrusted] = []

  @Flag(help: "An exercise: marked everywhere, never in the metrics.")
  var drill = false

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let started = try self.started.map(session.times.read)
    let detected = try self.detected.map(session.times.read)
    let told = try when.read(session)
    let policy = try session.policy().policy
    let given = try givenSeverity(policy)
    if let word = label.first(where: { !$0.raw.contains("=") }) {
      throw Failure(.usage, "\(word.showable) is no label; write it as --label name=value")
    }
    let labels = try Label.read(label)
    let suggested = asked.answers.suggestion
    var declaration = Declaration(
      number: 0, title: title, severity: given ?? suggested?.severity ?? .sev2, type: type,
      service: service, environment: environment, tier: tier, impact: impact, started: started,
      detected: detected, runbook: runbook, labels: labels, isDrill: drill, policy: policy.incident)
    let fillings = policy.fill(
      &declaration, severityIsGiven: given != nil || suggested != nil,
      openWindows: policy.openWindows(at: told?.instant ?? session.now))
    let journal = try session.openJournal(.change)
    let appended = try journal.declare(
      declaration, by: session.actor, at: told, now: session.now)
    session.report(appended)
    guard !options.json else { return }
    if let suggested, given == nil {
      session.output.line("  severity \(suggested.severity.word): \(suggested.because)")
    }
    for filling in fillings { session.output.line("  \(filling.what): \(filling.because)") }
  }

  /// - Throws: a ``Failure`` for a word that neither the policy nor the program knows.
  private func givenSeverity(_ policy: OperationsPolicy) throws(Failure) -> Severity? {
    guard let severity else { return nil }
    guard let known = policy.severity(severity) else {
      throw Failure(
        .usage,
        "there is no severity \(severity.showable); give 1, 2, 3 or 4, or an alias of the policy")
    }
    return known
  }
}
