import IncidentDomain
import TextGate

/// Holds runbooks against the standard of runbooks and against what would go wrong in use.
///
/// A pure function of the runbooks, the day and what links lead to.
public struct Lint: Sendable {
  /// What a relative link leads to.
  public enum LinkTarget: Sendable {
    case absent
    /// Something that is no runbook: a picture, a folder.
    case present
    case runbook(Runbook)
  }

  /// The day against which reviews are stale, at its first moment.
  let today: Instant
  /// A review is stale after so many days, unless the runbook tells its own `review_in`.
  let staleAfterDays: Int
  /// Asked for paths relative to the root; one that begins with `../` leads out of it.
  let target: @Sendable (String) -> LinkTarget

  /// How long a review holds when nobody says otherwise.
  public static let staleAfterDays = 183

  /// - Parameters:
  ///   - today: a moment of the day of the check, as the reader's clock shows it.
  ///   - staleAfterDays: days from the last update to the next review.
  ///   - target: what a path relative to the root leads to; `../` leads out of the root.
  public init(
    today: CivilTime, staleAfterDays: Int = Self.staleAfterDays,
    target: @escaping @Sendable (String) -> LinkTarget
  ) {
    let day = CivilTime(year: today.year, month: today.month, day: today.day)
    self.today = day.instant() ?? Instant(milliseconds: 0)
    self.staleAfterDays = staleAfterDays
    self.target = target
  }

  /// What is to be said of one runbook, by line; what its reading found is among it.
  public func findings(of runbook: Runbook) -> [Finding] {
    let links = LintLinks(runbook, target: target).findings
    let deadAnchors = Set(
      links.filter { $0.rule == LintRule.deadAnchor.rawValue }.map(\.line))
    // The reading tells of choices that lead nowhere; the link in them is told of once.
    let read = runbook.findings.filter {
      $0.rule != LintRule.jump.rawValue || !deadAnchors.contains($0.line)
    }
    let found =
      read + LintStandard(runbook).findings + review(runbook) + links
      + LintCommands(runbook).findings + LintAnnotations(runbook).findings
      + (runbook.isIndex ? LintIndex.steps(in: runbook) : [])
    return found.sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }
  }

  /// What is to be said of a whole catalogue, by path and line; files that could not be read and
  /// indexes that miss a runbook among it.
  public func report(on catalogue: Catalogue) -> LintReport {
    var found: [String: [Finding]] = [:]
    for runbook in catalogue.runbooks { found[runbook.path] = findings(of: runbook) }
    for refused in catalogue.refused {
      found[refused.path] = [Finding(.unreadable, line: 1, .error, refused.reason)]
    }
    for miss in LintIndex.misses(in: catalogue) {
      found[miss.index, default: []].append(miss.finding)
    }
    let paths = found.keys.sorted { Untrusted($0) < Untrusted($1) }
    return LintReport(
      files: paths.count,
      entries: paths.flatMap { path in
        (found[path] ?? []).sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }
          .map { LintReport.Entry(file: path, finding: $0) }
      })
  }
}
