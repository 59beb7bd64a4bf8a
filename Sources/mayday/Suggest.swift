import ArgumentParser
import IncidentDomain
import TextGate

/// The three questions on the impact, as options.
struct ImpactOptions: ParsableArguments {
  @Option(help: "What is broken: core, feature, degraded or cosmetic.")
  var broken: ImpactAnswers.Broken?

  @Option(help: "How many it hits: all, many, some or none.")
  var affected: ImpactAnswers.Affected?

  @Option(help: "Whether data or money is at stake: losing, threatened or none.")
  var stake: ImpactAnswers.Stake?

  var answers: ImpactAnswers {
    ImpactAnswers(broken: broken, affected: affected, stake: stake)
  }
}

struct Suggest: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Suggest a severity from three answers on the impact, and say why.",
    usage: "mayday suggest [--broken WHAT] [--affected MANY] [--stake STAKE] [--json]",
    discussion: "Without an answer it prints the questions. It needs no store.")

  @OptionGroup var impact: ImpactOptions
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    guard let suggestion = impact.answers.suggestion else {
      session.output.lines(Self.questions)
      return
    }
    if options.json {
      session.output.json([
        "severity": .integer(Int64(suggestion.severity.rawValue)),
        "because": .string(suggestion.because.text),
      ])
    } else {
      session.output.line("\(suggestion.severity.word): \(suggestion.because)")
    }
  }

  private static var questions: [Showable] {
    var table = Table()
    for (index, answer) in ImpactAnswers.Broken.allCases.enumerated() {
      table.add(index == 0 ? "What is broken?" : "", "--broken \(word(answer))", answer.word)
    }
    for (index, answer) in ImpactAnswers.Affected.allCases.enumerated() {
      table.add(
        index == 0 ? "How many does it hit?" : "", "--affected \(word(answer))", answer.word)
    }
    for (index, answer) in ImpactAnswers.Stake.allCases.enumerated() {
      table.add(
        index == 0 ? "Is data or money at stake?" : "", "--stake \(word(answer))", answer.word)
    }
    return table.lines()
  }

  private static func word(_ answer: some RawRepresentable<String>) -> Showable {
    Untrusted(answer.rawValue).showable
  }
}

extension ImpactAnswers.Broken: ExpressibleByArgument {}
extension ImpactAnswers.Affected: ExpressibleByArgument {}
extension ImpactAnswers.Stake: ExpressibleByArgument {}

struct Duties: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "duties", abstract: "Print what whoever holds a role sees to; needs no store.",
    usage: "mayday duties [ROLE] [--json]")

  @Argument(help: "Only of this role.")
  var role: Role?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    for role in Role.allCases where self.role == nil || self.role == role {
      if options.json {
        session.output.json([
          "role": .string(role.rawValue),
          "duties": .array(role.duties.map { .string($0.text) }),
        ])
        continue
      }
      session.output.line(role.title)
      for duty in role.duties { session.output.line("  \(duty)") }
    }
  }
}
