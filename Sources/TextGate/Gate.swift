/// The one function that decides what of a text may be shown (RELIABILITY, threat model).
///
/// Output holds printable characters and visible marks only; it is at most four times as long as
/// the input, and gating it again changes nothing.
enum Gate {
  /// More marks than this on one base are counted, not shown: they would paint neighbour rows.
  static let marksOnOneBase = 4

  static func line(_ raw: String) -> String {
    var ascii = true
    for byte in raw.utf8 where byte < 0x20 || byte > 0x7E {
      ascii = false
      break
    }
    if ascii { return raw }
    var out = Output()
    let scalars = Array(raw.unicodeScalars)
    for index in scalars.indices {
      out.append(
        scalars[index], after: index > 0 ? scalars[index - 1] : nil,
        before: index + 1 < scalars.count ? scalars[index + 1] : nil)
    }
    return out.finish()
  }

  static func lines(_ raw: String) -> [String] {
    var result: [String] = []
    var current = String.UnicodeScalarView()
    var column = 0
    var pendingReturn = false
    func tab() {
      repeat {
        current.append(" ")
        column += 1
      } while column % 8 != 0
    }
    for scalar in raw.unicodeScalars {
      if pendingReturn {
        pendingReturn = false
        if scalar != "\n" {
          current.append("\r")
          column += 2
        }
      }
      switch scalar {
      case "\n":
        result.append(line(String(current)))
        current = String.UnicodeScalarView()
        column = 0
      case "\r": pendingReturn = true
      case "\t": tab()
      default:
        current.append(scalar)
        column += 1
      }
    }
    if pendingReturn { current.append("\r") }
    if !current.isEmpty || raw.isEmpty { result.append(line(String(current))) }
    return result
  }

  private struct Output {
    var text = String.UnicodeScalarView()
    var marks = 0
    var hiddenMarks = 0

    mutating func append(
      _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
    ) {
      if Gate.isMark(scalar) {
        marks += 1
        if marks <= Gate.marksOnOneBase {
          // A mark with no base would join the cell of something that is not its own.
          if text.isEmpty { text.append("\u{25CC}") }
          text.append(scalar)
        } else {
          hiddenMarks += 1
        }
        return
      }
      flushMarks()
      switch Gate.verdict(on: scalar, after: previous, before: next) {
      case .show: text.append(scalar)
      case .drop: break
      case .mark(let visible): text.append(contentsOf: visible.unicodeScalars)
      }
    }

    mutating func flushMarks() {
      if hiddenMarks > 0 { text.append(contentsOf: "<+\(hiddenMarks) marks>".unicodeScalars) }
      marks = 0
      hiddenMarks = 0
    }

    mutating func finish() -> String {
      flushMarks()
      return String(text)
    }
  }

  enum Verdict: Equatable {
    case show
    case drop
    case mark(String)
  }

  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300, !isHidden(scalar) else { return false }
    switch scalar.value {
    // Vowels and finals of Korean are letters, but join the cell before them as marks do; so does
    // one sign of Ahom.
    case 0x1160...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB, 0x1171E: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return true
    case .spacingMark: return scalar.properties.canonicalCombiningClass != .notReordered
    default: return false
    }
  }

  static func verdict(
    on scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> Verdict {
    let value = scalar.value
    switch value {
    case 0x20...0x7E: return .show
    case 0x00...0x1F: return .mark("^" + String(UnicodeScalar(UInt8(value + 0x40))))
    case 0x7F: return .mark("^?")
    case 0x80...0x9F: return .mark("<" + hex(value, digits: 2) + ">")
    case 0xAD: return .mark("<AD>")
    case 0xA0: return .show
    case 0xFE0E, 0xFE0F:
      // A presentation selector right after a symbol only picks its drawing; elsewhere it hides data.
      if let previous, isPictograph(previous) { return .drop }
      return .mark(name(value))
    case 0x200D:
      // A joiner inside an emoji sequence is dropped, because terminals disagree on its width.
      if let previous, let next, isPictograph(previous) || previous.value == 0xFE0F,
        isPictograph(next)
      {
        return .drop
      }
      return .mark(name(value))
    default: break
    }
    if isHidden(scalar) { return .mark(name(value)) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return .mark(name(value))
    case .spaceSeparator:
      return value == 0x3000 ? .show : .mark(name(value))
    default: return .show
    }
  }

  /// Characters that take no room or look empty though they are letters or marks by category.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F,
      0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x2028, 0x2029, 0x2800, 0x3164, 0xFEFF,
      0xFE00...0xFE0F, 0xFFA0, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      return true
    default: return false
    }
  }

  private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0xFF && (scalar.properties.isEmoji || scalar.properties.isEmojiPresentation)
  }

  private static func name(_ value: UInt32) -> String {
    "<U+" + hex(value, digits: 4) + ">"
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
