import IncidentDomain
import TextGate

/// One body of every kind and form that the record knows, with texts that are hard to keep.
enum Sample {
  static let event = fingerprint([1])
  static let other = fingerprint([2])

  /// Quotes, controls, bidi, a supplementary character, combining marks, U+2028, DEL.
  static let hard: Untrusted =
    "\"\\/\u{8}\u{C}\n\r\t\u{1B}[31m\u{7F}\u{80}\u{202E}e\u{301}\u{2028}😀"

  static let bodies: [EventBody] =
    course + people + words + runs + review + [.unknown(kind: "from-tomorrow")]

  private static let course: [EventBody] =
    [
      .declared(full), .declared(.sample()), .acknowledged, .impactStated(hard),
      .phaseMoved(PhaseMove(from: .triage, to: .mitigation, because: nil)),
      .phaseMoved(
        PhaseMove(from: .closed, to: .triage, because: hard, overridden: ["impact", "commander"])),
      .severitySet(from: .sev1, to: .sev4, because: hard),
      .severitySet(from: .sev2, to: .sev2, because: nil),
      .cancelled(.falsePositive, because: hard), .cancelled(.superseded, because: nil),
      .merged(into: other, number: 7), .absorbed(other, number: 7), .unmerged,
      .renumbered(43), .settled(other),
    ]
    + Milestone.allCases.flatMap {
      [.milestoneReached($0, text: hard), .milestoneReached($0, text: nil)]
    }

  private static let people: [EventBody] =
    Role.allCases.flatMap { role -> [EventBody] in
      [
        .roleAssigned(role, "ana"), .roleVacated(role, "ana"),
        .roleOffered(role, to: "bob", brief: hard), .roleAccepted(role), .roleDeclined(role),
      ]
    }
    + [
      .roleTakenOver(RoleTakeOver(role: .commander, from: "ana", to: hard, because: hard)),
      .promiseMade(hard, due: .noon), .promiseKept(event),
      .proposalMade(Proposal(text: hard, risk: hard)),
      .proposalMade(
        Proposal(
          text: hard, risk: hard, alternatives: [hard, ""], asked: ["ana", hard], due: .noon)),
      .proposalAnswered(event, objects: true, because: hard),
      .proposalAnswered(event, objects: false, because: nil),
    ]
    + ProposalOutcome.allCases.flatMap { outcome -> [EventBody] in
      [
        .proposalSettled(event, outcome, because: hard),
        .proposalSettled(event, outcome, because: nil),
      ]
    }

  private static let words: [EventBody] = [
    .noted(hard), .noted(""), .corrected(event, text: hard), .corrected(event, text: nil),
    .pinned(event, true), .pinned(event, false), .updatePublished(hard, .public),
    .updatePublished(hard, .internal), .updateSkipped(because: hard),
    .updateSnoozed(until: .noon, because: hard),
    .clockStepped(
      ClockStep(boot: hard, before: -1 << 50, after: 1 << 50, earliest: .noon)),
    .escalated(level: 3, because: hard), .escalated(level: 1, because: nil), .reversed([event]),
    .reversed([event, other]), .reversed([]),
    .round(.opened(Round(of: .checklist(hard), in: nil))),
    .round(.opened(Round(of: .window(hard), in: .noon..<(.noon + 60)))),
    .round(.done(hard, note: nil)), .round(.done("x", note: hard)),
    .round(.declared(hard, incident: other, number: 7)),
    .round(.undone(hard, because: nil)), .round(.undone("x", because: hard)),
  ]

  private static let moves: [StepMove] = [
    .started, .done(note: nil), .done(note: hard), .failed(note: nil), .failed(note: hard),
    .skipped(because: hard), .decided(answer: hard, goTo: "#no-leader"),
    .decided(answer: "No", goTo: nil), .takenOver(from: hard, because: hard),
    .takenOver(from: "ana", because: nil),
  ]

