/// How a kind of token looks, whatever its value.
///
/// Shapes are those that the issuers document: AWS access key ids, GitHub, GitLab and Slack tokens,
/// JSON Web Tokens (RFC 7519), PEM private keys (RFC 7468).
struct TokenShape: Sendable {
  let start: [UInt8]
  let body: ByteClass
  let minimum: Int
  let kind: Secret.Kind

  init(_ start: String, _ body: ByteClass, _ minimum: Int, _ kind: Secret.Kind) {
    self.start = Array(start.utf8)
    self.body = body
    self.minimum = minimum
    self.kind = kind
  }

  static let all: [TokenShape] =
    ["AKIA", "ASIA"].map { TokenShape($0, .capitals, 16, .accessKey) }
    + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"].map {
      TokenShape($0, .word, 20, .token)
    }
    + [TokenShape("glpat-", .base64URL, 20, .token)]
    + ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"].map { TokenShape($0, .base64URL, 10, .token) }
}

/// What stands at one place of the output.
enum Finding {
  case nothing
  /// More bytes are needed to tell.
  case undecided
  /// A secret of `length` bytes; after it, `rest` goes on being part of it.
  case secret(length: Int, kind: Secret.Kind, rest: Swallowing)
}

/// Bytes that belong to a secret whose mark is written already.
enum Swallowing {
  case none
  case bytes(ByteClass)
  /// A PEM block up to its END line; `left` bounds how much may be hidden.
  case pem(left: Int)
}

extension TokenShape {
  /// Whether a token of this shape begins at `place`.
  func find(in bytes: [UInt8], at place: Int) -> Finding {
    let available = bytes.count - place
    for offset in 0..<min(start.count, available) where bytes[place + offset] != start[offset] {
      return .nothing
    }
    if available < start.count { return .undecided }
    var length = 0
    while length < minimum {
      let next = place + start.count + length
      guard next < bytes.count else { return .undecided }
      guard body.contains(bytes[next]) else { return .nothing }
      length += 1
    }
    return .secret(length: start.count + minimum, kind: kind, rest: .bytes(body))
  }
}

/// A JSON Web Token: three or five parts of base64url with dots between, the first one beginning
/// as `{"` does.
enum WebToken {
  private static let longestHeader = 4096

  static func find(in bytes: [UInt8], at place: Int) -> Finding {
    let start = Array("eyJ".utf8)
    for (offset, byte) in start.enumerated() {
      guard place + offset < bytes.count else { return .undecided }
      guard bytes[place + offset] == byte else { return .nothing }
    }
    var end = place + start.count
    while end < bytes.count, ByteClass.base64URL.contains(bytes[end]) { end += 1 }
    guard end - place <= longestHeader else { return .nothing }
    guard end < bytes.count else { return .undecided }
    guard bytes[end] == UInt8(ascii: "."), end - place >= 10 else { return .nothing }
    for offset in 1...8 {
      guard end + offset < bytes.count else { return .undecided }
      guard ByteClass.base64URL.contains(bytes[end + offset]) else { return .nothing }
    }
    var rest = ByteClass.base64URL
    rest.insert(UInt8(ascii: "."))
    return .secret(length: end + 9 - place, kind: .token, rest: .bytes(rest))
  }
}

/// A private key in PEM, of any kind.
enum PrivateKey {
  /// More than an RSA key of 16,384 bits takes.
  static let longest = 16_384
  private static let longestLabel = 64
  private static let dashes = Array("-----".utf8)

  static func find(in bytes: [UInt8], at place: Int) -> Finding {
    guard let label = label(after: "-----BEGIN ", in: bytes, at: place) else { return .undecided }
    guard let end = label.end, label.text.contains("PRIVATE KEY") else { return .nothing }
    return .secret(length: end - place, kind: .privateKey, rest: .pem(left: longest))
  }

  /// The end of an END line that begins at `place`: `.nothing` when there is none.
  static func findEnd(in bytes: [UInt8], at place: Int) -> Finding {
    guard let label = label(after: "-----END ", in: bytes, at: place) else { return .undecided }
    guard let end = label.end else { return .nothing }
    return .secret(length: end - place, kind: .privateKey, rest: .none)
  }

  /// Nil when more bytes are needed; no end when it is no such line.
  private static func label(
    after words: String, in bytes: [UInt8], at place: Int
  ) -> (text: String, end: Int?)? {
    var next = place
    for byte in words.utf8 {
      guard next < bytes.count else { return nil }
      guard bytes[next] == byte else { return ("", nil) }
      next += 1
    }
    let from = next
    while next < bytes.count, ByteClass.capitals.contains(bytes[next]) || bytes[next] == 0x20 {
      next += 1
      if next - from > longestLabel { return ("", nil) }
    }
    let text = String(decoding: bytes[from..<next], as: UTF8.self)
    for byte in dashes {
      guard next < bytes.count else { return nil }
      guard bytes[next] == byte else { return ("", nil) }
      next += 1
    }
    return (text, next)
  }
}
