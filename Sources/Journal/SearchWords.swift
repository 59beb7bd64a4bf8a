import Foundation
import TextGate

/// Cuts texts into the words by which they are found: runs of letters, digits and what belongs to
/// them, without case and accents. A character of a writing that sets no blanks (Chinese, Japanese,
/// Thai) is a word of its own.
///
/// Every store takes its words from here, so that all find the same, and none reads a text of its
/// own accord. Changing what it gives means that every store's index has to be made anew.
package enum SearchWords {
  /// A word and where it stands in its text.
  struct Word {
    let text: String
    let range: Range<String.Index>
  }

  /// Longer words are cut: a phrase of base64 is no word, and PostgreSQL refuses those over 2 KiB.
  static let longestWord = 60
  /// What comes after so many words of an event is not found: PostgreSQL counts no further.
  static let mostWords = 16_000

  /// The words of an event's texts with their places; a place is left out between two texts, so that
  /// no phrase reaches from one into the next.
  package static func places(in texts: [Untrusted]) -> [(word: String, place: Int)] {
    var result: [(word: String, place: Int)] = []
    var place = 0
    for text in texts {
      forEach(in: text.raw) { word in
        place += 1
        guard place <= mostWords else { return false }
        result.append((word.text, place))
        return true
      }
      place += 1
    }
    return result
  }

  /// The words of an event's texts as one text in which nothing but blanks separates them; a word
  /// that is in no text stands where a place is left out.
  static func line(of texts: [Untrusted]) -> String {
    var line = ""
    var last = 0
    for (word, place) in places(in: texts) {
      if place > 1 { line += " " }
      if place > last + 1, last > 0 { line += "· " }
      line += word
      last = place
    }
    return line
  }

  /// The words of a text.
  static func words(in text: String) -> [Word] {
    var result: [Word] = []
    forEach(in: text) {
      result.append($0)
      return true
    }
    return result
  }

  /// Calls with one word after the other until that says no.
  private static func forEach(in text: String, _ body: (Word) -> Bool) {
    let scalars = text.unicodeScalars
    var start: String.Index?
    var index = scalars.startIndex
    func end(_ end: String.Index) -> Bool {
      guard let begin = start else { return true }
      start = nil
      let word = Word(text: folded(text[begin..<end]), range: begin..<end)
      // Nothing but accents.
      return word.text.isEmpty || body(word)
    }
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      switch part(scalar) {
      case .ofWord: if start == nil { start = index }
      case .word:
        guard end(index) else { return }
        start = index
        guard end(next) else { return }
      case .none: guard end(index) else { return }
      }
      index = next
    }
    _ = end(scalars.endIndex)
  }

  private enum Part {
    case ofWord, word, none
  }

  private static func part(_ scalar: Unicode.Scalar) -> Part {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return .ofWord
    case 0x00...0x7F: return .none
    // Thai, Lao; hiragana and katakana.
    case 0x0E00...0x0EFF, 0x3040...0x30FF: return .word
    default:
      let properties = scalar.properties
      if properties.isIdeographic { return .word }
      switch properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
        return .ofWord
      default: return .none
      }
    }
  }

  /// Without case and without the accents of Latin, Greek and Cyrillic letters.
  private static func folded(_ word: Substring) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) {
      return String(word.lowercased().prefix(longestWord))
    }
    var result = String.UnicodeScalarView()
    for scalar in String(word).decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
    where !(0x0300...0x036F).contains(scalar.value) {
      guard result.count < longestWord else { break }
      result.append(scalar)
    }
    return String(result)
  }
}
