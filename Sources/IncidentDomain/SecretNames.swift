/// Names that say a value must not be seen: names with TOKEN, SECRET, PASSWORD, KEY or CREDENTIAL
/// (RUNBOOKS.md 3.4). One list for what is masked at entry, in the output and in the record.
public enum SecretNames {
  /// What such a name says that the value is.
  public enum Kind: String, CaseIterable, Sendable {
    case token, password, secret, key, credential
  }

  /// English words that end in KEY and name no key.
  private static let words: Set<String> = [
    "DONKEY", "HOCKEY", "JOCKEY", "LACKEY", "MONKEY", "TURKEY", "WHISKEY",
  ]

  /// What a value of this name holds; nil when the name does not say that it is secret.
  ///
  /// KEY counts only at the end of a part of the name, so that `keycloak` is none, and a name that
  /// ends as paths do (`key_file`) holds no secret itself.
  public static func kind(of name: some StringProtocol) -> Kind? {
    let parts = parts(of: name)
    if let last = parts.last, ["FILE", "PATH", "DIR", "SOCK"].contains(last) { return nil }
    for part in parts {
      if part.contains("PASSWORD") || part.contains("PASSWD") { return .password }
      if part.contains("TOKEN") { return .token }
      if part.contains("CREDENTIAL") { return .credential }
      if part.contains("SECRET") { return .secret }
      if part.hasSuffix("KEY") || part.hasSuffix("KEYS"), !words.contains(part) { return .key }
    }
    return nil
  }

  /// Whether a value of this name must not be seen.
  public static func holdsSecret(_ name: some StringProtocol) -> Bool { kind(of: name) != nil }

  /// In upper case, cut at `_`, `-`, `.` and where `apiKey` begins a word.
  private static func parts(of name: some StringProtocol) -> [String] {
    var parts: [String] = [""]
    var isLower = false
    for character in name {
      guard character.isLetter || character.isNumber else {
        parts.append("")
        isLower = false
        continue
      }
      if isLower, character.isUppercase { parts.append("") }
      isLower = character.isLowercase
      parts[parts.count - 1] += character.uppercased()
    }
    return parts.filter { !$0.isEmpty }
  }
}
