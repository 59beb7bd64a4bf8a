import CSystem
import CTerminal
import Glibc
import Grid
import TextGate

/// The terminal as a full screen. There is one, and it lives on the main thread: it is not Sendable,
/// because neither ncurses nor a terminal can be used by two (TERMINAL A3 #35).
///
/// While it is open the terminal is raw and every key, Ctrl-C and Ctrl-Z too, is only a key; standard
/// error goes to the log. A fault or an exit gives the terminal back before anything else.
public final class Screen {
  /// What a person or the environment may ask of the screen.
  public struct Options: Sendable {
    /// The terminal's kind: `TERM`.
    public var terminal: Untrusted
    /// Whether colours are wanted: not with `NO_COLOR`.
    public var colours: Bool
    /// Draw with ASCII only, whatever the locale says.
    public var ascii: Bool
    /// The descriptor of an open file that takes standard error while the screen is up; without
    /// one it goes nowhere.
    public var errorLog: Int32?

    /// Makes options from what the environment holds.
    public init(
      environment: [String: String], ascii: Bool = false, errorLog: Int32? = nil
    ) {
      terminal = Untrusted(environment["TERM"] ?? "")
      colours = (environment["NO_COLOR"] ?? "").isEmpty
      self.ascii = ascii
      self.errorLog = errorLog
    }
  }

  /// The terminal's size, as of the last ``resize()``.
  public private(set) var size = Size(columns: 0, rows: 0)
  /// The glyphs that the terminal can show.
  public let glyphs: GlyphSet
  /// What the person should know of the terminal, once; nil if all is as it should be.
  public let notice: Showable?

  private let palette: Palette
  private var pairs: [Palette.Look: Int16] = [:]
  private var keys: KeyReader
  private var shown: Frame?
  private var isOpen = true
  private let restoring: [UInt8]
  private let errorLog: Int32
  private let ownsErrorLog: Bool
  private let standardError: Int32

