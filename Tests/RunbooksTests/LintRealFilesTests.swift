import Foundation
import IncidentDomain
import Runbooks
import Testing
import TextGate

/// What is said of public runbooks, written by people who have never heard of this program.
@Suite struct LintRealFilesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/Lint")

  private static func report(on catalogue: Catalogue) -> LintReport {
    var known: [String: Runbook] = [:]
    for runbook in catalogue.runbooks { known[runbook.path] = runbook }
    let runbooks = known
    return Lint(today: LintTests.today) { path in
      runbooks[path].map { .runbook($0) } ?? .absent
    }.report(on: catalogue)
  }

  @Test func findingsAreThoseThatWereReviewed() throws {
    let catalogue = try CatalogueReader.read(roots: [Self.folder.path])
    #expect(catalogue.runbooks.count == 4)
    let lines = Self.report(on: catalogue).lines.map(\.text)
    let golden = try String(
      contentsOf: Self.folder.appending(path: "findings.txt"), encoding: .utf8)
    #expect(lines.joined(separator: "\n") + "\n" == golden)
  }

  /// The shipped catalogue, which is to keep every rule for good; only days go by.
  @Test func theShippedCatalogueKeepsEveryRule() throws {
    let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "runbooks")
    let catalogue = try CatalogueReader.read(roots: [root.path])
    #expect(catalogue.runbooks.count > 10)
    #expect(Self.report(on: catalogue).lines.map(\.text) == [])
    let readme = try CatalogueReader.readFile(root.path + "/README.md").bytes
    #expect(IndexDocument(of: catalogue).check(readme) { _ in false } == [])
  }

  /// The same files cut off at every hundredth byte: half-written files are read too.
  @Test func filesThatAreCutOffAreJudged() throws {
    let rules = Set(LintRule.all.map(\.id))
    let catalogue = try CatalogueReader.read(roots: [Self.folder.path])
    for name in catalogue.runbooks.map(\.path) {
      let bytes = try CatalogueReader.readFile(Self.folder.path + "/" + name).bytes
      for end in stride(from: 0, to: bytes.count, by: 499) {
        let cut = Catalogue(files: [Catalogue.File(path: name, bytes: Array(bytes[..<end]))])
        let report = Self.report(on: cut)
        for entry in report.entries {
          #expect(rules.contains(entry.finding.rule))
          #expect(entry.finding.line >= 1)
        }
      }
    }
  }
}
