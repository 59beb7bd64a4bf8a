import IncidentDomain
import Runbooks
import TextGate

/// The chooser's state.
struct RunbookChooser: Sendable {
  private(set) var catalogue: Catalogue?
  var filter = LineEditor()
  var selection = Selection<String>()
  /// What the search lets through, the best or the suggested first.
  private(set) var shown: [Row] = []
  /// The one that is being looked at, as a run of it would begin.
  var preview: RunStart?
  /// The path that was asked for and not answered.
  var opening: String?
  /// Where an answer of another run led.
  var followed: Followed?
  private var places: [String: Int] = [:]

  /// A runbook that an answer led to, and the heading in it.
  struct Followed: Sendable {
    let path: String
    let anchor: String?
  }

  /// A row of the list and why it stands where it does; empty for no reason.
  struct Row: Sendable {
    let path: String
    let title: Untrusted
    let why: Showable
  }

  /// How many runbooks there are.
  var count: Int { catalogue?.runbooks.count ?? 0 }

  /// The runbook of a row.
  func runbook(_ path: String) -> Runbook? { places[path].flatMap { catalogue?.runbooks[$0] } }

  mutating func take(_ catalogue: Catalogue, for incident: Incident?) {
    self.catalogue = catalogue
    places = Dictionary(
      zip(catalogue.runbooks.map(\.path), catalogue.runbooks.indices),
      uniquingKeysWith: { first, _ in first })
    apply(for: incident)
  }

  /// Searches anew. Without a search the incident's own runbook comes first, then what fits its
  /// type, service and labels, then the rest by path.
  mutating func apply(for incident: Incident?) {
    guard let catalogue else { return }
    guard filter.isBlank else {
      shown = catalogue.search(filter.text).map { match in
        let why: Showable =
          match.place == .title ? .empty : "\(match.place.word): \(match.text.showable)"
        return Row(path: match.path, title: match.title, why: why)
      }
      return
    }
    let first = (incident.map(catalogue.suggest(for:)) ?? []).map {
      Row(path: $0.path, title: $0.title, why: $0.why.joined(", "))
    }
    var seen: Set<String> = []
    let rest = catalogue.runbooks.filter { !$0.isIndex }.map {
      Row(path: $0.path, title: $0.title, why: .empty)
    }
    shown = (first + rest).filter { seen.insert($0.path).inserted }
  }
}

extension RunStart {
  /// `5 steps`, and how many more lead back.
  var stepCount: Showable {
    let back = steps.count { $0.part == .rollback }
    let forward = Showable.count(steps.count - back, "step", "steps")
    return back == 0 ? forward : "\(forward), \(back) to roll back"
  }

  /// A run of a runbook as it was read: only this text can run, whatever the file becomes.
  public init(_ runbook: Runbook) {
    self.init(
      runbook: Untrusted(runbook.path), title: runbook.title, digest: runbook.digest,
      source: Untrusted(
        (runbook.document.source.hasByteOrderMark ? "\u{FEFF}" : "")
          + String(decoding: runbook.document.source.bytes, as: UTF8.self)),
      steps: runbook.plannedSteps)
  }
}
