import CTerminal
import Grid

/// How each role looks, for the colours that a terminal has.
///
/// The eight ANSI colours only, because a person's theme has made those readable. A role is either
/// in the terminal's own colours, or in one of the two that stand out on light and on dark ground
/// (red, magenta), or has a ground of its own: nothing is ever white or yellow on the default
/// (TERMINAL A3 #6). Without colours the attributes alone tell the roles apart.
struct Palette {
  /// How a piece of text is drawn.
  struct Look: Hashable {
    var attributes: UInt32 = 0
    var foreground = Palette.own
    var background = Palette.own
  }

  /// The terminal's own colour.
  static let own: Int16 = -1
  private static let black: Int16 = 0
  private static let red: Int16 = 1
  private static let yellow: Int16 = 3
  private static let magenta: Int16 = 5
  private static let cyan: Int16 = 6
  private static let white: Int16 = 7

  private static let bold = UInt32(MAYDAY_BOLD)
  private static let dim = UInt32(MAYDAY_DIM)
  private static let reverse = UInt32(MAYDAY_REVERSE)
  private static let underline = UInt32(MAYDAY_UNDERLINE)

  /// Whether colours are used at all.
  let hasColours: Bool

  /// A style's look. Reverse video twice is none: a selected row shows through what is reversed.
  func look(of style: Style) -> Look {
    var look = hasColours ? Self.coloured(style.role) : Self.monochrome(style.role)
    if style.traits.contains(.selected) { look.attributes ^= Self.reverse }
    if style.traits.contains(.strong) { look.attributes |= Self.bold }
    if style.traits.contains(.underlined) { look.attributes |= Self.underline }
    return look
  }

  private static func coloured(_ role: Role) -> Look {
    switch role {
    case .plain, .met, .sev4: Look()
    case .dim, .border: Look(attributes: dim)
    case .title, .heading, .key, .due, .code: Look(attributes: bold)
    case .input: Look(attributes: underline)
    case .sev1, .breached: Look(attributes: bold, foreground: white, background: red)
    case .sev2, .warning: Look(foreground: black, background: yellow)
    case .sev3: Look(foreground: black, background: cyan)
    case .error, .danger: Look(attributes: bold, foreground: red)
    case .drill: Look(attributes: bold, foreground: magenta)
    }
  }

  private static func monochrome(_ role: Role) -> Look {
    switch role {
    case .plain, .met, .sev3, .sev4: Look()
    case .dim, .border: Look(attributes: dim)
    case .title, .heading, .key, .due, .code, .sev2, .warning, .error: Look(attributes: bold)
    case .input, .drill: Look(attributes: underline)
    case .sev1, .breached, .danger: Look(attributes: bold | reverse)
    }
  }
}
