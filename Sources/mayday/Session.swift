import Glibc
import Host
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

/// What one call of the program works with: who, where, when, and the way out.
struct Session {
  let options: GlobalOptions
  let output: Output
  let actor: Actor
  let zone: ClockZone
  /// The clock as the call began: one call is one moment.
  let now: Instant

  /// - Throws: a ``Failure`` for an option that cannot be.
  init(_ options: GlobalOptions, output: Output) throws(Failure) {
    self.options = options
    self.output = output
    let account = Identity.account()
    var person = account
    if let name = options.actingAs {
      person = Untrusted(name)
      guard !person.isBlank else {
        throw Failure(.usage, "the name after --as is empty; give the name of who acts")
      }
    }
    actor = Actor(
      person: person, account: account, host: Identity.host(), key: SSHOrigin.key())
    if options.utc {
      zone = .utc
    } else if let name = options.zone {
      guard let named = ClockZone.named(name) else {
        throw Failure(
          .usage, "there is no time zone \(Untrusted(name).showable); give one as Europe/Berlin")
      }
      zone = named
    } else {
      zone = .local()
    }
    now = Self.clock()
  }

  /// The system's clock.
  static func clock() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  var times: TimeReader { TimeReader(now: now, zone: zone) }

  /// Where consoles on the session's store tell each other who is there.
  func presencePlace() throws -> any PresencePlace {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _): PresenceFolder(beside: path, host: actor.host)
    case .postgresql(let address): PostgresPresence(address)
    }
  }

  /// Who has a console open on the session's store now.
  func present() throws -> [Presence] {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      PresenceFolder(beside: path, host: actor.host).everybody(now: now)
    case .postgresql(let address): PostgresPresence.everybody(at: address, now: now)
    }
  }

  /// - Throws: a ``Failure`` when this session may not write.
  func requireWriting() throws(Failure) {
    if options.observer {
      throw Failure(.notPermitted, "an observer changes nothing; call it without --observer")
    }
  }

  /// - Throws: a ``Failure`` when this session may not run commands.
  func requireRunning() throws(Failure) {
    try requireWriting()
    if options.noExec {
      throw Failure(.notPermitted, "this session runs no commands; call it without --no-exec")
    }
  }

  /// The incident that is meant, as it is now.
  func incident(
    _ reference: IncidentReference, in journal: any Journal
  ) throws -> Incident {
    let id = try journal.find(reference.text)
    guard let incident = try journal.incident(id) else {
      throw JournalError.noSuchIncident(reference.text)
    }
    return incident
  }
}
