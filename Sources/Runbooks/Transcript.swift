/// A terminal session as text: `$ ` lines are commands, the others what they printed.
enum Transcript {
  struct Part {
    let command: String
    let output: [String]
    /// Indexes of its lines.
    let lines: Range<Int>
  }

  static func isPrompt(_ line: String) -> Bool {
    let text = line.drop { $0 == " " || $0 == "\t" }
    return text.hasPrefix("$ ") || text == "$"
  }

  private static func typed(_ line: String) -> String {
    String(line.drop { $0 == " " || $0 == "\t" }.dropFirst(2))
  }

  /// Commands that follow each other without output stay together.
  static func parts(of lines: [String]) -> [Part] {
    var parts: [Part] = []
    var commands: [String] = []
    var output: [String] = []
    var start = 0
    var index = 0
    func finish(_ end: Int) {
      while output.last?.allSatisfy(\.isWhitespace) == true { output.removeLast() }
      if !commands.isEmpty {
        parts.append(
          Part(command: commands.joined(separator: "\n"), output: output, lines: start..<end))
      }
      commands = []
      output = []
    }
    while index < lines.count {
      guard isPrompt(lines[index]) else {
        let isBlank = lines[index].allSatisfy(\.isWhitespace)
        if !commands.isEmpty, !isBlank || !output.isEmpty { output.append(lines[index]) }
        index += 1
        continue
      }
      if !output.isEmpty || commands.isEmpty {
        finish(index)
        start = index
      }
      var command = typed(lines[index])
      index += 1
      // A quote, a here-document or a backslash goes on over the next lines.
      var taken = 0
      while index < lines.count, taken < 100, !isPrompt(lines[index]), !ShellScan(command).isWhole {
        let line = lines[index]
        command += "\n" + (line.hasPrefix("> ") ? String(line.dropFirst(2)) : line)
        index += 1
        taken += 1
      }
      if !command.allSatisfy(\.isWhitespace) { commands.append(command) }
    }
    finish(lines.count)
    return parts
  }
}
