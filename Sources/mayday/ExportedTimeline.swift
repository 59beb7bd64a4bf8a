import IncidentDomain
import Journal
import TextGate

/// An exported timeline (COMMANDS.md, "An exported timeline that anyone can check"), held to the
/// same rules as the store's events.
enum ExportedTimeline {
  /// More bytes than this are no timeline.
  private static let longest = 1 << 30

  /// Verifies the file at a path, or standard input for `-`.
  ///
  /// - Throws: a ``Failure`` when it cannot be read, or is no exported timeline at all.
  static func verify(_ path: String) throws(Failure) -> Verification {
    let bytes = try ExportFile.read(path, atMost: longest)
    let name: Showable = path == "-" ? "standard input" : Untrusted(path).showable
    let value: JSON
    do throws(JSON.ReadingError) {
      value = try JSON(reading: bytes)
    } catch {
      let place = Self.place(of: error.offset, in: bytes)
      throw Failure(
        .badData,
        "\(name):\(place.line):\(place.column): \(error.problem.rawValue.showableWord); export the timeline again"
      )
    }
    guard let events = value["events"]?.array, let heads = value["heads"]?.array else {
      throw Failure(
        .badData,
        "\(name) holds no \"events\" and \"heads\"; mayday timeline --format json writes such a file"
      )
    }
    return verify(events, heads: heads, in: value)
  }

  private static func verify(_ events: [JSON], heads: [JSON], in value: JSON) -> Verification {
    var chain = EventChain()
    for (index, json) in events.enumerated() {
      let position: Showable = "\(index + 1)"
      let event: Event
      do {
        event = try Event(json: json)
      } catch {
        return .wrong(event: position, problem: error.problem)
      }
      // The bytes that were hashed are made of what the file says, not of what was understood of it.
      guard case .object(var members) = json else {
        return .wrong(event: position, problem: "it is no object")
      }
      members["id"] = nil
      guard EventID.sha256(of: JSON.object(members).canonical) == event.id else {
        return .wrong(event: event.id.word, problem: "its content is not what was hashed")
      }
      if let problem = chain.add(event) { return .wrong(event: event.id.word, problem: problem) }
    }
    guard let first = chain.events.first, case .declared(let declaration) = first.body else {
      return .wrong(event: "1", problem: "there are no events")
    }
    let named = heads.map { $0.string ?? "" }
    if let gone = named.first(where: { name in !chain.sortedHeads.contains { $0.hex == name } }) {
      return .wrong(
        event: Untrusted(gone).showable, problem: "it is named as a head and is not there as one")
    }
    if let extra = chain.sortedHeads.first(where: { !named.contains($0.hex) }) {
      return .wrong(event: extra.word, problem: "it is a head and is not named as one")
    }
    if value["incident"]?.string != first.id.hex {
      return .wrong(event: first.id.word, problem: "the file names another incident")
    }
    if let number = value["number"]?.integer, number != Int64(declaration.number) {
      return .wrong(event: first.id.word, problem: "the file gives the incident another number")
    }
    return .sound(events: chain.events.count, heads: chain.sortedHeads)
  }

  /// Line and column of a byte, from 1; columns count bytes.
  private static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return (line, offset - start + 1)
  }
}
