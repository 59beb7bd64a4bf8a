import IncidentDomain

/// A value that must not be stored or shown.
public struct Secret: Hashable, Sendable {
  /// The value itself; never shown.
  public let value: String
  /// What its mark calls it.
  public let kind: Kind

  /// What a redaction mark calls it.
  public enum Kind: String, CaseIterable, Sendable {
    case token, password, secret, key, credential
    case accessKey = "access key"
    case privateKey = "private key"
  }

  /// A value that a person or a runbook named as secret.
  public init(_ value: String, kind: Kind = .secret) {
    self.value = value
    self.kind = kind
  }

  /// What a variable of this name holds, when its name says that it is secret; nil for other names.
  public static func kind(ofVariable name: some StringProtocol) -> Kind? {
    switch SecretNames.kind(of: name) {
    case .token: .token
    case .password: .password
    case .secret: .secret
    case .key: .key
    case .credential: .credential
    case nil: nil
    }
  }

  /// The secrets among the variables of an environment.
  ///
  /// Values under 6 bytes are left out: a mark for every `1` would hide the output, not a secret.
  public static func inEnvironment(_ environment: [String: String]) -> [Secret] {
    environment.sorted { $0.key < $1.key }.compactMap { name, value in
      guard value.utf8.count >= 6, let kind = kind(ofVariable: name) else { return nil }
      return Secret(value, kind: kind)
    }
  }

  /// The bytes to look for: the value, and its form behind a terminal, which turns LF into CR LF.
  /// Values under 4 bytes are not looked for.
  var forms: [[UInt8]] {
    var bytes = Array(value.utf8)[...]
    func isBlank(_ byte: UInt8?) -> Bool {
      byte.map { $0 == 0x20 || (9...13).contains($0) } ?? false
    }
    while isBlank(bytes.first) { bytes.removeFirst() }
    while isBlank(bytes.last) { bytes.removeLast() }
    guard bytes.count >= 4 else { return [] }
    guard bytes.contains(0x0A) else { return [Array(bytes)] }
    return [Array(bytes), bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }]
  }
}