  /// Opens the terminal on standard input and output.
  ///
  /// A terminal that the host does not know is taken for an xterm, or else for a vt100, with a
  /// ``notice``.
  /// - Throws: ``ScreenError``; then nothing was written and nothing is changed.
  public init(_ options: Options) throws(ScreenError) {
    let utf8 = mayday_locale_choose()
    mayday_guard_install()
    let name = try Self.open(options)
    glyphs =
      utf8 && !options.ascii && !Self.isASCIIOnly(name.raw) ? .utf8 : .ascii
    notice =
      name == options.terminal
      ? nil
      : "This host does not know the terminal \(options.terminal.showable); drawing as for "
        + "\(name.showable)."
    palette = Palette(hasColours: mayday_screen_colours() >= 8)
    keys = KeyReader()
    restoring = Self.restoringBytes()
    let null = options.errorLog == nil ? Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC) : -1
    errorLog = options.errorLog ?? null
    ownsErrorLog = null >= 0
    standardError = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    measure()
    takeOver()
  }

  deinit { close() }

  private static func open(_ options: Options) throws(ScreenError) -> Untrusted {
    var result = Int32(MAYDAY_SCREEN_UNKNOWN)
    for name in [options.terminal, "xterm-256color", "vt100"] {
      if name.raw.isEmpty { throw .cannotMoveCursor(name) }
      result = mayday_screen_open(name.raw, options.colours)
      switch Int(result) {
      case MAYDAY_SCREEN_OPEN: return name
      case MAYDAY_SCREEN_NOT_A_TERMINAL: throw .notATerminal
      case MAYDAY_SCREEN_NO_CURSOR: throw .cannotMoveCursor(name)
      default: continue
      }
    }
    throw .unknownTerminal(options.terminal)
  }

  /// Terminals from before UTF-8, whatever the locale says (CONSOLE, rule 6).
  private static func isASCIIOnly(_ name: String) -> Bool {
    name == "ansi" || name.hasPrefix("vt1") || name.hasPrefix("vt2") || name.hasPrefix("vt5")
  }

  /// What a dying program writes: paste mode off, attributes off, cursor shown, keys as before, and
  /// the screen of before.
  private static func restoringBytes() -> [UInt8] {
    var bytes = Array("\u{1B}[?2004l".utf8)
    for name in ["sgr0", "op", "cnorm", "rmkx"] { bytes += Capability.bytes(name) ?? [] }
    bytes += Capability.bytes("rmcup") ?? Array("\r\n".utf8)
    return bytes
  }

  // MARK: - Drawing

  /// Shows a frame: only what changed since the last one is sent, in one write.
  public func draw(_ frame: Frame) {
    guard isOpen else { return }
    if shown?.size != frame.size { mayday_screen_erase() }
    let difference = FrameDifference(from: shown, to: frame)
    if difference.isEmpty, shown?.cursor == frame.cursor { return }
    var characters: [UInt32] = []
    for run in difference.runs {
      for stretch in frame.stretches(row: run.row, columns: run.columns) {
        characters.removeAll(keepingCapacity: true)
        for scalar in stretch.scalars {
          let columns = UInt32(DisplayWidth.columns(of: scalar))
          characters.append(scalar.value | columns << UInt32(MAYDAY_COLUMNS_SHIFT))
        }
        let look = palette.look(of: stretch.style)
        mayday_screen_put(
          Int32(run.row), Int32(stretch.columns.lowerBound), characters, characters.count,
          look.attributes, pair(look))
      }
    }
    if let cursor = frame.cursor, frame[cursor.row, cursor.column] != nil {
      mayday_screen_update(Int32(cursor.row), Int32(cursor.column))
    } else {
      mayday_screen_update(-1, -1)
    }
    shown = frame
  }

  /// Has the next ``draw(_:)`` send every cell, whatever the terminal shows now (`Ctrl-L`).
  public func repaint() {
    guard isOpen else { return }
    shown = nil
    mayday_screen_repaint()
  }

  private func pair(_ look: Palette.Look) -> Int16 {
    guard look.foreground != Palette.own || look.background != Palette.own else { return 0 }
    let colours = Palette.Look(
      attributes: 0, foreground: look.foreground, background: look.background)
    if let known = pairs[colours] { return known }
    let next = Int16(pairs.count + 1)
    mayday_screen_pair(next, look.foreground, look.background)
    pairs[colours] = next
    return next
  }

  // MARK: - Keys and size

  /// All keys that have come, without waiting; nil when the terminal is gone.
  ///
  /// A lone Escape is known as such after 25 ms, which this waits.
  public func readKeys() -> [KeyPress]? {
    isOpen ? keys.read() : nil
  }

  /// Takes the terminal's size anew; call it when ``Signal/windowChanged`` came.
  public func resize() {
    guard isOpen else { return }
    measure()
    repaint()
  }

  private func measure() {
    var rows: Int32 = 0
    var columns: Int32 = 0
    mayday_screen_measure(&rows, &columns)
    size = Size(columns: Int(columns), rows: Int(rows))
  }

  // MARK: - Giving the terminal to others

  /// Stops the program as Ctrl-Z does, and comes back when the shell says `fg`.
  public func suspend() {
    guard isOpen else { return }
    leave()
    mayday_loop_stop()
    enter()
  }

  /// Takes the terminal again after a stop that was not announced (`kill -STOP`): call it when
  /// ``Signal/continued`` came.
  public func resume() {
    guard isOpen else { return }
    leave()
    enter()
  }

  /// Gives the terminal to `body`, which runs an editor or a step on it, and takes it back.
  ///
  /// `body` finds the terminal's modes, the screen and standard error as they were before the
  /// program started. Its child belongs into this process's group and needs an empty signal mask.
  public func handOver<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isOpen else { return try body() }
    leave()
    defer { enter() }
    return try body()
  }

  /// Gives the terminal back for good. Calling it again does nothing.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    mayday_screen_close()
    letGo()
    Glibc.close(standardError)
    if ownsErrorLog { Glibc.close(errorLog) }
  }

  private func leave() {
    mayday_screen_leave()
    letGo()
  }

  private func enter() {
    mayday_screen_enter()
    takeOver()
    measure()
    repaint()
  }

  private func takeOver() {
    if errorLog >= 0 { dup2(errorLog, STDERR_FILENO) }
    mayday_guard_arm(restoring.map(CChar.init(bitPattern:)), restoring.count, standardError)
  }

  private func letGo() {
    mayday_guard_disarm()
    dup2(standardError, STDERR_FILENO)
  }
}
