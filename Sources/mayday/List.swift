import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct List: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List incidents with phase, next due timer and commander.",
    usage:
      "mayday list [--active|--reviews|--drills|--closed|--all] [--severity N] [--since TIME] [--json]"
  )

  enum Which: String, CaseIterable, EnumerableFlag {
    case active, reviews, drills, closed, all

    static func help(for value: Which) -> ArgumentHelp? {
      switch value {
      case .active: "Those that are worked on (the default)."
      case .reviews: "Those that are resolved and reviewed."
      case .drills: "Exercises."
      case .closed: "Closed, cancelled and merged ones, the newest first."
      case .all: "All of them."
      }
    }

    var tab: BoardTab? { BoardTab(rawValue: rawValue) }
  }

  @Flag(exclusivity: .exclusive) var which: Which = .active

  @Option(help: "Only this severity.")
  var severity: Severity?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only those declared since then.", valueName: "time"))
  var since: String?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    var query = BoardQuery(
      tab: which.tab, severity: severity, since: try since.map(session.times.read)?.instant)
    guard let journal = try session.journalToList() else { return }
    var rows: [BoardRow] = []
    var page: BoardPage
    repeat {
      page = try journal.board(query)
      rows += page.rows
      query.offset += page.rows.count
    } while !page.rows.isEmpty && rows.count < page.total
    if options.json {
      for row in rows { session.output.json(row.listJSON(at: session.now)) }
      return
    }
    var table = Table()
    for row in rows { row.addLine(to: &table, at: session.now) }
    if rows.isEmpty { session.output.line("No incident is listed.") }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    if let rest = elsewhere(page.counts) { session.output.line(rest) }
  }

  /// What the asked tab does not show, so that an empty list never looks like an empty record.
  private func elsewhere(_ counts: [BoardTab: Int]) -> Showable? {
    guard let tab = which.tab else { return nil }
    let others = BoardTab.allCases.filter { $0 != tab }.compactMap { other -> Showable? in
      guard let count = counts[other], count > 0 else { return nil }
      return "\(count) with --\(other.rawValue.showableWord)"
    }
    if others.isEmpty { return nil }
    return "Not listed: \(others.joined(", "))"
  }
}

extension BoardRow {
  fileprivate func addLine(to table: inout Table, at now: Instant) {
    let marks: Showable = "\(conflicts > 0 ? "CONFLICT " : "")\(isDrill ? "DRILL " : "")"
    table.add(
      severity.word, "INC-\(number)", marks + title.showable, standing, dueText(at: now),
      commander?.showable ?? "-")
  }

  /// The phase, or how it ended.
  private var standing: Showable {
    switch ending {
    case .cancelled(let reason): "cancelled (\(reason.word))"
    case .merged(_, let number): "merged into INC-\(number)"
    case nil: phase.word
    }
  }

  private func dueText(at now: Instant) -> Showable {
    guard let next = nextDeadline(at: now) else { return "-" }
    let left = next.due.seconds(since: now)
    let clock = Showable.clock(seconds: left)
    if next.kind == .commander, left < 0 { return "NO IC +\(clock)" }
    return left < 0 ? "\(next.label) LATE +\(clock)" : "\(next.label) in \(clock)"
  }

  fileprivate func listJSON(at now: Instant) -> JSON {
    var members: [String: JSON] = [
      "number": .integer(Int64(number)), "id": .string(id.hex), "title": .string(title.raw),
      "severity": .integer(Int64(severity.rawValue)), "phase": .string(phase.rawValue),
      "declared": .string(declared.iso8601),
    ]
    members["commander"] = commander.map { .string($0.raw) }
    if let next = nextDeadline(at: now) {
      var due: [String: JSON] = [
        "kind": .string(next.kind.rawValue), "due": .string(next.due.iso8601),
      ]
      due["level"] = next.level.map { .integer(Int64($0)) }
      members["next"] = .object(due)
    }
    switch ending {
    case .cancelled(let reason): members["cancelled"] = .string(reason.rawValue)
    case .merged(let into, let number):
      members["mergedInto"] = ["id": .string(into.hex), "number": .integer(Int64(number))]
    case nil: break
    }
    if isDrill { members["drill"] = true }
    if conflicts > 0 { members["conflicts"] = .integer(Int64(conflicts)) }
    return .object(members)
  }
}
