import IncidentDomain
import Testing
import TextGate

/// decode(encode(x)) == x, for every kind, and what a newer program wrote is kept.
@Suite struct EventFormTests {
  private static func event(
    _ body: EventBody, _ occurred: ToldTime = ToldTime(.noon), parents: [EventID] = []
  ) -> Event {
    Event(
      incident: Sample.event, body: body, author: Sample.hard, account: "ops", host: "jump-1",
      occurred: occurred, recorded: .noon + 5, parents: parents, hash: fingerprint)
  }

  @Test(arguments: Sample.bodies) func everyBodyReadsBack(body: EventBody) throws {
    let written = Self.event(body)
    let read = try Event(json: JSON(reading: written.json.canonical))
    #expect(read == written)
    #expect(read.body == body)
    #expect(read.author.raw == Sample.hard.raw)
    #expect(fingerprint(read.canonicalWithoutID) == written.id)
  }

  /// A kind without a sample would go untested: the switch does not compile when one is added.
  @Test func everyKindHasASample() {
    func place(_ body: EventBody) -> Int {
      switch body {
      case .declared: 0
      case .acknowledged: 1
      case .phaseMoved: 2
      case .severitySet: 3
      case .impactStated: 4
      case .milestoneReached: 5
      case .roleAssigned: 6
      case .roleVacated: 7
      case .roleOffered: 8
      case .roleAccepted: 9
      case .roleDeclined: 10
      case .promiseMade: 11
      case .promiseKept: 12
      case .noted: 13
      case .corrected: 14
      case .pinned: 15
      case .updatePublished: 16
      case .updateSkipped: 17
      case .escalated: 18
      case .cancelled: 19
      case .merged: 20
      case .absorbed: 21
      case .unmerged: 22
      case .runStarted: 23
      case .stepMoved: 24
      case .commandRan: 25
      case .rollbackStarted: 26
      case .runEnded: 27
      case .postmortemSaved: 28
      case .postmortemPublished: 29
      case .postmortemWaived: 30
      case .actionAdded: 31
      case .actionSettled: 32
      case .feedbackGiven: 33
      case .reversed: 34
      case .unknown: 35
      case .commandBegan: 36
      case .commandNotStarted: 37
      case .runRevised: 38
      case .roleTakenOver: 39
      case .proposalMade: 40
      case .proposalAnswered: 41
      case .proposalSettled: 42
      case .updateSnoozed: 43
      case .clockStepped: 44
      case .renumbered: 45
      case .round(.opened): 46
      case .round(.done): 47
      case .round(.undone): 48
      case .settled: 49
      case .round(.declared): 50
      }
    }
    #expect(Set(Sample.bodies.map(place)) == Set(0...50))
    let kinds = Dictionary(grouping: Sample.bodies) { $0.kind }
    #expect(kinds.values.allSatisfy { Set($0.map(place)).count == 1 }, "two kinds share a name")
  }

  /// The body of an incident without labels is what it always was, so its id stays the same too.
  @Test func noLabelsLeaveNoTrace() throws {
    var declaration = Declaration(number: 1, title: "x", severity: .sev2, policy: .builtIn)
    let plain = Self.event(.declared(declaration))
    #expect(plain.json["body"]?["labels"] == nil)
    declaration.labels = ["instance": "pg-2"]
    let labelled = Self.event(.declared(declaration))
    #expect(labelled.json["body"]?["labels"] == ["instance": "pg-2"])
    #expect(labelled.id != plain.id)
  }

  @Test(arguments: [Precision.day, .minute, .second])
  func toldPrecisionsReadBack(precision: Precision) throws {
    let written = Self.event(.acknowledged, ToldTime(.noon, precision))
    #expect(try Event(json: written.json) == written)
  }

  @Test func parentsAreWrittenInOrder() throws {
    let written = Self.event(.acknowledged, parents: [Sample.other, Sample.event].sorted(by: >))
    #expect(written.parents == [Sample.other, Sample.event].sorted())
  }

  private static func changed(_ change: (inout [String: JSON]) -> Void) throws -> JSON {
    var members = try #require(event(.noted("x")).json.object)
    change(&members)
    return .object(members)
  }

  @Test func whatANewerProgramWroteStaysInTheHash() throws {
    for (key, value) in [
      ("mood", "calm" as JSON), ("precision", "century"), ("precision", "second"), ("account", 7),
      ("nested", ["a": [1, 2]]),
    ] as [(String, JSON)] {
      let json = try Self.changed { $0[key] = value }
      let read = try Event(json: json)
      #expect(read.json == json, "\(key)")
    }
  }

  @Test func anUnknownKindIsKeptAndShown() throws {
    let json = try Self.changed {
      $0["kind"] = "telepathy"
      $0["body"] = ["to": "bob", "strength": 9]
    }
    let read = try Event(json: json)
    #expect(read.body == .unknown(kind: "telepathy"))
    #expect(read.json == json)
    var story = try Story()
    story.add([read])
    #expect(story.incident.events.last == read)
    #expect(
      story.incident.narrate(read).text.contains("unknown kind telepathy"))
  }

  /// A known kind whose body is of another form is shown as unknown, and kept.
  @Test func aBodyOfAnotherFormIsNotGuessed() throws {
    for kind in Set(Sample.bodies.map(\.kind)).subtracting(["acknowledged", "unmerged"]) {
      let json = try Self.changed {
        $0["kind"] = .string(kind)
        $0["body"] = ["something": "else"]
      }
      let read = try Event(json: json)
      #expect(read.body == .unknown(kind: kind), "\(kind)")
      #expect(read.json == json)
    }
  }

  @Test func aMissingOrWrongMemberIsNamed() throws {
    let cases: [(String, JSON?, String)] = [
      ("id", nil, "\"id\""), ("id", "zz", "64 hexadecimal digits"), ("v", nil, "\"v\""),
      ("v", 0, "\"v\""), ("incident", "x", "its incident"), ("kind", nil, "\"kind\""),
      ("body", nil, "body"), ("body", [], "body"), ("author", 1, "\"author\""),
      ("host", nil, "\"host\""), ("occurred", "today", "2018-10-21T22:52:00.000Z"),
      ("recorded", "2018-10-21", "2018-10-21T22:52:00.000Z"), ("parents", nil, "parents"),
      ("parents", ["x"], "a parent"), ("parents", [1], "a parent"),
    ]
    for (key, value, words) in cases {
      let json = try Self.changed { $0[key] = value }
      do {
        _ = try Event(json: json)
        Issue.record("\(key) \(String(describing: value)) was accepted")
      } catch {
        #expect(error.problem.text.contains(words), "\(key): \(error.problem.text)")
      }
    }
  }

  @Test func thePolicyReadsBack() throws {
    #expect(Policy(json: try JSON(reading: Policy.builtIn.json.canonical)) == .builtIn)
    for key in ["name", "severities", "tiers", "levels"] {
      var members = try #require(Policy.builtIn.json.object)
      members[key] = nil
      #expect(Policy(json: .object(members)) == nil)
    }
  }

  @Test func aBoardRowReadsBack() throws {
    for seed in 0..<60 as Range<UInt64> {
      var commands = RandomCommands(seed: seed)
      var story = try Story()
      for _ in 0..<30 {
        let command = commands.command(story.incident, now: story.now)
        do throws(Refusal) { try story.tell(command, after: 20) } catch {}
      }
      let row = story.incident.boardRow
      #expect(BoardRow(json: try JSON(reading: row.json.canonical)) == row, "seed \(seed)")
    }
  }
}
