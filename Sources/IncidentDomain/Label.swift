import TextGate

/// The rules for labels, the pairs by which monitoring says what an alert is about:
/// `instance=pg-2`.
public enum Label {
  /// The most that an incident keeps.
  public static let most = 64
  /// The most bytes of a name.
  public static let longestName = 128
  /// The most bytes of a value.
  public static let longestValue = 1024

  /// Whether it is a name as Prometheus has it, or several with dots between: `k8s.pod.name`.
  public static func isName(_ text: String) -> Bool {
    guard text.utf8.count <= longestName else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.utf8.first, !(0x30...0x39).contains(first) else { return false }
      return part.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
      }
    }
  }

  /// Reads labels as people write them, each `name=value`.
  ///
  /// - Throws: a ``Refusal`` naming the first that cannot be, or that stands twice.
  public static func read(_ words: [Untrusted]) throws(Refusal) -> [String: Untrusted] {
    var labels: [String: Untrusted] = [:]
    for word in words {
      let parts = word.raw.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false
      ).map { part in String(part.drop { $0 == " " }.trimmedAtEnd) }
      guard parts.count == 2 else {
        throw Refusal(
          .badValue, "\(word.showable) is no label", remedy: "write it as name=value")
      }
      guard labels.updateValue(Untrusted(parts[1]), forKey: parts[0]) == nil else {
        throw Refusal(
          .badValue, "the label \(Untrusted(parts[0]).showable) is given twice",
          remedy: "give it once")
      }
    }
    try check(labels)
    return labels
  }

  /// Whether an incident can keep them.
  ///
  /// - Throws: a ``Refusal`` naming the first that cannot be.
  static func check(_ labels: [String: Untrusted]) throws(Refusal) {
    guard labels.count <= most else {
      throw Refusal(
        .badValue, "\(labels.count) labels are too many; \(most) are the most",
        remedy: "leave out what nobody will look for")
    }
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      let shown = Untrusted(name).showable
      guard isName(name) else {
        throw Refusal(
          .badValue, "\(shown.isEmpty ? "an empty name" : shown) cannot name a label",
          remedy:
            "use letters, digits and _, no digit first, dots between parts, \(longestName) bytes at most"
        )
      }
      guard !value.isBlank else {
        throw Refusal(
          .badValue, "the label \(shown) has no value", remedy: "give one, or leave it out")
      }
      guard !value.holdsNull, value.raw.utf8.count <= longestValue else {
        throw Refusal(
          .badValue,
          "the value of the label \(shown) holds a NUL or more than \(longestValue) bytes",
          remedy: "shorten it")
      }
    }
  }
}

extension Substring {
  fileprivate var trimmedAtEnd: Substring {
    var rest = self
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}

extension Incident {
  /// Its labels, by name: `instance = pg-2`.
  public var labelLines: [Showable] { labels.lines }
}

extension [String: Untrusted] {
  /// Labels a line each, by name: `instance = pg-2`.
  public var lines: [Showable] {
    sorted { Untrusted($0.key) < Untrusted($1.key) }.map {
      "\(Untrusted($0.key).showable) = \($0.value.showable)"
    }
  }
}
