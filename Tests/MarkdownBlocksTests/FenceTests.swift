import MarkdownBlocks
import Testing

@Suite struct FenceTests {
  @Test func theInfoStringAndItsLanguage() throws {
    let read = try document("```Bash timeout=30\nls\n```\n\n~~~\nx\n~~~\n\n```{.sh}\ny\n```\n")
    #expect(read.fences.map(\.fence.language) == ["bash", "", ".sh}"])
    #expect(read.fences[0].fence.info.raw == "Bash timeout=30")
  }

  @Test(arguments: [
    ("```sh\na\n\n  b\n```\n", "a\n\n  b", 2),
    ("1. x\n\n   ```sh\n   a\n     b\n   ```\n", "a\n  b", 4),
    ("> ```sh\n> a\n> b\n> ```\n", "a\nb", 2),
    ("- x\n  > ```sh\n  > a\n  > ```\n", "a", 3),
    ("```sh\r\na\r\nb\r\n```\r\n", "a\nb", 2),
    ("```sh\n\ta\tb\n```\n", "\ta\tb", 2),
    ("  ```sh\n   a\n  b\n```\n", " a\nb", 2),
    ("    a\n      b\n", "a\n  b", 1),
    ("```\n日本語 🔥\n```", "日本語 🔥", 2),
  ])
  func contentIsTheSourcesBytes(_ text: String, content: String, line: Int) throws {
    let read = try document(text)
    let found = try #require(read.fences.first)
    #expect(found.text == content)
    #expect(found.fence.firstLine == line)
    #expect(found.fence.isClosed)
    for (index, range) in found.fence.contentLines.enumerated() {
      #expect(read.source.line(at: range.lowerBound) == line + index || range.isEmpty)
    }
  }

  @Test(arguments: [
    ("1. A\n```sh\necho hi\n2. B\n", 2), ("```sh\n~~~\n``\n", 1),
    ("- a\n  ```sh\n  x\nend\n", 2), ("> ```\n> x\n\ny\n", 1), ("````\n```\n", 1), ("```sh", 1),
  ])
  func anOpenFenceIsToldWithItsLine(_ text: String, line: Int) throws {
    let read = try document(text)
    #expect(read.fences.first?.fence.isClosed == false)
    #expect(read.problems.map(\.rule) == [.unclosedFence])
    #expect(read.problems.map(\.line) == [line])
    #expect(read.coverageFault == nil)
  }

  @Test func aFenceThatItsContainerClosesBeforeAnotherOneIsOpen() throws {
    let read = try document("- a\n  ```sh\n  x\n```\ny\n```\n")
    #expect(read.fences.map(\.fence.isClosed) == [false, true])
    #expect(read.fences.map(\.text) == ["x", "y"])
  }

  @Test func fencesInCommentsAreNoFences() throws {
    let read = try document("<!--\n```sh\nls\n```\n-->\n")
    #expect(read.fences.isEmpty)
  }
}
