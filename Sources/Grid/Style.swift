/// What a piece of text is, from which the terminal chooses how it looks.
///
/// A role says meaning, never a colour: the terminal decides by its colour depth. Colour never
/// carries meaning alone, so the text itself must have the word or the sign.
public enum Role: UInt8, CaseIterable, Sendable {
  /// Running text in the terminal's own colours.
  case plain
  /// Text of less weight: ages, hints, what is left out.
  case dim
  /// The name of the program, an incident's title.
  case title
  /// The head of a section or a column.
  case heading
  /// The name of a key, in the footer and the help.
  case key
  /// Lines and corners.
  case border
  /// Severities, the most severe first.
  case sev1, sev2, sev3, sev4
  /// The next thing due.
  case due
  /// A timer near its end, or anything that wants care.
  case warning
  /// A timer past its end.
  case breached
  /// A target that was met, a step that is done.
  case met
  /// A refusal or a failure, said in words.
  case error
  /// What cannot be taken back.
  case danger
  /// Text that is being typed.
  case input
  /// A command or another text to be taken literally.
  case code
  /// Anything that belongs to a drill, so that nobody takes it for the real thing.
  case drill
}

/// A role together with the traits that any role may have.
public struct Style: Hashable, Sendable {
  /// Traits that go with every role.
  public struct Traits: OptionSet, Hashable, Sendable {
    /// One bit for each trait.
    public let rawValue: UInt8
    /// Bits that no trait has are kept and drawn as nothing.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// In the selected row: reverse video. Put a sign in the row's first column as well, since
    /// some terminals show no reverse video.
    public static let selected = Traits(rawValue: 1)
    /// Bold.
    public static let strong = Traits(rawValue: 2)
    /// Underlined.
    public static let underlined = Traits(rawValue: 4)
  }

  /// What the text is.
  public var role: Role
  /// What is added to it.
  public var traits: Traits

  /// Makes a style.
  public init(_ role: Role, _ traits: Traits = []) {
    self.role = role
    self.traits = traits
  }

  /// The same role with more traits.
  public func adding(_ more: Traits) -> Style {
    Style(role, traits.union(more))
  }

  /// ``Role/plain``.
  public static let plain = Style(.plain)
  /// ``Role/plain`` in the selected row.
  public static let selected = Style(.plain, .selected)
  /// ``Role/dim``.
  public static let dim = Style(.dim)
  /// ``Role/title``.
  public static let title = Style(.title)
  /// ``Role/heading``.
  public static let heading = Style(.heading)
  /// ``Role/key``.
  public static let key = Style(.key)
  /// ``Role/border``.
  public static let border = Style(.border)
  /// ``Role/sev1``.
  public static let sev1 = Style(.sev1)
  /// ``Role/sev2``.
  public static let sev2 = Style(.sev2)
  /// ``Role/sev3``.
  public static let sev3 = Style(.sev3)
  /// ``Role/sev4``.
  public static let sev4 = Style(.sev4)
  /// ``Role/due``.
  public static let due = Style(.due)
  /// ``Role/warning``.
  public static let warning = Style(.warning)
  /// ``Role/breached``.
  public static let breached = Style(.breached)
  /// ``Role/met``.
  public static let met = Style(.met)
  /// ``Role/error``.
  public static let error = Style(.error)
  /// ``Role/danger``.
  public static let danger = Style(.danger)
  /// ``Role/input``.
  public static let input = Style(.input)
  /// ``Role/code``.
  public static let code = Style(.code)
  /// ``Role/drill``.
  public static let drill = Style(.drill)
}
