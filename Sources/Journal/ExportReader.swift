import IncidentDomain

/// Takes the text of one JSON object apart, so that a list of a hundred thousand events is read one
/// event at a time.
struct ExportReader {
  /// What is wrong with the text, and the byte at which reading stopped.
  struct Failure: Error {
    let offset: Int
    let problem: JSON.ReadingError.StaticProblem
  }

  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads the object. A member that `list` names must be an array and is given element by element;
  /// every other is given whole.
  ///
  /// - Parameters:
  ///   - element: takes an element; false ends the reading.
  /// - Returns: the members that were given whole.
  mutating func read(
    list: String, element: (JSON) -> Bool
  ) throws(Failure) -> [String: JSON] {
    var members: [String: JSON] = [:]
    var hasList = false
    try take(UInt8(ascii: "{"))
    if next() == UInt8(ascii: "}") { return try end(members) }
    while true {
      guard case .string(let key) = try value() else { throw failure(.unexpected) }
      try take(UInt8(ascii: ":"))
      if members[key] != nil || (key == list && hasList) { throw failure(.duplicateKey) }
      if key == list {
        hasList = true
        guard try elements(element) else { return members }
      } else {
        members[key] = try value()
      }
      if next() == UInt8(ascii: "}") { return try end(members) }
      try take(UInt8(ascii: ","))
    }
  }

  /// - Returns: false when `element` ended the reading.
  private mutating func elements(_ element: (JSON) -> Bool) throws(Failure) -> Bool {
    try take(UInt8(ascii: "["))
    if next() == UInt8(ascii: "]") {
      at += 1
      return true
    }
    while true {
      guard element(try value()) else { return false }
      if next() == UInt8(ascii: "]") {
        at += 1
        return true
      }
      try take(UInt8(ascii: ","))
    }
  }

  private mutating func end(_ members: [String: JSON]) throws(Failure) -> [String: JSON] {
    at += 1
    guard next() == nil else { throw failure(.unexpected) }
    return members
  }

  private mutating func value() throws(Failure) -> JSON {
    _ = next()
    let start = at
    skip()
    do throws(JSON.ReadingError) {
      return try JSON(reading: bytes[start..<at])
    } catch {
      throw Failure(offset: start + error.offset, problem: error.problem)
    }
  }

  /// Goes to the end of the value that begins here; whether it is one is for its reader to say.
  private mutating func skip() {
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        at += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        if depth == 0 { return }
        at += 1
        continue
      default:
        at += 1
        continue
      }
      if depth == 0 { return }
    }
  }

  private mutating func skipString() {
    at += 1
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\"") {
        at += 1
        return
      }
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    at = bytes.count
  }

  /// The next byte that is no white space, and goes there.
  private mutating func next() -> UInt8? {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    return at < bytes.count ? bytes[at] : nil
  }

  private mutating func take(_ byte: UInt8) throws(Failure) {
    guard next() == byte else { throw failure(.unexpected) }
    at += 1
  }

  private func failure(_ problem: JSON.ReadingError.StaticProblem) -> Failure {
    Failure(offset: at, problem: problem)
  }
}
