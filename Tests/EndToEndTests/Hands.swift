import Foundation
import TerminalHarness

/// Keys as a person presses them: one after the other, looking at the screen in between.
///
/// Keys that come faster than a hand types are taken for a paste (TERMINAL.md A3, 18), so each
/// waits until the program has answered the one before.
extension TerminalProgram {
  /// Presses a key, and waits for a text that the screen did not show before.
  @discardableResult
  func press(_ key: String, _ expected: String...) throws -> Screen {
    try waitUntilQuiet(for: .milliseconds(12))
    try send(key)
    return try waitFor("\(expected) after \(key.debugDescription)") { screen in
      expected.allSatisfy(screen.contains)
    }
  }

  /// Presses Enter in a form, and waits until what it wrote is on disk.
  ///
  /// The last line says so, and cuts what is too long for it.
  @discardableResult
  func enter(_ written: String) throws -> Screen {
    try waitUntilQuiet(for: .milliseconds(12))
    try send("\r")
    return try waitFor("\(written.debugDescription) written") { screen in
      guard let line = screen.lines.last, let said = line.firstRange(of: "✓ ") else { return false }
      let text = line[said.upperBound...]
      if text.hasPrefix(written) { return true }
      let shown = text.prefix { $0 != "…" }
      return shown.count >= 20 && shown.count < text.count && written.hasPrefix(shown)
    }
  }

  /// Types a text into the field that has the focus; what is seen of it last is the text's end.
  func type(_ text: String) throws {
    try waitUntilQuiet(for: .milliseconds(12))
    try send(text)
    let end = String(text.suffix(20))
    try waitFor("\(end.debugDescription) typed") { $0.contains(end) }
    // The keys came as one burst; it is over when the line has been quiet (KeyReader).
    try waitUntilQuiet(for: .milliseconds(70))
  }

  /// Empties the field that has the focus.
  func clearField() throws {
    try waitUntilQuiet(for: .milliseconds(12))
    try send(key: .control("u"))
    try waitUntilQuiet(for: .milliseconds(12))
  }

  /// Goes back until a text is seen.
  func back(to expected: String) throws { try press("q", expected) }
}

/// A folder of runbooks beside the tests.
func runbooks(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
}

extension Desk {
  /// An executable script of the shell in this desk's folder; gives its path.
  func script(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try "#!/bin/sh\n\(text)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return path
  }

  /// Runs a subcommand that prints one object of JSON.
  func object(_ words: String...) throws -> [String: Any] {
    let result = try Command.run(try Self.program(), words, environment: environment())
    guard result.status == .exited(0),
      let object = try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]
    else { throw HarnessError("mayday \(words): \(result.status) \(result.out)\(result.err)") }
    return object
  }

  /// The events of an exported timeline, in order.
  func events(_ export: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(export.utf8)) as? [String: Any]
    guard let events = object?["events"] as? [[String: Any]] else {
      throw HarnessError("no timeline: \(export.prefix(200))")
    }
    return events
  }
}
