import Grid
import TextGate

/// One row of the table of commands.
public struct CommandEntry: Sendable {
  /// Which command.
  public let id: CommandID
  /// Its name in the palette.
  public let name: Showable
  /// A word or two for the footer.
  public let short: Showable
  /// The keys, the one to show first; none for what only the palette reaches.
  public let keys: [Key]
  /// Where the keys work.
  public let screens: Set<Screen>
  /// What it does, one sentence without a full stop.
  public let help: Showable
  /// The subcommand that does the same; nil for what only a screen needs, as moving.
  public let subcommand: Showable?
  /// Whether it only moves what is selected or shown, so that a burst of keys may do it.
  public let isMoving: Bool

  init(
    _ id: CommandID, _ name: Showable, _ keys: [Key], on screens: Set<Screen>, _ help: Showable,
    short: Showable? = nil, equals subcommand: Showable? = nil, isMoving: Bool = false
  ) {
    self.id = id
    self.name = name
    self.short = short ?? name
    self.keys = keys
    self.screens = screens
    self.help = help
    self.subcommand = subcommand
    self.isMoving = isMoving
  }

  /// All its keys in words: `j Down`.
  public var keyWords: Showable { keys.map(\.word).joined(" ") }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  /// So that the table of commands can write a key as `"j"`.
  public init(unicodeScalarLiteral value: Unicode.Scalar) {
    self = .character(value)
  }
}
