extension ShellScan {
  mutating func heredocMark() {
    skip(2)
    let stripsTabs = byte(0) == UInt8(ascii: "-")
    if stripsTabs { skip(1) }
    while byte(0) == 0x20 || byte(0) == 0x09 { skip(1) }
    var delimiter: [UInt8] = []
    var isQuoted = false
    var quote: UInt8 = 0
    while at < bytes.count {
      let here = bytes[at]
      if quote != 0 {
        if here == 0x0A { break }
        if here == quote { quote = 0 } else { delimiter.append(here) }
      } else if here == UInt8(ascii: "'") || here == UInt8(ascii: "\"") {
        quote = here
        isQuoted = true
      } else if here == UInt8(ascii: "\\") {
        isQuoted = true
      } else if here <= 0x20 || ";|&()<>".utf8.contains(here) {
        break
      } else {
        delimiter.append(here)
      }
      at += 1
    }
    if quote != 0 || delimiter.isEmpty { isWhole = false }
    pending.append(Heredoc(delimiter: delimiter, expands: !isQuoted, stripsTabs: stripsTabs))
  }

  /// Reads the bodies that begin on the next line; stands at a line end.
  mutating func heredocs() {
    newLine()
    at += 1
    while let document = pending.first {
      var isClosed = false
      while at < bytes.count {
        var end = at
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        var body = bytes[at..<end]
        if document.stripsTabs { body = body.drop { $0 == 0x09 } }
        isClosed = body.elementsEqual(document.delimiter)
        if !isClosed { heredocLine(document, upTo: end) }
        at = end
        codeLines.insert(line)
        if isClosed { pending.removeFirst() }
        if at < bytes.count {
          newLine()
          at += 1
        }
        if isClosed { break }
      }
      if !isClosed {
        // Its end is missing: nothing after it can be trusted.
        isWhole = false
        pending.removeAll()
      }
    }
  }

  mutating func heredocLine(_ document: Heredoc, upTo end: Int) {
    let start = at
    let context = Context.heredoc(delimiter: document.delimiter, expands: document.expands)
    while at < end {
      if document.expands, bytes[at] == UInt8(ascii: "$") { use() }
      guard findsPlaceholders,
        let found = PlaceholderPattern.match(
          in: bytes, at: at, context: context, closings: closings), found.end <= end
      else {
        at += 1
        continue
      }
      let holdsCode =
        document.expands
        && (bytes[start..<end].contains(UInt8(ascii: "`"))
          || bytes[start..<end].contains(UInt8(ascii: "$")))
      slots.append(
        PlaceholderSlot(
          range: at..<found.end, name: found.name, context: holdsCode ? .nested : context,
          isDoubtful: found.isDoubtful, line: line, beginsWord: false))
      at = found.end
    }
  }
}

/// One place where a placeholder stands in a command.
struct PlaceholderSlot: Equatable {
  /// Of the command's bytes.
  let range: Range<Int>
  let name: String
  let context: ShellScan.Context
  let isDoubtful: Bool
  /// From 0.
  let line: Int
  /// Whether nothing but quotes stands before it in its word.
  let beginsWord: Bool
}
