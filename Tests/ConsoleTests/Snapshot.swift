import Foundation
import Grid
import Testing

/// Compares screens with those stored beside the tests; `MAYDAY_RECORD=1` stores them anew.
enum Snapshot {
  /// The sizes and glyph sets of a whole check: a phone, a small and a large terminal, none at all.
  static let every: [(Int, Int, GlyphSet)] = [
    (80, 24, .utf8), (80, 24, .ascii), (120, 40, .utf8), (50, 12, .utf8), (20, 5, .utf8),
    (1, 1, .utf8),
  ]
  static let common: [(Int, Int, GlyphSet)] = [(80, 24, .utf8), (50, 12, .ascii)]

  static func check(
    _ host: FakeHost, _ name: String, sizes: [(Int, Int, GlyphSet)] = common,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    var text = ""
    for (columns, rows, glyphs) in sizes {
      text += "=== \(columns)x\(rows)\(glyphs.isASCII ? " ASCII" : "")\n"
      text += host.screen(columns, rows, glyphs: glyphs)
      text += "\n"
    }
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens")
    let file = folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["MAYDAY_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    let same = stored == text
    #expect(
      same, "the screen \(name) differs; this is how it looks now:\n\(text)",
      sourceLocation: location)
  }
}
