import Crypto
import TextGate

/// What is kept of a command's output.
public struct OutputSummary: Hashable, Sendable {
  /// Bytes of output in all, secrets replaced by marks.
  public let bytes: Int
  /// SHA-256 of all of them, in lower-case hexadecimal; equal to `sha256sum` of the file when nothing
  /// was left out of it.
  public let digest: String
  /// The first 2 KiB and the last 4 KiB as plain lines, with a line that tells the cut.
  public let excerpt: Untrusted
  /// Whether the excerpt leaves something out.
  public let excerptIsCut: Bool
  /// Where the output is stored.
  public let path: String
  /// Bytes that the stored file does not hold.
  public let leftOutOfFile: Int
  /// Why storing stopped before the end; nil when all is well.
  public let storageProblem: Showable?
}

/// Redacts, hashes, stores and excerpts the output of one command as it comes.
struct OutputRecorder: Sendable {
  private var redactor: Redactor
  private var lastLine: LastLineGuard?
  private var file: CappedFile
  private var hash = SHA256()
  private var bytes = 0
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private static let headLimit = 2048
  private static let tailLimit = 4096

  /// - Parameter hidesLastLine: whether the output ends in a secret.
  init(secrets: [Secret], file: CappedFile, hidesLastLine: Bool = false) {
    redactor = Redactor(secrets)
    lastLine = hidesLastLine ? LastLineGuard() : nil
    self.file = file
  }

  /// Takes bytes as the command wrote them; returns those that may be shown.
  mutating func feed(_ raw: some Sequence<UInt8>) -> [UInt8] {
    guard let ready = lastLine?.feed(raw) else { return keep(redactor.feed(raw)) }
    return keep(redactor.feed(ready))
  }

  /// What comes after this is no output of the command itself.
  mutating func endLastLine() -> [UInt8] {
    guard let rest = lastLine?.finish() else { return [] }
    lastLine = nil
    return keep(redactor.feed(rest))
  }

  /// What was held back until now. Call it once, before ``summary``.
  mutating func finish() -> [UInt8] {
    let last = endLastLine()
    let rest = keep(redactor.finish())
    file.finish()
    return last + rest
  }

  private mutating func keep(_ clean: [UInt8]) -> [UInt8] {
    bytes += clean.count
    clean.withUnsafeBytes { hash.update(bufferPointer: $0) }
    file.append(clean)
    let room = Self.headLimit - head.count
    head += clean.prefix(room)
    tail += clean.dropFirst(room)
    if tail.count > 4 * Self.tailLimit { tail.removeFirst(tail.count - Self.tailLimit) }
    return clean
  }

  /// What the record would keep of the output if this were its end.
  var excerptSoFar: Untrusted { excerpt(missing) }

  private var missing: Int { bytes - head.count - min(tail.count, Self.tailLimit) }

  var summary: OutputSummary {
    return OutputSummary(
      bytes: bytes, digest: hash.finalize().map(Self.hex).joined(), excerpt: excerpt(missing),
      excerptIsCut: missing > 0, path: file.path, leftOutOfFile: file.leftOut,
      storageProblem: file.problem.map { code in
        """
        The output is not stored in full: \(Untrusted(file.path).showable) could not be written \
        (\(CannotStart.reason(code))); make room.
        """
      })
  }

  private func excerpt(_ missing: Int) -> Untrusted {
    Self.excerpt(head: head, tail: tail.suffix(Self.tailLimit), missing: missing)
  }

  private static func excerpt(head: [UInt8], tail: ArraySlice<UInt8>, missing: Int) -> Untrusted {
    if missing <= 0 { return plain(head + tail) }
    let cut: Showable = "[\(missing) bytes left out here]"
    return Untrusted([plain(head).raw, cut.text, plain(tail).raw].joined(separator: "\n"))
  }

  /// What the record would keep of output that is stored already.
  static func excerpt(of stored: [UInt8]) -> (text: Untrusted, isCut: Bool) {
    let head = Array(stored.prefix(headLimit))
    let tail = stored.dropFirst(head.count).suffix(tailLimit)
    let missing = stored.count - head.count - tail.count
    return (excerpt(head: head, tail: tail, missing: missing), missing > 0)
  }

  /// Lower-case hexadecimal SHA-256.
  static func digest(of bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map(hex).joined()
  }

  private static func plain(_ bytes: some Sequence<UInt8>) -> Untrusted {
    var gate = OutputGate(keepingLines: headLimit + tailLimit)
    gate.feed(bytes)
    gate.finish()
    return Untrusted(gate.lines.map(\.text).joined(separator: "\n"))
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
