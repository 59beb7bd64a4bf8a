import Foundation
import Testing

/// The faults that `make mutants` puts in: each must still fit the sources, and its test be there.
@Suite struct MutantTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func everyFaultCanStillBePutIn() throws {
    let folder = Self.root.appending(path: "Tests/mutants")
    let patches = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".patch") }
    #expect(patches.count >= 11)
    for name in patches {
      let path = folder.appending(path: name).path
      let result = Command.run(
        "/bin/sh", ["-c", "cd \"$1\" && exec git apply --check \"$2\"", "sh", Self.root.path, path])
      #expect(result == 0, "\(name) does not apply: make it anew for the sources as they are")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let test = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("Test: ") }?.dropFirst(6))
      #expect(text.contains("\nPromise: ") || text.hasPrefix("Promise: "))
      try #expect(Self.isThere(test), "\(name): there is no test \(test)")
    }
  }

  /// `Target.Suite` or `Target.Suite/test`.
  private static func isThere(_ test: Substring) throws -> Bool {
    let parts = test.split(whereSeparator: { $0 == "." || $0 == "/" })
    let file = root.appending(path: "Tests/\(parts[0])/\(parts[1]).swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.contains("struct \(parts[1])")
      && (parts.count < 3 || text.contains("func \(parts[2])("))
  }
}
