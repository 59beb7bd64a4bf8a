/// Names that say a value must not be seen.
enum SecretNames {
  /// English words that end in KEY and name no key.
  private static let words: Set<String> = [
    "DONKEY", "HOCKEY", "JOCKEY", "LACKEY", "MONKEY", "TURKEY", "WHISKEY",
  ]

  /// Names with TOKEN, SECRET, PASSWORD, KEY or CREDENTIAL (RUNBOOKS.md 3.4).
  ///
  /// KEY counts only at the end of a part of the name, so that `keycloak` is none, and a name that
  /// ends as paths do (`key_file`) holds no secret itself: the rule that masks variables in output.
  static func holdsSecret(_ name: String) -> Bool {
    let parts = parts(of: name)
    if let last = parts.last, ["FILE", "PATH", "DIR", "SOCK"].contains(last) { return false }
    return parts.contains { part in
      ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"].contains { part.contains($0) }
        || (part.hasSuffix("KEY") || part.hasSuffix("KEYS")) && !words.contains(part)
    }
  }

  /// In upper case, cut at `_`, `-`, `.` and where `apiKey` begins a word.
  private static func parts(of name: String) -> [String] {
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
