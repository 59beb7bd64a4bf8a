import Foundation
import TerminalHarness
import Testing

/// The README tells what the program knows, so that neither can grow away from the other.
@Suite struct ReadmeTests {
  static let text: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
  }()

  @Test(arguments: ["keys", "subcommands"])
  func itsListIsThatOfTheProgram(list: String) throws {
    let readme = try #require(Self.text)
    let printed = try Command.run(try Binary.path(named: "mayday"), ["manual", "--readme", list])
    #expect(printed.status == .exited(0))
    #expect(printed.out.split(separator: "\n").count > 30)
    #expect(
      readme.contains(printed.out.trimmingCharacters(in: .newlines)),
      "put what `mayday manual --readme \(list)` prints into the README")
  }

  @Test func aTiredStrangerCanReadItWhole() throws {
    let lines = try #require(Self.text).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 251, "the README has \(lines.count) lines; 250 are the most")
  }
}
