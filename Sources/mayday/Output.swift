import Glibc
import Grid
import IncidentDomain
import Reports
import TextGate

/// The only writer to standard output and standard error of every subcommand.
///
/// It takes showable text and JSON, nothing else, so that no subcommand can go round the gate.
/// Standard output is buffered until ``flush()``; an error flushes first, so the order stays true.
final class Output {
  private var buffer: [UInt8] = []
  /// Set once nobody reads on or nothing can be written; nothing is tried again after it.
  private var problem: Int32?
  /// The last note.
  private var noted: String?
  private let outGlyphs: GlyphSet
  private let errorGlyphs: GlyphSet
  /// Whether standard output is a terminal.
  let isTerminal: Bool
  /// How wide a line may be: the terminal's columns, else `$COLUMNS`, else 100.
  let columns: Int
  private let isBounded: Bool

  init() {
    setlocale(LC_CTYPE, "")
    let codeset = nl_langinfo(Int32(CODESET)).map { String(cString: $0) } ?? ""
    let isUTF8 = codeset == "UTF-8"
    isTerminal = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    let isKnown = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    let told = Environment["COLUMNS"].flatMap(Int.init).flatMap { $0 >= 20 ? $0 : nil }
    isBounded = isTerminal || told != nil
    columns = isKnown && size.ws_col > 0 ? Int(size.ws_col) : told ?? 100
    outGlyphs = isTerminal && !isUTF8 ? .ascii : .utf8
    errorGlyphs = isatty(STDERR_FILENO) == 1 && !isUTF8 ? .ascii : .utf8
  }

  /// Where lines of tables are wrapped: at the edge of the terminal or at `$COLUMNS`, nowhere for a
  /// file or a pipe without them.
  var wrapping: Int? { isBounded ? columns : nil }

  /// One line.
  func line(_ text: Showable = .empty) {
    buffer.append(contentsOf: outGlyphs.adapting(text).text.utf8)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= 65_536 { flush() }
  }

  /// A part of a line that is to go on, or to stand without its end: a question.
  func part(_ text: Showable) {
    buffer.append(contentsOf: outGlyphs.adapting(text).text.utf8)
  }

  func lines(_ texts: some Sequence<Showable>) {
    for text in texts { line(text) }
  }

  /// One value on one line, safe to look at in a terminal and equal when read back.
  func json(_ value: JSON) {
    line(value.showable)
  }

  /// A sentence on standard error that is no error: what a person should know and a script may skip.
  ///
  /// A call may come to know it twice, and says it once.
  func note(_ sentence: Showable) {
    guard noted != sentence.text else { return }
    noted = sentence.text
    error(sentence)
  }

  /// One sentence on standard error: `mayday: what, where, what to do`.
  func error(_ sentence: Showable) {
    flush()
    let text = errorGlyphs.adapting("mayday: \(sentence)").text + "\n"
    _ = Self.write(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Writes what was collected. What a closed reader left is dropped without a word.
  func flush() {
    defer { buffer.removeAll(keepingCapacity: true) }
    guard problem == nil, !buffer.isEmpty else { return }
    problem = Self.write(buffer, to: STDOUT_FILENO)
  }

  /// Flushes; why standard output could not be written, unless its reader has just gone.
  func finish() -> Showable? {
    flush()
    guard let problem, problem != EPIPE else { return nil }
    return systemMessage(problem)
  }

  /// Nil when all was written, else the error number.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
