import ArgumentParser
import IncidentDomain
import Policies
import TextGate

struct Windows: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "windows",
    abstract: "Print maintenance windows: open, next, notice due; and backups.",
    usage: "mayday windows [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let policy = try session.policy().policy
    let windows = policy.standings(at: session.now)
    let backups = policy.backups.map { backup in
      (
        backup,
        PolicyZone.named(backup.zone).flatMap { backup.recurrence.next(after: session.now, in: $0) }
      )
    }
    if options.json {
      for (window, standing) in windows { session.output.json(window.json(standing, session.now)) }
      for (backup, next) in backups {
        var members: [String: JSON] = ["backup": .string(backup.name.raw)]
        members["next"] = next.map { .string($0.iso8601) }
        session.output.json(.object(members))
      }
      return
    }
    if windows.isEmpty, backups.isEmpty {
      session.output.line("The policy holds no maintenance windows; see mayday policy schema.")
      return
    }
    var needsSteps = false
    for (window, standing) in windows {
      session.output.line(window.name.showable)
      let lines = self.lines(window, standing, session)
      for line in lines { session.write(line, indent: 2) }
      needsSteps = needsSteps || standing.open != nil || standing.isNoticeDue(at: session.now)
    }
    if needsSteps { try writeSteps(session) }
    for (backup, next) in backups {
      session.write(
        "\(backup.name.showable): \(next.map { "next \(session.zone.text($0)), \(span(session.now, $0))" } ?? "no time told")",
        indent: 0)
    }
  }

  private func lines(
    _ window: MaintenanceWindow, _ standing: MaintenanceWindow.Standing, _ session: Session
  ) -> [Showable] {
    var lines: [Showable] = []
    if let open = standing.open {
      lines.append(
        "OPEN until \(session.zone.text(open.time.upperBound)), \(span(session.now, open.time.upperBound))"
      )
    }
    if let next = standing.next {
      let frequency = window.frequency.map { " (\($0.showable))" as Showable } ?? .empty
      lines.append(
        "next \(session.zone.text(next.time.lowerBound)), \(span(session.now, next.time.lowerBound)), for \(Span.elapsed(seconds: window.duration).word)\(frequency)"
      )
      if let due = next.noticeDue {
        lines.append(
          due <= session.now
            ? "NOTICE DUE since \(session.zone.text(due))"
            : "notice due \(session.zone.text(due)), \(span(session.now, due))")
      }
    }
    return lines.isEmpty ? ["no time told"] : lines
  }

  /// The steps of every window whose coming somebody has to see to now, as far as they are done.
  private func writeSteps(_ session: Session) throws {
    for sheet in try session.agenda().sheets {
      guard case .window(let window, let occurrence) = sheet.heading, !sheet.entries.isEmpty,
        occurrence.time.lowerBound <= session.now
          || occurrence.noticeDue.map({ $0 <= session.now }) ?? false
      else { continue }
      session.output.line(
        "Steps of \(window.name.showable), \(session.zone.text(occurrence.time.lowerBound)); mayday checklist done ticks them off"
      )
      for entry in sheet.entries { session.write(entry) }
    }
  }

  private func span(_ now: Instant, _ then: Instant) -> Showable {
    "in \(Showable.clock(seconds: then.seconds(since: now)))"
  }
}

extension Session {
  /// A line, wrapped at the terminal's edge, the rest under its begin.
  func write(_ text: Showable, indent: Int) {
    let start = Showable.spaces(indent)
    guard let columns = output.wrapping, columns > indent + 10 else {
      output.line(start + text)
      return
    }
    for (index, line) in text.wrapped(to: columns - indent - 2).enumerated() {
      output.line(start + (index == 0 ? .empty : .spaces(2)) + line)
    }
  }
}

extension OperationsPolicy {
  /// Every window and where it stands.
  func standings(at now: Instant) -> [(MaintenanceWindow, MaintenanceWindow.Standing)] {
    windows.compactMap { window in
      PolicyZone.named(window.zone).map { (window, window.standing(at: now, in: $0)) }
    }
  }

  /// The windows that are open, in words.
  func openWindows(at now: Instant) -> [Untrusted] {
    standings(at: now).compactMap { window, standing in
      standing.open.map {
        Untrusted("\(window.name.raw) (until \($0.time.upperBound.iso8601.prefix(16))Z)")
      }
    }
  }
}

extension MaintenanceWindow {
  fileprivate func json(_ standing: Standing, _ now: Instant) -> JSON {
    var members: [String: JSON] = [
      "window": .string(name.raw), "zone": .string(zone),
      "durationSeconds": .integer(Int64(duration)),
    ]
    members["open"] = standing.open.map(Self.json)
    members["next"] = standing.next.map(Self.json)
    if standing.isNoticeDue(at: now) { members["noticeDue"] = true }
    return .object(members)
  }

  private static func json(_ occurrence: Occurrence) -> JSON {
    var members: [String: JSON] = [
      "from": .string(occurrence.time.lowerBound.iso8601),
      "to": .string(occurrence.time.upperBound.iso8601),
    ]
    members["noticeDue"] = occurrence.noticeDue.map { .string($0.iso8601) }
    return .object(members)
  }
}
