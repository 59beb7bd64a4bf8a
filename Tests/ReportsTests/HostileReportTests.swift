import IncidentDomain
import Journal
import Testing
import TextGate

@testable import Reports

/// Hostile text in every field that an event can carry: the reports neither act nor break.
@Suite struct HostileReportTests {
  /// The events of an incident in which every free text is `text`.
  private static func incident(_ text: Untrusted) throws -> Incident {
    var declaration = Declaration(
      number: 1, title: text, severity: .sev1, type: text, service: text, environment: text,
      tier: 1,
      impact: text, started: nil, detected: nil, runbook: text, policy: .builtIn)
    declaration.policy.name = text
    declaration.policy.levels = [1: text, 2: text, 3: text, 4: text]
    var events: [Event] = []
    var now = Instant(milliseconds: 1_763_467_200_000)
    @discardableResult func add(_ body: EventBody) -> EventID {
      now = now + 61
      let event = Event(
        incident: events.first?.id, body: body, author: text, account: text, host: text,
        occurred: ToldTime(now), recorded: now, parents: events.last.map { [$0.id] } ?? [],
        hash: EventID.sha256)
      events.append(event)
      return event.id
    }
    let first = add(.declared(declaration))
    let steps = [PlannedStep.Part.procedure, .verification, .rollback].map { part in
      PlannedStep(
        id: part.rawValue, number: text.raw, title: text, kind: .run, command: text,
        choices: [PlannedChoice(label: text, goTo: nil)], part: part)
    }
    add(.acknowledged)
    add(
      .phaseMoved(
        PhaseMove(from: .detection, to: .mitigation, because: text, overridden: [text.raw])))
    add(.severitySet(from: .sev1, to: .sev2, because: text))
    add(.impactStated(text))
    for milestone in Milestone.allCases { add(.milestoneReached(milestone, text: text)) }
    for role in Role.allCases {
      add(.roleAssigned(role, text))
      add(.roleOffered(role, to: text, brief: text))
      add(.roleAccepted(role))
      add(.roleVacated(role, text))
    }
    add(.promiseKept(add(.promiseMade(text, due: now + 60))))
    add(.promiseMade(text, due: now + 60))
    let noted = add(.noted(text))
    add(.corrected(noted, text: text))
    add(.pinned(noted, true))
    add(.updatePublished(text, .public))
    add(.updateSkipped(because: text))
    add(.escalated(level: 2, because: text))
    let run = add(
      .runStarted(
        RunStart(runbook: text, title: text, digest: text.raw, source: text, steps: steps)))
    for move in [
      StepMove.started, .done(note: text), .failed(note: text), .skipped(because: text),
      .decided(answer: text, goTo: nil),
    ] {
      add(.stepMoved(run: run, step: "procedure", move))
    }
    for record in [run, nil] as [EventID?] {
      add(
        .commandRan(
          CommandRecord(
            run: record, step: record == nil ? nil : "procedure", command: text, directory: text,
            started: now, ended: now + 1, outcome: .exited(1), outputBytes: 1,
            outputDigest: text.raw, output: text, outputCut: true)))
    }
    add(.rollbackStarted(run: run, because: text))
    add(.runEnded(run: run, .abandoned, because: text))
    add(.reversed([add(.noted(text))]))
    add(.postmortemSaved(text: text))
    add(.postmortemWaived(because: text))
    add(.actionSettled(add(.actionAdded(text, owner: text, due: now)), .dropped, because: text))
    add(.feedbackGiven(.wrong, text: text))
    add(.merged(into: first, number: 2))
    add(.unmerged)
    add(.cancelled(.external, because: text))
    let unknown = try JSON(
      reading: Array(
        #"{"v":9,"kind":"k","body":{},"author":"a","host":"h","occurred":"2025-11-18T13:00:00.000Z","recorded":"2025-11-18T15:00:00.000Z","parents":[]}"#
          .utf8))
    var members = try #require(unknown.object)
    members["kind"] = .string(text.raw)
    members["incident"] = .string(first.hex)
    members["id"] = .string(EventID.sha256(of: Array("k".utf8)).hex)
    events.append(try Event(json: .object(members)))
    return try #require(Incident.fold(events))
  }

  private static let plain = Result { try incident("plain words") }

  static let texts: [Untrusted] =
    MarkdownTests.hostile.filter { !$0.isBlank } + [
      "two\nlines", "first\n\n\nafter blanks\n", "```\nx\n````", "| a |\n| --- |\n| b |",
      "# a\n===\n---\n", "<!--\n-->\n<script>\n", "\n\nbegins late", "a\r\nb\rc", "x\\\ny",
      "[a]: http://x.example\n[a]", "[^1]\n\n[^1]: note", "- a\n  - b\n    - c\n", "1. a\n2. b",
      Untrusted(String(repeating: "very long ", count: 600)),
    ]

  @Test(arguments: texts) func nothingActs(text: Untrusted) throws {
    let incident = try Self.incident(text)
    let plain = try Self.plain.get()
    for (name, make) in [
      ("timeline", Timeline.markdown),
      ("post-mortem", { Postmortem.draft($0, now: $0.lastActivity + 9_000_000) }),
    ] as [(String, (Incident) -> ReportText)] {
      let source = make(incident).text
      let parsed = try CommonMark(source)
      #expect(parsed.isInert, "\(name) of \(text.raw)")
      // The structure is that of harmless text: no heading, cell or emphasis more or less.
      let expected = try CommonMark(make(plain).text)
      for kind in ["heading", "table", "table_row", "table_cell", "emph", "strong", "block_quote"] {
        #expect(
          parsed.kinds.count { $0 == kind } == expected.kinds.count { $0 == kind },
          "\(kind)s in the \(name) of \(text.raw.debugDescription)")
      }
      #expect(source.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }
    for line in Timeline.text(incident, columns: 80).lines + Timeline.json(incident).lines {
      #expect(Untrusted(line.text).showable == line)
    }
    _ = PostmortemChecklist(incident).items
    _ = UpdateSuggestion.text(incident, for: .public, now: incident.lastActivity)
  }
}
