import MarkdownBlocks
import Testing

/// The library keeps tables that a reading changes; readings on several threads must not meet there.
@Suite struct ThreadTests {
  @Test func readingsOnSeveralThreadsAreAlike() async throws {
    let bytes = Array(String(repeating: "~~a~~ *b* c\n\n", count: 20).utf8)
    let wanted = try MarkdownDocument(parsing: bytes)
    let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try (0..<500).count { _ in try MarkdownDocument(parsing: bytes) != wanted }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
