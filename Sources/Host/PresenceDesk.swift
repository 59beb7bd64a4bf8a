import Console
import Dispatch
import Glibc
import IncidentDomain
import Journal
import TextGate

/// Tells others who has which incident open here, and this console who looks at what.
///
/// Everything happens on a queue of its own, never on the way of a key.
final class PresenceDesk: Sendable {
  private let place: any PresencePlace
  private let isObserver: Bool
  private let actor: Actor
  private let terminal: Untrusted?
  private let client: Untrusted?
  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "mayday.presence")
  /// Only touched on the queue.
  private let told = Told()

  private final class Told: @unchecked Sendable {
    // Confined to the desk's serial queue, which the compiler cannot see.
    var last: [Presence] = []
    var watch: (any JournalWatch)?
    var isOver = false
  }

  init(
    place: any PresencePlace, session: ConsoleSession, terminal: Untrusted?, client: Untrusted?,
    post: @escaping @Sendable (Message) -> Void
  ) {
    self.place = place
    isObserver = session.permissions.isObserver
    actor = session.actor
    self.terminal = terminal
    self.client = client
    self.post = post
  }

  /// Listens to the comings and goings of others.
  func watch() {
    queue.async { [self] in
      told.watch = place.watch(isObserver: isObserver) { [self] in
        queue.async { self.tell() }
      }
      // Where nobody can be listened to, who is there now is told all the same.
      tell()
    }
  }

  /// Says what is open here, and when a key was pressed last.
  func look(at incident: EventID?, lastKey: Instant) {
    queue.async { [self] in
      guard !told.isOver else { return }
      if !isObserver {
        place.tell(
          Presence(
            person: actor.person, account: actor.account, host: actor.host, terminal: terminal,
            client: client, process: Int(getpid()), incident: incident, lastKey: lastKey),
          now: SystemClock.now())
      }
      tell()
    }
  }

  private func tell() {
    let now = place.everybody(now: SystemClock.now())
    guard now != told.last, !told.isOver else { return }
    told.last = now
    post(.presence(now))
  }

  /// Says that this console is gone; who cannot be told sees it by the process that is not there.
  func finish() {
    let isDone = DispatchSemaphore(value: 0)
    queue.async { [self] in
      told.isOver = true
      told.watch?.cancel()
      if !isObserver { place.leave(process: Int(getpid())) }
      isDone.signal()
    }
    _ = isDone.wait(timeout: .now() + .seconds(1))
  }
}

/// What of this console's doings others are told: which incident is open, and keys by the half
/// minute, so that a person who types costs two small writes a minute.
struct Attention {
  private var told: EventID?
  private var toldKey: Instant?
  private static let seconds = 30

  /// Whether there is something new to tell.
  mutating func changes(to incident: EventID?, lastKey: Instant) -> Bool {
    let isSame = toldKey.map { abs(lastKey.seconds(since: $0)) < Self.seconds } ?? false
    guard !isSame || incident != told else { return false }
    told = incident
    toldKey = lastKey
    return true
  }
}
