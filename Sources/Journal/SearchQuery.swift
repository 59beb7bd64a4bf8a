import IncidentDomain
import TextGate

/// What a person looks for: words and "phrases", all of which an entry must hold, in one of its
/// texts or in several. Nothing in it has a meaning of its own but the quotation mark.
public struct SearchQuery: Hashable, Sendable {
  /// Words that must follow one another; a single word is a phrase too. None is empty, none is there
  /// twice.
  package let phrases: [[String]]
  /// The most hits wanted.
  public let limit: Int

  /// Of more entries than this that hold it, a store takes those that it got last, and gives the
  /// newest of them: to put a million in order takes longer than a person waits. Only where an old
  /// history was brought over since, others may be newer.
  package var candidates: Int { max(1000, limit + 1) }

  /// A longer one is no question of a person, and no store is made to answer it.
  static let mostWords = 64

  /// Reads what a person typed.
  ///
  /// - Parameter limit: below 1 counts as 1.
  /// - Throws: a ``Refusal`` when there is no word in it, or more than 64.
  public init(_ text: Untrusted, limit: Int = 20) throws(Refusal) {
    var phrases: [[String]] = []
    var count = 0
    for (place, part) in text.raw.split(separator: "\"", omittingEmptySubsequences: false)
      .enumerated()
    {
      // Between quotation marks all is one phrase; elsewhere a blank ends one: `pg-1` is a phrase.
      let pieces =
        place.isMultiple(of: 2) ? part.split(whereSeparator: \.isWhitespace) : [part]
      for piece in pieces {
        let words = SearchWords.words(in: String(piece)).map(\.text)
        guard !words.isEmpty, !phrases.contains(words) else { continue }
        count += words.count
        guard count <= Self.mostWords else {
          throw Refusal(
            .badValue, "a search takes \(Self.mostWords) words at most", remedy: "name fewer")
        }
        phrases.append(words)
      }
    }
    guard !phrases.isEmpty else {
      throw Refusal(
        .badValue, "there is no word to search for", remedy: "name one, or a \"phrase of several\"")
    }
    self.phrases = phrases
    self.limit = max(1, limit)
  }

  /// Whether an entry's texts hold all of it: what every store's index must agree with.
  package func matches(_ texts: [Untrusted]) -> Bool {
    let words = SearchWords.places(in: texts)
    return phrases.allSatisfy { phrase in
      words.indices.contains { start in
        start + phrase.count <= words.count
          && phrase.indices.allSatisfy { offset in
            words[start + offset].word == phrase[offset]
              && words[start + offset].place == words[start].place + offset
          }
      }
    }
  }

  /// The first phrase in the first text that holds one, and what stands round it.
  package func excerpt(of texts: [Untrusted]) -> Excerpt {
    for text in texts {
      let words = SearchWords.words(in: text.raw)
      for start in words.indices {
        let found = phrases.first { phrase in
          start + phrase.count <= words.count
            && phrase.indices.allSatisfy { words[start + $0].text == phrase[$0] }
        }
        guard let found else { continue }
        let end = words[start + found.count - 1].range.upperBound
        return Self.excerpt(of: text.raw, round: words[start].range.lowerBound..<end)
      }
    }
    let first = texts.first?.raw ?? ""
    return Self.excerpt(of: first, round: first.startIndex..<first.startIndex)
  }

  /// So many characters before the hit are enough to know where one is.
  private static let before = 24
  private static let after = 120

  private static func excerpt(of text: String, round hit: Range<String.Index>) -> Excerpt {
    let start = text.index(hit.lowerBound, offsetBy: -before, limitedBy: text.startIndex)
    let end = text.index(hit.upperBound, offsetBy: after, limitedBy: text.endIndex)
    let from = start ?? text.startIndex
    let to = end ?? text.endIndex
    return Excerpt(
      before: Untrusted((from > text.startIndex ? "…" : "") + oneLine(text[from..<hit.lowerBound])),
      match: Untrusted(oneLine(text[hit])),
      after: Untrusted(oneLine(text[hit.upperBound..<to]) + (to < text.endIndex ? "…" : "")))
  }

  /// Lines of an output stand beside one another in a list.
  private static func oneLine(_ text: Substring) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
