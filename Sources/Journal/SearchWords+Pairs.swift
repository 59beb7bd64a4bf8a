import Crypto

/// Words that stand side by side, as short numbers: by them a store finds a phrase of common words
/// without reading every entry that holds the words somewhere.
extension SearchWords {
  /// The pairs of neighbours among words with their places; each once, in ascending order.
  package static func pairs(of words: [(word: String, place: Int)]) -> [Int32] {
    var pairs: Set<Int32> = []
    for (first, second) in zip(words, words.dropFirst()) where second.place == first.place + 1 {
      pairs.insert(pair(first.word, second.word))
    }
    return pairs.sorted()
  }

  /// The first 20 bits of the SHA-256 of both words with a blank between: two pairs may share a
  /// number, so an entry that has it may hold the phrase, and one that lacks it does not.
  ///
  /// In a store of a million entries a number brings some dozens that do not hold the phrase; with
  /// 32 bits the index is five times as large (470 MB for 93).
  static func pair(_ first: String, _ second: String) -> Int32 {
    var hash = SHA256()
    var text = first + " " + second
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return hash.finalize().prefix(3).reduce(0) { $0 << 8 | Int32($1) } >> 4
  }
}

extension SearchQuery {
  /// The pairs of neighbours in its phrases; none when each is a single word.
  package var pairs: [Int32] {
    var pairs: Set<Int32> = []
    for phrase in phrases {
      for (first, second) in zip(phrase, phrase.dropFirst()) {
        pairs.insert(SearchWords.pair(first, second))
      }
    }
    return pairs.sorted()
  }
}