  private static let runs: [EventBody] =
    [
      .runStarted(.sample), .runStarted(everyStep), .rollbackStarted(run: event, because: hard),
      .rollbackStarted(run: event, because: nil), .commandBegan(began("find", run: event)),
      .commandNotStarted(run: event, step: "find", began: nil, because: hard),
      .commandNotStarted(run: nil, step: nil, began: event, because: hard),
      .commandBegan(
        CommandStart(
          run: nil, step: nil, command: hard, directory: "/srv", process: 4711, session: "s")),
      .runRevised(run: event, everyStep),
    ]
    + moves.map { .stepMoved(run: event, step: "find", $0) }
    + RunOutcome.allCases.map { .runEnded(run: event, $0, because: hard) }
    + [CommandOutcome.exited(137), .signalled(9), .unknown].map { .commandRan(command($0)) }
    + [
      CommandEnding.byItself, .timedOut(seconds: 600), .stopped(by: hard, signal: 15), .lost,
    ].map { .commandRan(command(.unknown, ending: $0)) }

  private static let review: [EventBody] = [
    .postmortemSaved(text: hard), .postmortemPublished(text: hard),
    .postmortemWaived(because: hard),
    .actionAdded(hard, owner: "ana", due: .noon), .actionSettled(event, .done, because: nil),
    .actionSettled(event, .dropped, because: hard), .feedbackGiven(.used, text: nil),
    .feedbackGiven(.wrong, text: hard), .feedbackGiven(.missing, text: hard),
  ]

  private static let full = Declaration(
    number: 9, title: hard, severity: .sev3, type: "outage", service: "shop", environment: "eu",
    tier: 2, impact: hard, started: ToldTime(.noon - 86_400, .day),
    detected: ToldTime(.noon - 60, .minute), runbook: "patroni.md",
    labels: ["instance": hard, "k8s.pod.name": "é"], isDrill: true,
    policy: .builtIn)

  private static let everyStep = RunStart(
    runbook: hard, title: hard, digest: "", source: hard,
    steps: StepKind.allCases.enumerated().map { place, kind in
      PlannedStep(
        id: "s\(place)", number: "\(place)a", title: hard, kind: kind, command: hard,
        placeholders: ["HOST", "É"], estimateSeconds: place * 60,
        choices: [
          PlannedChoice(label: hard, goTo: nil), PlannedChoice(label: "b", goTo: "o.md#x"),
        ],
        isOptional: place % 2 == 0, isRepeatable: place % 2 == 1,
        role: place % 2 == 0 ? nil : .commander,
        part: place % 3 == 0 ? .procedure : place % 3 == 1 ? .verification : .rollback)
    })

  static func began(
    _ step: String, run: EventID, session: String = "b00t.4026531836.4711.99"
  ) -> CommandStart {
    CommandStart(
      run: run, step: step, command: hard, directory: "/srv", process: 4711, session: session)
  }

  static func command(
    _ outcome: CommandOutcome, run: EventID? = event, ending: CommandEnding? = nil
  ) -> CommandRecord {
    guard let ending else {
      return CommandRecord(
        run: run, step: run == nil ? nil : "find", began: run == nil ? event : nil, command: hard,
        directory: "/srv", started: .noon, ended: .noon + 12, outcome: outcome,
        outputBytes: 1 << 40,
        outputDigest: String(repeating: "e3", count: 32), output: hard, outputCut: true)
    }
    return CommandRecord(
      run: run, step: run == nil ? nil : "find", command: hard, directory: "/srv",
      started: .noon, ended: .noon + 12, outcome: outcome, ending: ending, passed: false,
      checks: [
        OutputCheck(expected: hard, isPattern: true, isMet: false),
        OutputCheck(expected: "x", isPattern: false, isMet: true),
      ],
      poll: PollRecord(command: hard, tries: 61, isMet: false),
      value: CommandValue(name: "LEADER", text: ending == .byItself ? nil : hard), process: 4711,
      host: ending == .lost ? hard : nil,
      outputBytes: 1 << 40,
      outputDigest: String(repeating: "e3", count: 32), output: hard, outputCut: true)
  }
}
