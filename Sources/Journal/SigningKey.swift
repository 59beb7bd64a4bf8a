import Crypto
import IncidentDomain

/// A private Ed25519 key that exports are signed with (RFC 8032).
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// Makes a new key from the system's randomness.
  public init() {
    key = Curve25519.Signing.PrivateKey()
  }

  /// Reads what ``pem`` wrote, and what `openssl genpkey -algorithm ed25519` writes; nil for
  /// anything else.
  public init?(pem: String) {
    guard let bytes = PEM.bytes(of: pem, "PRIVATE KEY"), bytes.starts(with: Self.prefix),
      let key = try? Curve25519.Signing.PrivateKey(
        rawRepresentation: bytes.dropFirst(Self.prefix.count))
    else { return nil }
    self.key = key
  }

  /// The key in PKCS#8 (RFC 8410); whoever reads it can sign in its owner's name.
  public var pem: String {
    PEM.text(Self.prefix + key.rawRepresentation, "PRIVATE KEY")
  }

  /// The key that checks its signatures; it may be known to everybody.
  public var verifyingKey: VerifyingKey { VerifyingKey(key: key.publicKey) }

  /// Signs which incident an export is of and what its heads are, which the heads' hashes make a
  /// signature of every event in it.
  ///
  /// - Throws: what the library throws when it cannot sign.
  public func sign(_ incident: Incident) throws -> ExportSignature {
    let message = ExportSignature.message(incident: incident.id, heads: incident.heads)
    return ExportSignature(
      key: verifyingKey, value: Array(try key.signature(for: message)))
  }

  /// The ASN.1 around the 32 bytes of a private key: version 0, Ed25519 (RFC 8410, 10.3).
  private static let prefix: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
}

/// A public Ed25519 key.
public struct VerifyingKey: Hashable, Sendable {
  /// The 32 bytes of the key as 64 lower-case hexadecimal digits.
  public let hex: String

  init(key: Curve25519.Signing.PublicKey) {
    hex = Hexadecimal.text(key.rawRepresentation)
  }

  /// Reads 64 hexadecimal digits, or what ``pem`` and `openssl pkey -pubout` write; nil for anything
  /// else.
  public init?(_ text: String) {
    var bytes = Hexadecimal.bytes(String(text.filter { !$0.isWhitespace }))
    if let read = PEM.bytes(of: text, "PUBLIC KEY"), read.starts(with: Self.prefix) {
      bytes = Array(read.dropFirst(Self.prefix.count))
    }
    guard let bytes, bytes.count == 32,
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return nil }
    self.init(key: key)
  }

  /// The key as a SubjectPublicKeyInfo (RFC 8410), for `openssl pkeyutl -verify -pubin`.
  public var pem: String {
    PEM.text(Self.prefix + (Hexadecimal.bytes(hex) ?? []), "PUBLIC KEY")
  }

  func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let bytes = Hexadecimal.bytes(hex),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return false }
    return key.isValidSignature(signature, for: message)
  }

  private static let prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]
}

/// The signature in an exported timeline.
public struct ExportSignature: Hashable, Sendable {
  /// The key it names; that the key is the expected one is for its reader to check.
  public let key: VerifyingKey
  let value: [UInt8]

  init(key: VerifyingKey, value: [UInt8]) {
    self.key = key
    self.value = value
  }

  /// The member `signature` of an export.
  public var json: JSON {
    ["key": .string(key.hex), "value": .string(Hexadecimal.text(value))]
  }

  /// Reads the member; nil when it is not one.
  init?(json: JSON) {
    guard let key = json["key"]?.string.flatMap({ VerifyingKey($0) }),
      let value = json["value"]?.string.flatMap({ Hexadecimal.bytes($0) }), value.count == 64
    else { return nil }
    self.init(key: key, value: value)
  }

  /// Whether the key it names signed this incident with these heads.
  func isBy(keyOf incident: EventID, heads: [EventID]) -> Bool {
    key.accepts(value, of: Self.message(incident: incident, heads: heads))
  }

  /// What is signed: the canonical JSON of incident and heads, so that
  /// `jq -cS '{heads,incident}' | tr -d '\n'` prints it.
  static func message(incident: EventID, heads: [EventID]) -> [UInt8] {
    JSON.object([
      "incident": .string(incident.hex), "heads": .array(heads.map { .string($0.hex) }),
    ]).canonical
  }
}
