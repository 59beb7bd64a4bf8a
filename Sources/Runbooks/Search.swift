import MarkdownBlocks
import TextGate

/// What of a runbook is searched.
struct SearchIndex: Sendable {
  struct Entry: Sendable {
    let place: Catalogue.Match.Place
    let text: String
    let folded: String
    let line: Int
  }

  let entries: [Entry]
  let alerts: [String]
  let services: [String]
  /// Words of path and title, folded.
  let words: Set<String>

  init(_ runbook: Runbook) {
    var entries: [Entry] = []
    func add(_ place: Catalogue.Match.Place, _ text: String, _ line: Int) {
      entries.append(Entry(place: place, text: text, folded: text.lowercased(), line: line))
    }
    let titleLine = runbook.document.blocks.first {
      if case .heading = $0.kind { true } else { false }
    }
    add(.title, runbook.title.raw, titleLine?.lines.lowerBound ?? 1)
    add(.name, runbook.path, 1)
    let alerts = Self.alerts(of: runbook)
    for alert in alerts { add(.alert, alert.name, alert.line) }
    let services = Self.services(of: runbook)
    for service in services { add(.service, service.name, service.line) }
    for section in runbook.sections { add(.section, section.title.raw, section.line) }
    for step in runbook.steps { add(.step, step.title.raw, step.line) }
    for field in runbook.fields.all where Fields.folded(field.key.raw) != "title" {
      add(.field, field.value.raw, field.line)
    }
    self.entries = entries
    self.alerts = alerts.map { $0.name.lowercased() }
    self.services = services.map { $0.name.lowercased() }
    words = Set(Self.words(runbook.path) + Self.words(runbook.title.raw))
  }

  static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// `KubeNodeNotReady`, `etcdNoLeader`: one word with a capital inside.
  private static func isAlertName(_ text: some StringProtocol) -> Bool {
    text.count >= 6 && text.count <= 100 && text.dropFirst().contains(where: \.isUppercase)
      && text.contains(where: \.isLowercase)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func alerts(of runbook: Runbook) -> [(name: String, line: Int)] {
    var found: [(name: String, line: Int)] = []
    func add(_ name: String, _ line: Int) {
      if !found.contains(where: { $0.name == name }) { found.append((name, line)) }
    }
    for field in runbook.fields.all
    where ["alert", "alerts", "alertname", "alertnames"].contains(Fields.folded(field.key.raw)) {
      for name in field.value.raw.split(separator: ",") {
        add(Words.collapsed(name), field.line)
      }
    }
    let last = runbook.stem.split(separator: "_").last ?? ""
    if isAlertName(last) { add(String(last), 1) }
    if isAlertName(runbook.title.raw) { add(runbook.title.raw, 1) }
    for section in runbook.sections where section.kind == .when || section.kind == .purpose {
      for block in runbook.document.blocks
      where section.lines.contains(block.lines.lowerBound) {
        for inline in block.inlines where inline.kind == .code && isAlertName(inline.text.raw) {
          add(inline.text.raw, block.lines.lowerBound)
        }
      }
    }
    return found
  }

  private static func services(of runbook: Runbook) -> [(name: String, line: Int)] {
    runbook.fields.all.filter {
      ["service", "services", "component", "components", "app", "apps", "system"].contains(
        Fields.folded($0.key.raw))
    }.flatMap { field in
      field.value.raw.split(separator: ",").map { (Words.collapsed($0), field.line) }
    }
  }
}

extension Catalogue {
  /// A runbook that a search found: what in it fits, and where.
  public struct Match: Hashable, Sendable {
    /// Where words of the search were found.
    public enum Place: String, CaseIterable, Sendable {
      case title, name, alert, service, section, step, field

      /// As shown before the text that fits.
      public var word: Showable {
        switch self {
        case .title: "title"
        case .name: "name"
        case .alert: "alert"
        case .service: "service"
        case .section: "section"
        case .step: "step"
        case .field: "field"
        }
      }

      var weight: Int {
        switch self {
        case .title: 10
        case .alert: 9
        case .name: 8
        case .service: 7
        case .section: 4
        case .step: 2
        case .field: 2
        }
      }
    }

    /// The runbook's, relative to the root: opens it without doubt.
    public let path: String
    /// The runbook's title.
    public let title: Untrusted
    /// Where the words were found, of several the one that fits best.
    public let place: Place
    /// The text that fits.
    public let text: Untrusted
    /// Its line, from 1.
    public let line: Int
    let score: Int
  }

  /// The runbooks in which every word of the query begins a word or stands in a name, best first;
  /// each with the place that fits best. An empty query finds all, by path.
  public func search(_ query: String) -> [Match] {
    let wanted = SearchIndex.words(query)
    var matches: [Match] = []
    for (runbook, index) in zip(runbooks, entries) {
      guard let best = Self.best(wanted, in: index) else { continue }
      matches.append(
        Match(
          path: runbook.path, title: runbook.title, place: best.entry.place,
          text: Untrusted(best.entry.text), line: best.entry.line, score: best.score))
    }
    return matches.sorted {
      $0.score != $1.score ? $0.score > $1.score : Untrusted($0.path) < Untrusted($1.path)
    }
  }

  private static func best(
    _ wanted: [String], in index: SearchIndex
  ) -> (entry: SearchIndex.Entry, score: Int)? {
    guard !wanted.isEmpty else { return index.entries.first.map { ($0, 0) } }
    var total = 0
    var best: (entry: SearchIndex.Entry, score: Int)?
    for word in wanted {
      var top = 0
      for entry in index.entries {
        guard entry.folded.holds(word) else { continue }
        var score = entry.place.weight
        if SearchIndex.words(entry.text).contains(word) { score *= 2 }
        top = max(top, score)
        // The place that holds most of the words is the one to show.
        let all = wanted.count { entry.folded.holds($0) } * 100 + score
        if all > best?.score ?? 0 { best = (entry, all) }
      }
      guard top > 0 else { return nil }
      total += top
    }
    return best.map { ($0.entry, total) }
  }
}
