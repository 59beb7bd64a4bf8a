import TextGate

/// A stretch of text in one style.
public struct Inline: Hashable, Sendable {
  /// What the stretch is.
  public enum Kind: Hashable, Sendable {
    /// Words. A line feed in it stands where the source breaks the line.
    case text
    /// Between backticks.
    case code
    /// A tag or a comment in the text, markers and all.
    case html
    /// What stands for an image.
    case image
    /// The label of a footnote.
    case footnote
  }

  /// Words, code, or something that is no text to read.
  public let kind: Kind
  /// Without the marks of its style; markers and all for HTML.
  public let text: Untrusted
  /// Whether it stands between `**` or `__`.
  public let isStrong: Bool
  /// Whether it stands between `*` or `_`.
  public let isEmphasized: Bool
  /// Whether it is struck out, `~~so~~`: its author took it back.
  public let isStruck: Bool
  /// Where it leads, as written; nil when it leads nowhere.
  public let link: Untrusted?

  init(
    kind: Kind, text: Untrusted, isStrong: Bool = false, isEmphasized: Bool = false,
    isStruck: Bool = false, link: Untrusted? = nil
  ) {
    self.kind = kind
    self.text = text
    self.isStrong = isStrong
    self.isEmphasized = isEmphasized
    self.isStruck = isStruck
    self.link = link
  }

  /// The same style and link with another text: one of its lines.
  public func holding(_ text: Untrusted) -> Inline {
    Inline(
      kind: kind, text: text, isStrong: isStrong, isEmphasized: isEmphasized, isStruck: isStruck,
      link: link)
  }
}

extension Sequence where Element == Inline {
  /// The words, code and image texts, without tags and comments; breaks kept as line feeds.
  public var plainText: String {
    var out = ""
    for inline in self {
      switch inline.kind {
      case .text, .code, .image: out += inline.text.raw
      case .html, .footnote: break
      }
    }
    return out
  }
}
