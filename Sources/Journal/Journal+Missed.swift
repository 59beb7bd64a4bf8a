import IncidentDomain

extension Journal {
  /// Opens an incident because an item was missed, unless one was declared for it: of two who do so,
  /// the second is told which incident it is.
  ///
  /// The incident is declared first and the round is told of it after, in a transaction each. Of two
  /// who pass the first look in one moment the store takes one into the round; the other has an
  /// incident too many by then, and is told to merge it.
  ///
  /// - Throws: ``JournalError``: `refused` for an item that has its incident, else what hinders the
  ///   store.
  public func declare(
    _ declaration: Declaration, for missed: MissedItem, by actor: Actor, now: Instant
  ) throws(JournalError) -> Appended {
    if let first = try rounds([missed.round]).declared(for: missed) {
      throw .refused(try current(first).refusal(of: missed.item))
    }
    let appended = try declare(declaration, by: actor, at: nil, now: now)
    let incident = appended.incident
    do throws(JournalError) {
      _ = try append(
        .declare(missed.item, incident: incident.id, number: incident.number), to: missed.round,
        by: actor, at: nil, now: now)
    } catch {
      // The incident is there whatever hinders the rest.
      guard case .refused = error, let first = try rounds([missed.round]).declared(for: missed)
      else { return appended }
      throw .refused(
        Refusal(
          .rule,
          "\(incident.name) is there now, and \(try current(first).refusal(of: missed.item).reason)",
          remedy: "merge it: mayday merge \(incident.number) \(first.number)"))
    }
    return appended
  }

  /// With the number that the incident has now: joining two stores may have changed it.
  private func current(_ declared: DeclaredForMiss) throws(JournalError) -> DeclaredForMiss {
    guard let incident = try self.incident(declared.incident) else { return declared }
    return DeclaredForMiss(
      incident: declared.incident, number: incident.number, by: declared.by, at: declared.at)
  }
}
