import Foundation
import Testing

/// The house's rooms may open onto each other only as the plan says; this reads the package itself.
@Suite struct RoomTests {
  /// Target: what it may import of this package and of libraries. A room that is not here fails.
  static let allowed: [String: Set<String>] = [
    "TextGate": [],
    "IncidentDomain": ["TextGate"],
    "Grid": ["TextGate"],
    "CCmarkGFM": [],
    "MarkdownBlocks": ["TextGate", "CCmarkGFM"],
    // CYaml is the parser that Yams brings with it; Yams itself does not show its events.
    "SafeYAML": ["Yams", "CYaml"],
    "Runbooks": ["TextGate", "IncidentDomain", "MarkdownBlocks", "SafeYAML", "Yams", "Crypto"],
    "Policies": ["TextGate", "IncidentDomain", "MarkdownBlocks", "SafeYAML", "Yams"],
    "Reports": ["TextGate", "IncidentDomain", "Runbooks"],
    "CSystem": [],
    "Journal": ["TextGate", "IncidentDomain", "CSystem", "GRDB", "Crypto"],
    "CPostgres": [],
    "JournalPostgres": ["TextGate", "IncidentDomain", "Journal", "CSystem", "CPostgres"],
    "Execution": ["TextGate", "IncidentDomain", "CSystem", "Crypto"],
    "CTerminal": [],
    "Terminal": ["TextGate", "Grid", "CTerminal", "CSystem"],
    "Console": ["TextGate", "IncidentDomain", "Runbooks", "Reports", "Grid"],
    "Host": [
      "TextGate", "IncidentDomain", "Runbooks", "Reports", "Grid", "Console", "Terminal", "Journal",
      "Execution", "CSystem",
    ],
    "mayday": [
      "TextGate", "IncidentDomain", "Grid", "MarkdownBlocks", "Policies", "Runbooks", "Reports",
      "Console", "Terminal", "Journal", "JournalPostgres", "Execution", "Host", "CSystem",
      "ArgumentParser",
    ],
  ]

  /// What the pure rooms may ask of the system: nothing that reads a clock, a file or the
  /// environment.
  static let pure: Set<String> = ["TextGate", "IncidentDomain", "Grid", "Reports", "Console"]

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func everyTargetDependsOnlyOnWhatThePlanNames() throws {
    let package = try #require(
      try JSONSerialization.jsonObject(with: Self.dumpPackage()) as? [String: Any])
    let targets = try #require(package["targets"] as? [[String: Any]])
    var seen: Set<String> = []
    for target in targets {
      let name = try #require(target["name"] as? String)
      let path = target["path"] as? String ?? ""
      if target["type"] as? String == "test" || path.hasPrefix("Tests/") { continue }
      seen.insert(name)
      let allowed = try #require(Self.allowed[name], "\(name) is a room the plan does not know")
      for dependency in target["dependencies"] as? [[String: Any]] ?? [] {
        let entry = (dependency["byName"] ?? dependency["product"]) as? [Any]
        let other = try #require(entry?.first as? String)
        #expect(allowed.contains(other), "\(name) may not depend on \(other)")
      }
    }
    #expect(seen == Set(Self.allowed.keys))
  }

  @Test func everyFileImportsOnlyWhatItsRoomMay() throws {
    for (file, room, text) in try Self.sources() {
      guard let allowed = Self.allowed[room] else { continue }
      for line in text.split(separator: "\n") where line.contains("import ") {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
          words[..<at].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
        else { continue }
        let module = String(words[at + 1])
        if Self.allowed[module] != nil
          || !["Foundation", "Glibc", "Synchronization", "Dispatch"].contains(module)
        {
          #expect(allowed.contains(module), "\(file) may not import \(module)")
        } else if Self.pure.contains(room) {
          Issue.record("\(file) imports \(module), and \(room) is pure")
        }
      }
    }
  }

  @Test func noFileIsLongerThanFiveHundredLines() throws {
    for (file, _, text) in try Self.sources() {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 501, "\(file) has \(lines) lines: split it by subject")
    }
  }

  /// Values reach SQL through arguments only (RELIABILITY 29).
  @Test func noStatementIsMadeByInterpolation() throws {
    for (file, room, text) in try Self.sources() where room.hasPrefix("Journal") {
      for line in text.split(separator: "\n") where line.contains("sql:") {
        #expect(!line.contains("\\("), "\(file): \(line)")
      }
    }
  }

  private static func sources() throws -> [(file: String, room: String, text: String)] {
    let folder = root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    var result: [(String, String, String)] = []
    for case let file as String in files {
      guard ["swift", "c", "h"].contains((file as NSString).pathExtension) else { continue }
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      result.append((file, String(file.prefix { $0 != "/" }), text))
    }
    #expect(result.count > 50)
    return result
  }

  /// The manifest as SwiftPM reads it; with a folder of its own, because the test run holds the lock.
  private static func dumpPackage() throws -> Data {
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "mayday-rooms-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let output = scratch.appending(path: "package.json")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let result = Command.run(
      "/bin/sh",
      [
        "-c",
        "exec swift package --package-path \"$1\" --scratch-path \"$2\" dump-package > \"$3\"",
        "sh", root.path, scratch.path, output.path,
      ])
    #expect(result == 0, "swift package dump-package ended with \(result)")
    return try Data(contentsOf: output)
  }
}

/// Runs a program and waits for it.
enum Command {
  static func run(_ path: String, _ arguments: [String]) -> Int32 {
    var process = pid_t()
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    guard posix_spawn(&process, path, nil, nil, words, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return (status & 0x7F) == 0 ? (status >> 8) & 0xFF : -1
  }
}
