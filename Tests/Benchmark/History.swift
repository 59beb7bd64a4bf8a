import Glibc
import IncidentDomain
import Journal
import TextGate

/// A long record: what a company's store holds after years. The same for the same numbers.
struct History {
  let incidents: Int
  let eventsEach: Int
  /// One in so many is still open, a hundred in all: a board shows the open ones, a history holds
  /// the rest.
  private var openOneIn: Int { max(1, incidents / 100) }

  private static let actor = Actor(person: "alice", account: "alice", host: "bench-1")

  /// Adds it to a store, as joining another store would, and gives some of the closed incidents.
  func fill(_ store: any Replica, from first: Int = 1) throws -> [EventID] {
    var closed: [EventID] = []
    let now = Instant(milliseconds: Int64(time(nil)) * 1000)
    for number in first..<first + incidents {
      let at = now - (incidents - number) * 300 - 3600
      let (id, events) = try compose(number, at: at)
      _ = try store.add(events, to: id, above: 0, by: Self.actor, now: at)
      if number % openOneIn != 0, number % 97 == 0 { closed.append(id) }
    }
    return closed
  }

  private func compose(_ number: Int, at now: Instant) throws -> (EventID, [Event]) {
    var words = Words(seed: UInt64(number))
    var composition = Composition([], by: Self.actor, now: now)
    let severity = Severity(rawValue: number % 4 + 1) ?? .sev4
    let declaration = Declaration(
      number: number, title: Untrusted("Incident of \(words.phrase(4))"), severity: severity,
      service: Untrusted(words.word()), impact: "card payments fail", policy: .builtIn)
    guard let made = try composition.declare(declaration, at: nil) else { return (closedID, []) }
    let id = made.id
    func write(_ command: Command) throws {
      try composition.carryOut(command, on: id, at: nil)
    }
    try write(.acknowledge)
    for place in 0..<max(0, eventsEach - 4) {
      try write(.note(Untrusted("note \(place): \(words.phrase(12))")))
    }
    try write(
      .record(
        CommandRecord(
          run: nil, step: nil, command: Untrusted("systemctl status \(words.word())"),
          directory: "/", started: now, ended: now, outcome: .exited(0), outputBytes: 400,
          outputDigest: String(repeating: "0", count: 64), output: Untrusted(words.phrase(40)),
          outputCut: false)))
    if number % openOneIn != 0 {
      try write(.cancel(.test, because: Untrusted("made by the benchmark \(number)")))
    } else {
      try write(.note("still open"))
    }
    return (id, composition.events)
  }

  private var closedID: EventID { .sha256(of: []) }
}

/// Words as people write them: a few are everywhere, most are rare. From a seed, the same each time.
struct Words {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  private mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private static let syllables = [
    "ka", "ro", "mi", "ten", "sol", "var", "du", "pex", "lin", "gor", "sha", "bru", "nel", "fi",
    "tos", "wem",
  ]

  mutating func word() -> String {
    // Of two numbers the lesser: low ones are frequent.
    let number = min(next() % 20_000, next() % 20_000)
    var rest = number
    var text = ""
    repeat {
      text += Self.syllables[Int(rest % 16)]
      rest /= 16
    } while rest > 0
    return text
  }

  mutating func phrase(_ count: Int) -> String {
    (0..<count).map { _ in word() }.joined(separator: " ")
  }
}
