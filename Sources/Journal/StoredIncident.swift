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
  fileprivate static func verifications(_ batch: [StoredIncident]) -> [Verification] {
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
    guard let projection, let folded = Projection(of: sound),
      projection == folded || Projection.older(of: sound).contains(projection)
    else {
      return .wrong(
        event: name,
        problem: "its row on the board does not agree with its events, which are sound")
    }
    return .sound(events: chain.count, heads: chain.sortedHeads)
  }
}

/// Verifies one batch of incidents while the next one is read.
package struct VerificationLine {
  private var events = 0
  private var heads: [EventID] = []
  private var pending: Pending?

  /// A batch that is being verified.
  private final class Pending: Sendable {
    private let found = Mutex<[Verification]>([])
    private let isDone = DispatchSemaphore(value: 0)

    init(_ batch: [StoredIncident]) {
      DispatchQueue.global(qos: .userInitiated).async { [self] in
        let verifications = StoredIncident.verifications(batch)
        found.withLock { $0 = verifications }
        isDone.signal()
      }
    }

    var verifications: [Verification] {
      isDone.wait()
      return found.withLock { $0 }
    }
  }

  /// A line without a batch.
  package init() {}

  /// Takes a batch, once the one before it is done.
  ///
  /// - Returns: the first thing that was wrong in the one before it; nothing more is to be read then.
  package mutating func add(_ batch: [StoredIncident]) -> Verification? {
    if let wrong = settle() { return wrong }
    pending = Pending(batch)
    return nil
  }

  /// Waits for the last batch: what is wrong, or all that was taken.
  package mutating func finish() -> Verification {
    settle() ?? .sound(events: events, heads: heads)
  }

  private mutating func settle() -> Verification? {
    guard let batch = pending else { return nil }
    pending = nil
    for verification in batch.verifications {
      guard case .sound(let count, let some) = verification else { return verification }
      events += count
      heads += some
    }
    return nil
  }
}
