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
  /// type and service, then the rest by path.
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
    var first: [Row] = []
    if let incident {
      if let named = incident.suggestedRunbook?.raw, !named.isEmpty,
        let runbook = try? catalogue.runbook(named: named)
      {
        first.append(
          Row(path: runbook.path, title: runbook.title, why: "named by the incident"))
      }
      first += catalogue.suggest(type: incident.type, service: incident.service).map {
        Row(path: $0.path, title: $0.title, why: $0.why.first ?? .empty)
      }
      first += Self.sharing(words: incident.title, in: catalogue)
    }
    var seen: Set<String> = []
    let rest = catalogue.runbooks.filter { !$0.isIndex }.map {
      Row(path: $0.path, title: $0.title, why: .empty)
    }
    shown = (first + rest).filter { seen.insert($0.path).inserted }
  }

  /// Runbooks whose title shares a word of four letters or more with the incident's, most first.
  private static func sharing(words title: Untrusted, in catalogue: Catalogue) -> [Row] {
    let wanted = Set(words(title.raw).filter { $0.count > 3 })
    let found: [(row: Row, count: Int)] = catalogue.runbooks.compactMap { runbook in
      let shared = wanted.intersection(words(runbook.title.raw)).sorted()
      guard !shared.isEmpty, !runbook.isIndex else { return nil }
      let list = shared.map { Untrusted($0).showable }.joined(", ")
      return (Row(path: runbook.path, title: runbook.title, why: "shares \(list)"), shared.count)
    }
    return found.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }.map(\.element.row)
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { String($0) }
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
