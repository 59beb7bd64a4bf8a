import TextGate

/// Replaces secrets by marks in a stream of bytes, also where a secret is split across reads.
///
/// It looks for the exact values it was given and for shapes of tokens. A secret that was encoded,
/// split over lines or coloured in its middle is not caught: nothing can promise that. Bytes that
/// may begin a secret are held back until the next bytes tell; everything else passes at once.
public struct Redactor: Sendable {
  private let valuesByFirstByte: [UInt8: [(bytes: [UInt8], kind: Secret.Kind)]]
  private let shapesByFirstByte: [UInt8: [TokenShape]]
  private let starts: ByteClass
  private var held: [UInt8] = []
  private var context = SecretContext()
  private var swallowing = Swallowing.none

  /// Looks for these values, longest first, and for the shapes.
  public init(_ secrets: [Secret]) {
    let values = Set(secrets.flatMap { secret in secret.forms.map { Form($0, secret.kind) } })
      .sorted { ($1.bytes.count, $0.kind.rawValue) < ($0.bytes.count, $1.kind.rawValue) }
    valuesByFirstByte = Dictionary(grouping: values, by: \.bytes[0])
      .mapValues { $0.map { ($0.bytes, $0.kind) } }
    shapesByFirstByte = Dictionary(grouping: TokenShape.all, by: \.start[0])
    starts = ByteClass(
      Array(valuesByFirstByte.keys) + Array(shapesByFirstByte.keys) + "e-".utf8)
  }

  private struct Form: Hashable {
    let bytes: [UInt8]
    let kind: Secret.Kind

    init(_ bytes: [UInt8], _ kind: Secret.Kind) {
      self.bytes = bytes
      self.kind = kind
    }
  }

  /// Takes more bytes; returns those that are ready, with secrets replaced.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    held += bytes
    return scan(atEnd: false)
  }

  /// The rest. A value that was cut off by the end is hidden too.
  public mutating func finish() -> [UInt8] {
    scan(atEnd: true)
  }

  /// A whole text with its secrets replaced.
  public static func redact(_ text: Untrusted, _ secrets: [Secret]) -> Untrusted {
    var redactor = Redactor(secrets)
    let bytes = redactor.feed(text.raw.utf8) + redactor.finish()
    return Untrusted(String(decoding: bytes, as: UTF8.self))
  }

  private mutating func scan(atEnd: Bool) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(held.count)
    var place = 0
    scanning: while place < held.count {
      if isSwallowing {
        let next = swallow(from: place, atEnd: atEnd)
        // Neither a step nor an end: the block's last line is not there yet.
        if next == place && isSwallowing { break }
        place = next
        continue
      }
      let byte = held[place]
      if !context.expectsValue && !starts.contains(byte) {
        out.append(byte)
        context.pass(byte)
        place += 1
        continue
      }
      switch finding(at: place, atEnd: atEnd) {
      case .undecided: break scanning
      case .nothing:
        out.append(byte)
        context.pass(byte)
        place += 1
      case .secret(let length, let kind, let rest):
        out += "<redacted: \(kind.rawValue)>".utf8
        context.passSecret()
        swallowing = rest
        place += length
      }
    }
    held.removeFirst(place)
    return out
  }

  private var isSwallowing: Bool {
    if case .none = swallowing { false } else { true }
  }

  /// Where the bytes of a marked secret end.
  private mutating func swallow(from place: Int, atEnd: Bool) -> Int {
    var next = place
    switch swallowing {
    case .none: break
    case .bytes(let members):
      while next < held.count, members.contains(held[next]) { next += 1 }
      if next < held.count { swallowing = .none }
    case .pem(var left):
      while next < held.count {
        if held[next] == UInt8(ascii: "-") {
          switch PrivateKey.findEnd(in: held, at: next) {
          case .secret(let length, _, _):
            swallowing = .none
            return next + length
          case .undecided where !atEnd:
            swallowing = .pem(left: left)
            return next
          case .undecided, .nothing: break
          }
        }
        guard left > 0, ByteClass.pemBody.contains(held[next]) else {
          swallowing = .none
          return next
        }
        left -= 1
        next += 1
      }
      swallowing = .pem(left: left)
    }
    return next
  }

  private mutating func finding(at place: Int, atEnd: Bool) -> Finding {
    let exact = exactValue(at: place, atEnd: atEnd)
    if case .nothing = exact {} else { return exact }
    let expected = context.finding(in: held, at: place, atEnd: atEnd)
    if case .nothing = expected {} else { return expected }
    let shaped = shape(at: place)
    if case .undecided = shaped, atEnd { return .nothing }
    return shaped
  }

  private func exactValue(at place: Int, atEnd: Bool) -> Finding {
    let available = held.count - place
    for (bytes, kind) in valuesByFirstByte[held[place]] ?? [] {
      let length = min(bytes.count, available)
      guard held[place..<(place + length)].elementsEqual(bytes[..<length]) else { continue }
      if length == bytes.count || (atEnd && length >= 4) {
        return .secret(length: length, kind: kind, rest: .none)
      }
      if !atEnd { return .undecided }
    }
    return .nothing
  }

  private func shape(at place: Int) -> Finding {
    if held[place] == UInt8(ascii: "-") { return PrivateKey.find(in: held, at: place) }
    guard !context.isInsideWord else { return .nothing }
    var undecided = false
    for shape in shapesByFirstByte[held[place]] ?? [] {
      switch shape.find(in: held, at: place) {
      case .nothing: break
      case .undecided: undecided = true
      case .secret(let length, let kind, let rest):
        return .secret(length: length, kind: kind, rest: rest)
      }
    }
    if undecided { return .undecided }
    return WebToken.find(in: held, at: place)
  }
}
