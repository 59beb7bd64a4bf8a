import TextGate

/// The command of a step: its text as in the file, and what must be settled before it may run.
public struct Command: Hashable, Sendable {
  /// How its lines were found.
  public enum Form: String, Hashable, Sendable {
    /// All lines of a code block, or a part of them.
    case block
    /// The lines after `$ ` of a transcript.
    case transcript
    /// The code at the end of an item's sentence.
    case sentence
    /// In an annotation: `until="…"`.
    case annotation
  }

  /// Lines joined by line feeds, placeholders open; no line end after the last.
  public let text: Untrusted
  /// How its lines were found; a transcript's output lines are not among them.
  public let form: Form
  /// Of the source, when the text stands there in one piece without indentation and with line feeds
  /// alone between its lines; else nil.
  public let bytes: Range<Int>?
  /// The line of its first line, from 1.
  public let line: Int
  /// What reads it: `bash`, or the runner that the front matter names.
  public let shell: String
  /// Each name once, in the order of the text.
  public let placeholders: [Placeholder]
  /// Words that deserve a second look: `rm -r`, `--force`.
  public let dangers: [String]
  /// Why it cannot run as it stands, as far as the text alone tells.
  public let blocked: [BlockedReason]
  /// Names of variables that it gives a value; they are seen by later steps only when they are
  /// carried over.
  public let assigns: Set<String>
  /// Names of variables that it exports, so that they are carried over.
  public let exports: Set<String>
  /// Names of variables that it reads and does not set itself, in the order of the text.
  public let reads: [String]
  /// Ways round a session or a command that never ends; empty when there is neither.
  public let offers: [Offer]

  /// A way to do by hand what cannot run in one go.
  public enum Offer: Hashable, Sendable {
    /// Run it in a terminal of one's own, then confirm.
    case ownTerminal
    /// Hand over the terminal to the text up to and with the line that opens the session.
    case openerOnTerminal(Untrusted)
    /// Run the two parts one after the other.
    case split(Untrusted, Untrusted)
  }

  /// Whether the text is whole only after `bash -n` has agreed: ask it of ``resolved(with:keeping:)``'s
  /// result, with nothing expanded and nothing run.
  public var needsSyntaxCheck: Bool { shell == "bash" }
}
