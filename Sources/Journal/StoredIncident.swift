import Dispatch
import IncidentDomain
import Synchronization
import TextGate

/// One incident as it is stored.
package struct StoredIncident: Sendable {
  package let number: Int64
  /// Nil when its id is none.
  package let projection: Projection?
  package let events: [StoredEvent]
  /// The place of the last event, where a store counts them within the incident, from 1; nil where
  /// it counts over all incidents.
  package let last: Int64?

  /// Holds the parts as they are.
  package init(
    number: Int64, projection: Projection?, events: [StoredEvent], last: Int64? = nil
  ) {
    self.number = number
    self.projection = projection
    self.events = events
    self.last = last
  }

  /// As a person knows it; a round of a checklist has no number.
  private var name: Showable {
    number > 0 ? "INC-\(number)" : projection?.id.word ?? "\(number)"
  }

  /// What is found in each, on all processors.
  package static func verifications(_ batch: [StoredIncident]) -> [Verification] {
    let found = Mutex([Int: Verification]())
    DispatchQueue.concurrentPerform(iterations: batch.count) { index in
      let verification = batch[index].verification
      found.withLock { $0[index] = verification }
    }
    return found.withLock { found in batch.indices.compactMap { found[$0] } }
  }

  /// What is found in it: the first event that is wrong, or a row that does not agree with them.
  package var verification: Verification {
    var chain = EventChain()
    var sound: [Event] = []
    for (index, stored) in events.enumerated() {
      if last != nil, stored.sequence != Int64(index) + 1 {
        return StoredEvent.wrong(
          stored.id, at: stored.sequence, "an event before it was taken away")
      }
      switch stored.checked {
      case .failure(let problem):
        return StoredEvent.wrong(stored.id, at: stored.sequence, problem.text)
      case .success(let event):
        if let problem = chain.add(event) {
          return StoredEvent.wrong(event.id, at: stored.sequence, problem)
        }
        sound.append(event)
      }
    }
    if let last, last != Int64(events.count) {
      return .wrong(
        event: name,
        problem: "\(events.count) of its \(last) events are there, the last were taken away")
    }
    guard let folded = Projection(of: sound),
      projection == folded || projection == Projection.older(of: sound)
    else {
      return .wrong(
        event: name,
        problem: "its row on the board does not agree with its events, which are sound")
    }
    return .sound(events: chain.count, heads: chain.sortedHeads)
  }
}
