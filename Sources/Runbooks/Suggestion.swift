import IncidentDomain
import TextGate

extension Catalogue {
  /// A runbook that may help, and why.
  public struct Suggestion: Hashable, Sendable {
    /// The runbook's, relative to the root: opens it without doubt.
    public let path: String
    /// The runbook's title.
    public let title: Untrusted
    /// At least one reason, the strongest first.
    public let why: [Showable]
    let score: Int
  }

  /// What may help on an incident, best first: the runbook that it names, then what fits its type, its
  /// service and its labels, then what shares words with its title.
  public func suggest(for incident: Incident) -> [Suggestion] {
    var found: [Suggestion] = []
    if let named = incident.suggestedRunbook?.raw, !named.isEmpty,
      let runbook = try? runbook(named: named)
    {
      found.append(
        Suggestion(
          path: runbook.path, title: runbook.title, why: ["named by the incident"], score: 0))
    }
    found += suggest(type: incident.type, service: incident.service, labels: incident.labels)
    found += sharing(words: incident.title)
    var seen: Set<String> = []
    return found.filter { seen.insert($0.path).inserted }
  }

  /// Runbooks whose title shares a word of four letters or more with a text, most first.
  private func sharing(words text: Untrusted) -> [Suggestion] {
    let wanted = Set(SearchIndex.words(text.raw).filter { $0.count > 3 })
    let found: [Suggestion] = runbooks.compactMap { runbook in
      let shared = wanted.intersection(SearchIndex.words(runbook.title.raw)).sorted()
      guard !shared.isEmpty, !runbook.isIndex else { return nil }
      let list = shared.map { Untrusted($0).showable }.joined(", ")
      return Suggestion(
        path: runbook.path, title: runbook.title, why: ["shares \(list)"], score: shared.count)
    }
    return found.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.map(\.element)
  }

  /// Labels that name a service, and those that name where it runs.
  private static let serviceLabels = ["service", "app", "component", "job"]
  private static let placeLabels = [
    "container", "deployment", "statefulset", "daemonset", "namespace", "cluster",
  ]

  /// The runbooks that fit an incident, best first, at most ten.
  ///
  /// - Parameters:
  ///   - type: what kind of issue it is: "database".
  ///   - service: what is affected.
  ///   - labels: of the alert: `alertname`, `runbook_url`, `service`, `job` and others.
  public func suggest(
    type: Untrusted? = nil, service: Untrusted? = nil, labels: [String: Untrusted] = [:]
  ) -> [Suggestion] {
    let url = labels["runbook_url"] ?? labels["runbook"]
    let alert = labels["alertname"]
    var services: [(name: Untrusted, label: Showable)] = service.map { [($0, .empty)] } ?? []
    for key in Self.serviceLabels + Self.placeLabels {
      if let value = labels[key], !services.contains(where: { $0.name == value }) {
        services.append((value, " (label \(Untrusted(key).showable))"))
      }
    }
    var found: [Suggestion] = []
    for (runbook, index) in zip(runbooks, entries) where !runbook.isIndex {
      var why: [(reason: Showable, score: Int)] = []
      if let url, Self.leads(url.raw, to: runbook) {
        why.append(("the alert's runbook link names it", 100))
      }
      if let alert, index.alerts.contains(alert.raw.lowercased()) {
        why.append(("it is for alert \(alert.showable)", 80))
      }
      for (name, label) in services {
        let folded = name.raw.lowercased()
        let words = SearchIndex.words(folded)
        if index.services.contains(folded) {
          why.append(("it names the service \(name.showable)\(label)", 40))
        } else if !words.isEmpty, words.allSatisfy(index.words.contains) {
          why.append(("its name holds \(name.showable)\(label)", 25))
        }
      }
      if let type {
        let words = SearchIndex.words(type.raw)
        if !words.isEmpty, words.allSatisfy(index.words.contains) {
          why.append(("its name holds the type \(type.showable)", 20))
        }
      }
      guard !why.isEmpty else { continue }
      found.append(
        Suggestion(
          path: runbook.path, title: runbook.title,
          why: why.sorted { $0.score > $1.score }.map(\.reason),
          score: why.reduce(0) { $0 + $1.score }))
    }
    found.sort {
      $0.score != $1.score ? $0.score > $1.score : Untrusted($0.path) < Untrusted($1.path)
    }
    return Array(found.prefix(10))
  }

  /// Whether a link's last parts are the runbook's path or file name.
  private static func leads(_ link: String, to runbook: Runbook) -> Bool {
    let path = link.prefix { $0 != "#" && $0 != "?" }.lowercased()
    let own = runbook.path.lowercased()
    if path.hasSuffix("/" + own) || path == own { return true }
    let name = Runbook.stem(of: path)
    guard name.count >= 4 else { return false }
    let stem = runbook.stem.lowercased()
    return stem == name || stem.hasSuffix("_" + name)
  }
}
