/// Text that a person, a runbook, an alert, a command or a database brought.
///
/// It keeps the text exactly as it came. It cannot reach a screen, a report or an error message:
/// those accept only ``Showable``, and ``showable`` is the one way to make one of it.
public struct Untrusted: Hashable, Sendable {
  /// The text as it came. Use it for storing, hashing and comparing, never for showing.
  public let raw: String

  /// Takes any text; nothing is checked or changed.
  public init(_ raw: String) {
    self.raw = raw
  }

  /// Whether nothing but white space is in it.
  public var isBlank: Bool {
    raw.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
  }

  /// The text on one line, with everything that could act on a terminal replaced by a visible mark.
  public var showable: Showable {
    Showable(gated: Gate.line(raw))
  }

  /// The text as lines: split at LF and CR LF only, each line gated like ``showable``.
  ///
  /// A TAB becomes spaces up to the next multiple of eight characters, so it may grow to eight
  /// bytes where anything else grows to four at most. A final newline makes no empty last line.
  public var showableLines: [Showable] {
    Gate.lines(raw).map(Showable.init(gated:))
  }

  /// Whether the text holds a control character that no field of a record may hold (U+0000).
  ///
  /// PostgreSQL refuses U+0000 in text and SQLite shows such text cut (RELIABILITY 0.11), so it is
  /// refused where text comes in.
  public var holdsNull: Bool {
    raw.unicodeScalars.contains("\u{0}")
  }
}

extension Untrusted: ExpressibleByStringLiteral {
  /// For literals in this program's text that stand where a person's text may stand.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension Untrusted: Comparable {
  /// Order by code point, the same on every machine.
  public static func < (left: Untrusted, right: Untrusted) -> Bool {
    left.raw.utf8.lexicographicallyPrecedes(right.raw.utf8)
  }
}
