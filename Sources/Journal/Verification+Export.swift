import IncidentDomain
import TextGate

extension Verification {
  /// Checks an exported timeline (COMMANDS.md, "An exported timeline that anyone can check"): every
  /// hash, the parents, the order, the heads, and that the other members say what the events fold to.
  /// Pure.
  ///
  /// What it cannot know is whether events after the last were left out: compare the heads with those
  /// of the store, or with a copy kept elsewhere.
  public init(ofExport bytes: [UInt8]) {
    self = ExportVerification(bytes).verification
  }
}

/// What verifying an exported timeline found.
public struct ExportVerification: Sendable {
  /// Whether it is sound; a signature that its own key did not make is wrong.
  public let verification: Verification
  /// Who signed it, when somebody did; only of a sound one.
  public let signature: ExportSignature?
  /// Ids of its events, to look a head up that was kept elsewhere.
  public let events: Set<EventID>

  /// Checks the bytes of an export.
  public init(_ bytes: [UInt8]) {
    var check = ExportCheck()
    var reader = ExportReader(bytes)
    var signature: ExportSignature?
    do throws(ExportReader.Failure) {
      let members = try reader.read(list: "events") { check.takes($0) }
      var found = check.problem ?? check.verdict(members)
      if case .sound(_, let heads) = found, let member = members["signature"] {
        signature = ExportSignature(json: member)
        if let first = check.first, signature?.isBy(keyOf: first, heads: heads) != true {
          signature = nil
          found = .wrong(
            event: "the file", problem: "its signature was not made by the key it names")
        }
      }
      verification = found
    } catch {
      verification =
        check.problem
        ?? .wrong(
          event: "the file",
          problem:
            "it is no exported timeline: \(place(of: error.offset, in: bytes)), \(error.problem.clause)"
        )
    }
    self.signature = signature
    events = check.ids
  }
}

/// Line and column of a byte, from 1; columns count bytes.
private func place(of offset: Int, in bytes: [UInt8]) -> Showable {
  let before = bytes.prefix(offset)
  let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  return "line \(before.count { $0 == UInt8(ascii: "\n") } + 1), column \(offset - start + 1)"
}

/// Follows an export, event by event.
private struct ExportCheck {
  private var chain = EventChain()
  private var events: [Event] = []
  private(set) var problem: Verification?

  /// The id of the incident, as its first event says.
  var first: EventID? { events.first?.incidentID }

  var ids: Set<EventID> { Set(events.map(\.id)) }

  /// Takes the next element of the list; false when it is wrong.
  mutating func takes(_ element: JSON) -> Bool {
    let position: Showable = "event \(chain.count + 1)"
    let event: Event
    do throws(Event.FormError) {
      event = try Event(json: element)
    } catch {
      let name = element["id"]?.string.flatMap { EventID(hex: $0) }?.word
      problem = .wrong(event: name ?? position, problem: "\(error.problem) (\(position))")
      return false
    }
    var hashed = element.object ?? [:]
    hashed["id"] = nil
    var wrong: Showable?
    if EventID.sha256(of: JSON.object(hashed).canonical) != event.id {
      wrong = "its content is not what was hashed"
    } else if let clause = chain.add(event) {
      wrong = clause
    } else if let last = events.last, event.recorded < last.recorded {
      wrong = "it stands after an event that was recorded later"
    }
    events.append(event)
    if let wrong { problem = .wrong(event: event.id.word, problem: "\(wrong) (\(position))") }
    return wrong == nil
  }

  /// What there is to say once the whole text was read.
  func verdict(_ members: [String: JSON]) -> Verification {
    guard let incident = Incident.fold(events) else {
      return .wrong(event: "the file", problem: "it holds no events")
    }
    guard let listed = members["heads"]?.array else {
      return .wrong(event: "the file", problem: "its member \"heads\" is missing or no list")
    }
    let heads = incident.heads
    guard Set(listed) == Set(heads.map { JSON.string($0.hex) }), listed.count == heads.count else {
      return .wrong(
        event: "the file",
        problem: "its heads are not those of its events: events were left out, or added to the list"
      )
    }
    guard members["incident"] == .string(incident.id.hex) else {
      return .wrong(
        event: "the file", problem: "its member \"incident\" is not the id of its first event")
    }
    let said: [(name: Showable, value: JSON)] = [
      ("number", .integer(Int64(incident.number))), ("title", .string(incident.title.raw)),
      ("severity", .integer(Int64(incident.severity.rawValue))),
      ("phase", .string(incident.phase.rawValue)), ("drill", .bool(incident.isDrill)),
    ]
    for (name, value) in said {
      if let found = members[name.text], found != value {
        return .wrong(
          event: "the file", problem: "its member \"\(name)\" is not what its events say")
      }
    }
    return .sound(events: chain.count, heads: heads)
  }
}

extension JSON.ReadingError.StaticProblem {
  /// As shown: the words are this program's own.
  fileprivate var clause: Showable { Untrusted(rawValue).showable }
}
