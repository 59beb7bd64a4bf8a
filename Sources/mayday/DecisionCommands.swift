import ArgumentParser
import IncidentDomain
import TextGate

struct DecisionCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decision",
    abstract: "Propose, object and decide, so that the timeline tells a decision as one thing.",
    subcommands: [
      Propose.self, Object.self, Agree.self, Decide.self, Reject.self, Withdraw.self,
      ListDecisions.self,
    ])
}

extension DecisionCommands {
  struct Propose: Change {
    static let configuration = CommandConfiguration(
      commandName: "propose",
      abstract: "Propose something, and ask those named for strong objections.",
      usage:
        "mayday decision propose INC TEXT --risk TEXT [--or TEXT …] [--ask PERSON …] [--within 2m]")

    @Argument(help: .incident) var incident: IncidentReference

    @Argument(help: "What is to be done.")
    var text: Untrusted

    @Option(help: "What can go wrong with it.")
    var risk: Untrusted

    @Option(name: .customLong("or"), help: "What could be done instead; repeatable.")
    var alternatives: [Untrusted] = []

    @Option(name: .customLong("ask"), help: "Who is asked for strong objections; repeatable.")
    var asked: [Untrusted] = []

    @Option(help: "How long they are asked: then silence is no objection. Else 2m.")
    var within: String?

    @OptionGroup var when: When
    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if within != nil, asked.isEmpty {
        throw ValidationError("--within says how long --ask PERSON is waited for")
      }
    }

    func command(in session: Session, subject: Subject) throws -> Command {
      let seconds = try asked.isEmpty ? nil : TimeReader.duration(within ?? "2m")
      return .propose(
        Proposal(
          text: text, risk: risk, alternatives: alternatives, asked: asked,
          due: seconds.map { session.now + $0 }))
    }
  }

  struct Object: Change {
    static let configuration = CommandConfiguration(
      commandName: "object", abstract: "Object to the open proposal, with the reason.",
      usage: "mayday decision object INC TEXT [--proposal EVENT]")

    @Argument(help: .incident) var incident: IncidentReference

    @Argument(help: "What would go wrong.")
    var text: Untrusted

    @OptionGroup var which: WhichProposal
    @OptionGroup var when: When
    @OptionGroup var options: GlobalOptions

    func command(in session: Session, subject: Subject) throws -> Command {
      .answerProposal(try which.id(subject), objects: true, because: text)
    }
  }

  struct Agree: Change {
    static let configuration = CommandConfiguration(
      commandName: "agree", abstract: "Say that you have no strong objection.",
      usage: "mayday decision agree INC [TEXT] [--proposal EVENT]")

    @Argument(help: .incident) var incident: IncidentReference

    @Argument(help: "What is to be kept in mind.")
    var text: Untrusted?

    @OptionGroup var which: WhichProposal
    @OptionGroup var when: When
    @OptionGroup var options: GlobalOptions

    func command(in session: Session, subject: Subject) throws -> Command {
      .answerProposal(try which.id(subject), objects: false, because: text)
    }
  }

  struct Decide: Settlement {
    static let configuration = CommandConfiguration(
      commandName: "decide", abstract: "Decide that it is done; the Incident Commander does.",
      usage: "mayday decision decide INC [--because TEXT] [--proposal EVENT]")
    static let outcome = ProposalOutcome.decided

    @OptionGroup var settled: Settled
    @OptionGroup var options: GlobalOptions
  }

  struct Reject: Settlement {
    static let configuration = CommandConfiguration(
      commandName: "reject", abstract: "Decide that it is not done.",
      usage: "mayday decision reject INC [--because TEXT] [--proposal EVENT]")
    static let outcome = ProposalOutcome.rejected

    @OptionGroup var settled: Settled
    @OptionGroup var options: GlobalOptions
  }

  struct Withdraw: Settlement {
    static let configuration = CommandConfiguration(
      commandName: "withdraw", abstract: "Take your proposal back.",
      usage: "mayday decision withdraw INC [--because TEXT] [--proposal EVENT]")
    static let outcome = ProposalOutcome.withdrawn

    @OptionGroup var settled: Settled
    @OptionGroup var options: GlobalOptions
  }

  struct ListDecisions: Subcommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the proposals of an incident, each with its outcome.",
      usage: "mayday decision list INC [--json]")

    @Argument(help: .incident) var incident: IncidentReference
    @OptionGroup var options: GlobalOptions

    func perform(in session: Session) throws {
      let incident = try session.incident(incident, in: try session.openJournal(.read))
      for meant in incident.deliberations {
        if options.json {
          session.output.json(meant.json)
          continue
        }
        session.output.line("\(meant.id.short)  \(session.zone.text(meant.at))")
        for line in meant.lines { session.output.line("  \(line)") }
      }
      if !options.json, incident.deliberations.isEmpty {
        session.output.line("\(incident.name) has no proposals.")
      }
    }
  }
}

/// What becomes of a proposal: the subcommands differ in the outcome alone.
protocol Settlement: Change {
  static var outcome: ProposalOutcome { get }
  var settled: Settled { get }
}

extension Settlement {
  var incident: IncidentReference { settled.incident }
  var when: When { settled.when }

  func command(in session: Session, subject: Subject) throws -> Command {
    .settleProposal(
      try settled.which.id(subject), Self.outcome, because: settled.because)
  }
}

/// What is said when a proposal is settled.
struct Settled: ParsableArguments {
  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: "Why; needed to decide against an objection, or before all have answered.")
  var because: Untrusted?

  @OptionGroup var which: WhichProposal
  @OptionGroup var when: When
}

/// Which proposal is meant, where more than one is open.
struct WhichProposal: ParsableArguments {
  @Option(help: ArgumentHelp("Which one, where several are open.", valueName: "event"))
  var proposal: EventReference?

  func id(_ subject: Subject) throws -> EventID? {
    guard let proposal else { return nil }
    let incident = try subject.read()
    return try proposal.resolve(
      among: incident.deliberations.map(\.id), "proposal", of: incident)
  }
}
