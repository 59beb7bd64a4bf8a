import CSystem
import Console
import Dispatch
import Glibc
import IncidentDomain
import TextGate

/// Tells others who has which incident open here, and this console who looks at what.
///
/// Everything happens on a queue of its own, never on the way of a key.
final class PresenceDesk: Sendable {
  private let folder: PresenceFolder
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
    var source: (any DispatchSourceRead)?
    var isOver = false
  }

  init(
    folder: PresenceFolder, session: ConsoleSession, terminal: Untrusted?, client: Untrusted?,
    post: @escaping @Sendable (Message) -> Void
  ) {
    self.folder = folder
    isObserver = session.permissions.isObserver
    actor = session.actor
    self.terminal = terminal
    self.client = client
    self.post = post
  }

  /// Listens to the comings and goings of others.
  func watch() {
    queue.async { [self] in
      // An observer leaves nothing behind: without a folder there is nobody to see either.
      if !isObserver { _ = folder.prepare() }
      let listener = mayday_doorbell_open()
      guard listener >= 0 else { return tell() }
      let bell = mayday_doorbell_listen(listener, folder.bell)
      guard bell >= 0 else {
        close(listener)
        return
      }
      let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
      source.setEventHandler { [weak self] in
        _ = mayday_doorbell_drain(listener, bell)
        self?.tell()
      }
      source.setCancelHandler { close(listener) }
      told.source = source
      source.activate()
      tell()
    }
  }

  /// Says what is open here, and when a key was pressed last.
  func look(at incident: EventID?, lastKey: Instant) {
    queue.async { [self] in
      guard !told.isOver else { return }
      if !isObserver {
        folder.write(
          Presence(
            person: actor.person, account: actor.account, host: actor.host, terminal: terminal,
            client: client, process: Int(getpid()), incident: incident, lastKey: lastKey))
      }
      tell()
    }
  }

  private func tell() {
    let now = folder.everybody(now: SystemClock.now())
    guard now != told.last, !told.isOver else { return }
    told.last = now
    post(.presence(now))
  }

  /// Takes this console's file away.
  func finish() {
    queue.sync {
      told.isOver = true
      told.source?.cancel()
      if !isObserver { folder.remove(process: Int(getpid())) }
    }
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
