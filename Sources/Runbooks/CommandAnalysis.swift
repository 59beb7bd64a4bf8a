import TextGate

extension Command {
  /// Analyses a text.
  ///
  /// - Parameters:
  ///   - line: of the text's first line, from 1.
  ///   - isClosed: false when its code block has no end.
  ///   - isUTF8: false when the file had to be converted.
  init(
    _ text: String, form: Form, bytes: Range<Int>? = nil, line: Int, shell: String = "bash",
    isClosed: Bool = true, isUTF8: Bool = true
  ) {
    let scan = ShellScan(text)
    let plainOnly = Interpreters.found(in: scan.commands) || !scan.isWhole
    self.text = Untrusted(text)
    self.form = form
    self.bytes = bytes
    self.line = line
    self.shell = shell
    placeholders = Self.placeholders(of: scan, plainOnly: plainOnly)
    assigns = scan.assigned
    exports = scan.exported
    reads = scan.used
    dangers = Dangers.found(in: scan, text: text)
    var reasons = placeholders.map { BlockedReason.placeholder(name: $0.name) }
    if !isClosed { reasons.append(.unclosedFence) }
    if !isUTF8, text.utf8.contains(where: { $0 >= 0x80 }) { reasons.append(.notUTF8) }
    if let hidden = Self.hiddenLine(in: text) {
      reasons.append(.hiddenCharacter(line: line + hidden))
    }
    var offers: [Offer] = []
    if let stop = Self.firstStop(in: scan) {
      reasons.append(
        stop.isSession
          ? .opensSession(program: stop.program, line: line + stop.line)
          : .neverEnds(program: stop.program, line: line + stop.line))
      offers = Self.offers(text, stop, scan)
    }
    blocked = reasons
    self.offers = offers
  }

  private static func placeholders(of scan: ShellScan, plainOnly: Bool) -> [Placeholder] {
    var names: [String] = []
    var found: [String: Placeholder] = [:]
    for slot in scan.slots {
      let known = found[slot.name]
      if known == nil { names.append(slot.name) }
      found[slot.name] = Placeholder(
        name: slot.name,
        text: known?.text ?? Untrusted(String(decoding: scan.bytes[slot.range], as: UTF8.self)),
        isDoubtful: slot.isDoubtful && known?.isDoubtful != false,
        acceptsPlainOnly: plainOnly || slot.context == .nested || known?.acceptsPlainOnly == true)
    }
    return names.compactMap { found[$0] }
  }

  /// The first line, from 0, with something that a reader cannot see or that acts on a terminal.
  private static func hiddenLine(in text: String) -> Int? {
    var line = 0
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        line += 1
        continue
      }
      if HiddenCharacters.contains(scalar) { return line }
    }
    return nil
  }

  struct Stop {
    let program: String
    let isSession: Bool
    /// From 0.
    let line: Int
    let next: Int
  }

  /// The first command that the lines after would have to wait for.
  private static func firstStop(in scan: ShellScan) -> Stop? {
    let lines = scan.headLines.sorted()
    for command in scan.commands {
      guard let last = lines.last, last > command.endLine else { continue }
      let session = Programs.session(command)
      guard let program = session ?? Programs.endless(command) else { continue }
      let next = lines.first { $0 > command.endLine } ?? last
      return Stop(
        program: program, isSession: session != nil, line: command.line, next: next)
    }
    return nil
  }

  private static func offers(_ text: String, _ stop: Stop, _ scan: ShellScan) -> [Offer] {
    var offers: [Offer] = [.ownTerminal]
    guard scan.isWhole, stop.next < scan.isOutermost.count, scan.isOutermost[stop.next] else {
      return offers
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let head = Untrusted(lines[..<stop.next].joined(separator: "\n"))
    if stop.isSession { offers.append(.openerOnTerminal(head)) }
    offers.append(.split(head, Untrusted(lines[stop.next...].joined(separator: "\n"))))
    return offers
  }
}
