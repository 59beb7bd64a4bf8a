/// What stood before a place in the output, and whether it makes the next word a secret:
/// `DB_PASSWORD=`, `Bearer `, `://user:`.
struct SecretContext: Sendable {
  private var history: [UInt8] = []
  private var expected = Expected.nothing
  private static let longestHistory = 64

  private enum Expected {
    case nothing
    case assigned(Secret.Kind, quote: UInt8?)
    case bearer
    case urlPassword
  }

  /// Whether the next byte may begin a secret because of what stood before it.
  var expectsValue: Bool {
    if case .nothing = expected { false } else { true }
  }

  /// Whether the byte before belongs to the same word; the letter that ends a colour sequence does
  /// not.
  var isInsideWord: Bool {
    guard let last = history.last, ByteClass.word.contains(last) else { return false }
    var before = history.dropLast()
    while let byte = before.last, ByteClass.parameters.contains(byte) { before.removeLast() }
    return !before.suffix(2).elementsEqual([0x1B, UInt8(ascii: "[")])
  }

  /// A byte went through as it is.
  mutating func pass(_ byte: UInt8) {
    let before = expected
    expected = .nothing
    switch byte {
    case UInt8(ascii: "="):
      if let kind = variableBefore() { expected = .assigned(kind, quote: nil) }
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if case .assigned(let kind, nil) = before { expected = .assigned(kind, quote: byte) }
    case UInt8(ascii: " "):
      if endsWithBearer() { expected = .bearer }
    case UInt8(ascii: ":"):
      if endsWithURLUser() { expected = .urlPassword }
    default: break
    }
    history.append(byte)
    if history.count > 4 * Self.longestHistory {
      history.removeFirst(history.count - Self.longestHistory)
    }
  }

  /// A mark was written in place of a secret.
  mutating func passSecret() {
    expected = .nothing
    history = [UInt8(ascii: ">")]
  }

  /// What the context makes of the bytes at `place`.
  func finding(in bytes: [UInt8], at place: Int, atEnd: Bool) -> Finding {
    switch expected {
    case .nothing: return .nothing
    case .assigned(let kind, let quote): return assigned(bytes, place, kind, quote, atEnd)
    case .bearer: return bearer(bytes, place, atEnd)
    case .urlPassword: return urlPassword(bytes, place, atEnd)
    }
  }

  private func assigned(
    _ bytes: [UInt8], _ place: Int, _ kind: Secret.Kind, _ quote: UInt8?, _ atEnd: Bool
  ) -> Finding {
    // `$NAME`, `$(…)`, `<placeholder>` and marks are no values.
    if bytes[place] == UInt8(ascii: "$") || bytes[place] == UInt8(ascii: "<") { return .nothing }
    let members =
      quote.map { ByteClass([$0, 0x0A, 0x0D]).inverted } ?? ByteClass.unquotedValue
    let length = run(of: members, in: bytes, at: place, upTo: 6)
    if length == 6 { return .secret(length: 6, kind: kind, rest: .bytes(members)) }
    return place + length == bytes.count && !atEnd && length > 0 ? .undecided : .nothing
  }

  private func bearer(_ bytes: [UInt8], _ place: Int, _ atEnd: Bool) -> Finding {
    let length = run(of: .bearer, in: bytes, at: place, upTo: 20)
    let isOver = place + length < bytes.count || atEnd
    let holdsDigit = bytes[place..<(place + length)].contains(where: ByteClass.digits.contains)
    if length == 20 || (isOver && length >= 8 && holdsDigit) {
      return .secret(length: length, kind: .token, rest: .bytes(.bearer))
    }
    return isOver || length == 0 ? .nothing : .undecided
  }

  private func urlPassword(_ bytes: [UInt8], _ place: Int, _ atEnd: Bool) -> Finding {
    let length = run(of: .urlPassword, in: bytes, at: place, upTo: 256)
    let end = place + length
    if end < bytes.count {
      guard bytes[end] == UInt8(ascii: "@"), length > 0 else { return .nothing }
      return .secret(length: length, kind: .password, rest: .none)
    }
    return atEnd || length == 256 ? .nothing : .undecided
  }

  private func run(of members: ByteClass, in bytes: [UInt8], at place: Int, upTo most: Int) -> Int {
    var length = 0
    while length < most, place + length < bytes.count, members.contains(bytes[place + length]) {
      length += 1
    }
    return length
  }

  /// The kind that the upper-case name right before `=` says.
  private func variableBefore() -> Secret.Kind? {
    let name = history.suffix(Self.longestHistory).reversed().prefix(while: ByteClass.word.contains)
    guard !name.isEmpty else { return nil }
    let text = String(decoding: Array(name.reversed()), as: UTF8.self)
    guard text == text.uppercased() else { return nil }
    return Secret.kind(ofVariable: text)
  }

  private func endsWithBearer() -> Bool {
    guard let last = history.last, last | 0x20 == UInt8(ascii: "r") else { return false }
    let word = Array("bearer".utf8)
    guard history.suffix(word.count).map({ $0 | 0x20 }) == word else { return false }
    let before = history.dropLast(word.count).last
    return !(before.map(ByteClass.word.contains) ?? false)
  }

  /// Whether `://` and a user's name, or nothing, stand before.
  private func endsWithURLUser() -> Bool {
    let members = ByteClass(ascii: "-._~%+!", letters: true, digits: true)
    var rest = history.suffix(Self.longestHistory)
    while let last = rest.last, members.contains(last) { rest.removeLast() }
    return rest.suffix(3).elementsEqual("://".utf8)
  }
}
