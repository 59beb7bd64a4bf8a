import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Declare: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Open an incident and print its number.",
    usage: "mayday declare TITLE [--severity N] [--service S] [--impact TEXT] [--started TIME] …")

  @Argument(help: "What is broken, in a few words.")
  var title: Untrusted

  @Option(help: "SEV-1 (worst) to SEV-4, as 1 to 4; to be confirmed before mitigation.")
  var severity: Severity = .sev2

  @Option(help: "The type of issue, as the policy names it.")
  var type: Untrusted?

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
    let declaration = Declaration(
      number: 0, title: title, severity: severity, type: type, service: service,
      environment: environment, tier: tier, impact: impact, started: started, detected: detected,
      runbook: runbook, isDrill: drill, policy: policy.incident)
    let journal = try session.openJournal(.change)
    session.report(
      try journal.declare(declaration, by: session.actor, at: told, now: session.now))
  }
}
