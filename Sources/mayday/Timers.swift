import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Timers: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "timers", abstract: "List every running timer by due time, with its reason.",
    usage: "mayday timers [INC] [--json]")

  @Argument(help: "Only of this incident; else of every one that is open.")
  var incident: IncidentReference?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    // It is of no incident, and so it is listed without a store too.
    let review = incident == nil ? try session.policy().policy.review?.timer(at: session.now) : nil
    guard let journal = try session.journalToList() else {
      if let review { write([], review, in: session) }
      return
    }
    var running: [(incident: Incident, timer: IncidentTimer)] = []
    for incident in try incidents(session, journal) {
      for timer in incident.timers(at: session.now) where timer.isRunning {
        running.append((incident, timer))
      }
    }
    running.sort { ($0.timer.due, $0.incident.number) < ($1.timer.due, $1.incident.number) }
    write(running, review, in: session)
  }

  private func write(
    _ running: [(incident: Incident, timer: IncidentTimer)], _ review: IncidentTimer?,
    in session: Session
  ) {
    if options.json {
      if let review { session.output.json(review.json(at: session.now)) }
      for (incident, timer) in running {
        guard case .object(var members) = timer.json(at: session.now) else { continue }
        members["number"] = .integer(Int64(incident.number))
        members["id"] = .string(incident.id.hex)
        if incident.isDrill { members["drill"] = true }
        session.output.json(.object(members))
      }
      return
    }
    var table = Table()
    for (incident, timer) in running {
      let drill: Showable = incident.isDrill ? " DRILL" : ""
      let subject = timer.subject.map { " \"\($0.showable)\"" as Showable } ?? .empty
      table.add(
        incident.name + drill, timer.summary(at: session.now) + subject,
        session.zone.text(timer.due),
        "\(timer.because); since \(session.zone.text(timer.since)); stopped by \(timer.stoppedBy)")
      if let consequence = timer.consequence {
        table.add("", "", "", "BREACHED: \(consequence)")
      }
      for entry in timer.history { table.add("", "", "", entry) }
    }
    if let review {
      table.add(
        "policy", review.summary(at: session.now), session.zone.text(review.due),
        "\(review.because); stopped by \(review.stoppedBy)")
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    if table.isEmpty { session.output.line("No timer runs.") }
  }

  private func incidents(_ session: Session, _ journal: any Journal) throws -> [Incident] {
    if let incident { return [try session.incident(incident, in: journal)] }
    var ids: [EventID] = []
    for tab in [BoardTab.active, .reviews, .drills] {
      var query = BoardQuery(tab: tab)
      while true {
        let rows = try journal.board(query).rows
        ids += rows.filter { !$0.deadlines.isEmpty }.map(\.id)
        if rows.count < query.limit { break }
        query.offset += rows.count
      }
    }
    return try ids.compactMap { try journal.incident($0) }
  }
}
