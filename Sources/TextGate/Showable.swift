/// Text that may be sent to a terminal, a log, a report or an error message.
///
/// It is made of string literals of this program, of numbers, and of ``Untrusted`` text that has
/// passed the gate; its interpolation accepts nothing else, so no path can go round the gate.
public struct Showable: Hashable, Sendable {
  /// The text: no C0, C1, DEL, bidi control, or hidden character; at most four marks on a base.
  public let text: String

  init(gated: String) {
    text = gated
  }

  /// Nothing.
  public static let empty = Showable(gated: "")

  /// Whether there is nothing to show.
  public var isEmpty: Bool { text.isEmpty }

  /// Both, one after the other.
  public static func + (left: Showable, right: Showable) -> Showable {
    Showable(gated: left.text + right.text)
  }

  /// Appends.
  public static func += (left: inout Showable, right: Showable) {
    left = left + right
  }

  /// The text with every character outside ASCII replaced by `?`, for a terminal without UTF-8.
  public var ascii: Showable {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return self }
    return Showable(
      gated: String(
        String.UnicodeScalarView(
          text.unicodeScalars.lazy.filter { !$0.properties.isGraphemeExtend }
            .map { $0.isASCII ? $0 : "?" })))
  }

  /// Made of some of this text's scalars, in their order: what clipping and wrapping give.
  ///
  /// A part of gated text is gated text, because the gate judges scalars and only ever drops
  /// joiners between neighbours.
  public func keeping(_ scalars: some Sequence<Unicode.Scalar>) -> Showable {
    Showable(gated: Gate.line(String(String.UnicodeScalarView(scalars))))
  }
}

extension Showable: ExpressibleByStringInterpolation {
  /// A literal of this program; gated all the same, so that calling it with other text is no way round.
  public init(stringLiteral value: String) {
    text = Gate.line(value)
  }

  /// Puts together what the interpolation collected; all of it is gated already.
  public init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
  }

  /// Collects literals, numbers and showable text.
  public struct Interpolation: StringInterpolationProtocol {
    var text: String

    /// Called by the compiler; the numbers only size the buffer.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text = ""
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    /// Gated like a whole literal: the compiler is not the only one who may call it.
    public mutating func appendLiteral(_ literal: String) {
      text += Gate.line(literal)
    }

    /// Text that has passed the gate.
    public mutating func appendInterpolation(_ value: Showable) {
      text += value.text
    }

    /// Decimal digits, with a `-` below 0: nothing in them needs a gate.
    public mutating func appendInterpolation(_ value: some BinaryInteger) {
      text += String(value)
    }
  }
}

extension Sequence where Element == Showable {
  /// All of them, with `separator` between.
  public func joined(_ separator: Showable = .empty) -> Showable {
    Showable(gated: map(\.text).joined(separator: separator.text))
  }
}
