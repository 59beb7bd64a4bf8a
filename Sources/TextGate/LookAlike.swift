/// Names that look alike and are not the same.
extension Untrusted {
  /// What is left of a name when everything that a tired eye takes for something else is made the
  /// same: case, accents, hidden characters, letters of Cyrillic and Greek that are drawn as Latin
  /// ones, full-width forms, `0` for `o`, `1` and `I` for `l`, `rn` for `m`, `vv` for `w`.
  ///
  /// A small part of Unicode's confusables (UTS 39), for comparing two names, never for showing.
  public var skeleton: String {
    var letters: [Unicode.Scalar] = []
    for character in raw.lowercased().unicodeScalars {
      if Gate.isHidden(character) || Gate.isMark(character) { continue }
      if character.properties.isWhitespace || character == "-" || character == "_"
        || character == "."
      {
        continue
      }
      letters.append(contentsOf: Self.lookAlike(of: character))
    }
    let text = String(String.UnicodeScalarView(letters))
    return text.replacing("rn", with: "m").replacing("vv", with: "w")
  }

  /// The first of some other names that looks like this one and is not the same; nil for none.
  public func lookAlike(among others: some Sequence<Untrusted>) -> Untrusted? {
    LookAlikes(others).first(for: self)
  }

  private static func lookAlike(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    // Full-width forms of ASCII.
    if (0xFF01...0xFF5E).contains(scalar.value),
      let plain = Unicode.Scalar(scalar.value - 0xFEE0)
    {
      return lookAlike(of: plain)
    }
    if let same = table[scalar] { return [same] }
    return [scalar]
  }

  private static let table: [Unicode.Scalar: Unicode.Scalar] = {
    var table: [Unicode.Scalar: Unicode.Scalar] = [
      "0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "ı": "l", "ł": "l", "ø": "o",
      "đ": "d", "ħ": "h", "ß": "b",
    ]
    let pairs: [(String, String)] = [
      // Cyrillic, then Greek, then Armenian letters that are drawn as the Latin ones below them.
      ("аеорсухіјѕһԁԛԝкмтвнгпиьѵ", "aeopcyxljshdqwkmtbhrnubv"),
      ("αοερνικτυχωβγηπμ", "aoepvlktuxwbynnu"),
      ("օսհո", "ouhn"),
      // Letters with their accent in them; accents that follow a letter are left out above.
      (
        "àáâãäåāăąǎçćĉċčďèéêëēĕėęěĝğġģĥìíîïĩīĭįĵķĺļľñńņňòóôõöōŏőŕŗřśŝşšţťùúûüũūŭůűųŵýÿŷźżžșț",
        "aaaaaaaaaacccccdeeeeeeeeegggghlllllllljkl"
          + "llnnnnoooooooorrrssssttuuuuuuuuuuwyyyzzzst"
      ),
    ]
    for (from, to) in pairs {
      for (other, latin) in zip(from.unicodeScalars, to.unicodeScalars) { table[other] = latin }
    }
    return table
  }()
}

/// Names to hold others against, each looked at once: for who asks again and again.
public struct LookAlikes: Sendable {
  private var bySkeleton: [String: [Untrusted]] = [:]

  /// Keeps the order of the names.
  public init(_ names: some Sequence<Untrusted>) {
    for name in names { bySkeleton[name.skeleton, default: []].append(name) }
  }

  /// The first of the names that looks like this one and is not the same; nil for none.
  public func first(for name: Untrusted) -> Untrusted? {
    let skeleton = name.skeleton
    guard !skeleton.isEmpty else { return nil }
    return bySkeleton[skeleton]?.first { !$0.raw.utf8.elementsEqual(name.raw.utf8) }
  }
}
