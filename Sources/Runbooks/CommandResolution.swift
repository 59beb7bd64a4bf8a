import TextGate

extension Command {
  /// The command with its placeholders filled: each value one word, whatever it holds.
  ///
  /// Outside quotes a value is put in as a quoted word; inside quotes by the rule of those quotes.
  /// - Parameters:
  ///   - values: by the names of ``placeholders``.
  ///   - kept: names that a person wants left as they stand; only doubtful ones are accepted.
  public func resolved(
    with values: [String: Untrusted], keeping kept: Set<String> = []
  ) -> Result<Untrusted, ResolutionRefusal> {
    let scan = ShellScan(text.raw)
    let plainOnly = Interpreters.found(in: scan.commands) || !scan.isWhole
    var out: [UInt8] = []
    var template: [UInt8] = []
    var at = 0
    for slot in scan.slots {
      out += scan.bytes[at..<slot.range.lowerBound]
      template += scan.bytes[at..<slot.range.lowerBound]
      at = slot.range.upperBound
      if kept.contains(slot.name), isKeepable(slot.name) {
        out += scan.bytes[slot.range]
        template += scan.bytes[slot.range]
        continue
      }
      guard let value = values[slot.name] else { return .failure(.missing(name: slot.name)) }
      switch Self.word(
        value.raw, for: slot,
        after: slot.range.lowerBound > 0 ? scan.bytes[slot.range.lowerBound - 1] : 0,
        plainOnly: plainOnly)
      {
      case .success(let bytes):
        out += bytes
        template += Array("x".utf8)
      case .failure(let refusal): return .failure(refusal)
      }
    }
    out += scan.bytes[at...]
    template += scan.bytes[at...]
    let result = String(decoding: out, as: UTF8.self)
    // The last guard: with the values in, the shell must find the same commands and words.
    guard
      ShellScan(result, findsPlaceholders: false).shape
        == ShellScan(String(decoding: template, as: UTF8.self), findsPlaceholders: false).shape
    else {
      return .failure(.changesCommand(name: scan.slots.first?.name ?? ""))
    }
    return .success(Untrusted(result))
  }

  private func isKeepable(_ name: String) -> Bool {
    placeholders.contains { $0.name == name && $0.isDoubtful }
  }

  private static func word(
    _ value: String, for slot: PlaceholderSlot, after previous: UInt8, plainOnly: Bool
  ) -> Result<[UInt8], ResolutionRefusal> {
    let name = slot.name
    guard !value.isEmpty else { return .failure(.empty(name: name)) }
    guard !value.unicodeScalars.contains(where: isControl) else {
      return .failure(.controlCharacter(name: name))
    }
    if slot.beginsWord, value.hasPrefix("-") { return .failure(.option(name: name)) }
    let bytes = Array(value.utf8)
    if bytes.allSatisfy(isPlain) {
      // A line of a here-document that becomes its delimiter would end it.
      return endsHeredoc(bytes, slot) ? .failure(.changesCommand(name: name)) : .success(bytes)
    }
    if plainOnly || previous == UInt8(ascii: "$") { return .failure(.notPlain(name: name)) }
    switch slot.context {
    case .comment, .nested: return .failure(.notPlain(name: name))
    case .code: return .success(quoted(bytes))
    case .single: return .success(escaped(bytes, "'") { _ in Array("'\\''".utf8) })
    case .double: return .success(escaped(bytes, "\"\\$`") { [UInt8(ascii: "\\"), $0] })
    case .dollarSingle: return .success(escaped(bytes, "'\\") { [UInt8(ascii: "\\"), $0] })
    case .heredoc(_, let expands):
      if endsHeredoc(bytes, slot) { return .failure(.changesCommand(name: name)) }
      return .success(
        expands ? escaped(bytes, "\\$`") { [UInt8(ascii: "\\"), $0] } : bytes)
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .privateUse,
      .unassigned:
      true
    default: false
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_@%+=:,./-".utf8.contains(byte)
    }
  }

  private static func endsHeredoc(_ bytes: [UInt8], _ slot: PlaceholderSlot) -> Bool {
    if case .heredoc(let delimiter, _) = slot.context { return bytes == delimiter }
    return false
  }

  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8(ascii: "'")] + escaped(bytes, "'") { _ in Array("'\\''".utf8) } + [UInt8(ascii: "'")]
  }

  private static func escaped(
    _ bytes: [UInt8], _ special: String, _ escape: (UInt8) -> [UInt8]
  ) -> [UInt8] {
    bytes.flatMap { special.utf8.contains($0) ? escape($0) : [$0] }
  }
}

extension ShellScan {
  /// What must not change when values are put in: the number of words of each command.
  struct Shape: Equatable {
    let words: [Int]
    let lines: Int
    let isWhole: Bool
  }

  var shape: Shape {
    Shape(words: commands.map(\.words.count), lines: isOutermost.count, isWhole: isWhole)
  }
}
