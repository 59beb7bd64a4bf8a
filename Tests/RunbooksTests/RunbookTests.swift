import Runbooks
import Testing

@Suite struct RunbookTests {
  @Test func orderedItemsAreSteps() throws {
    let text = "# Restart cache\n\n## Procedure\n\n1. A\n2. B\n"
    let runbook = try Runbook(path: "cache.md", bytes: Array(text.utf8))
    #expect(runbook.title.raw == "Restart cache")
    #expect(runbook.steps.map(\.number) == ["1", "2"])
    #expect(runbook.steps.map(\.title.raw) == ["A", "B"])
    #expect(runbook.steps.map(\.line) == [5, 6])
  }
}
