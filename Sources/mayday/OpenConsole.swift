import Console
import Execution
import Glibc
import Host
import IncidentDomain
import Policies
import Terminal
import TextGate

/// Opens the console on the session's store; line by line where no full screen can be had.
///
/// - Throws: a ``Failure`` or a `JournalError` when it cannot.
func openConsole(_ session: Session) throws {
  if session.options.plain { return try printBoard(session) }
  if let shortage = ResourceLimits.prepare() { throw Failure(.unavailable, shortage) }
  // Before the store's threads exist: a thread has the mask of the one that started it.
  let signals: Signals
  do { signals = try Signals.block() } catch {
    throw Failure(
      .unavailable, "the system has no file descriptor left; close some programs and try again")
  }
  let settings = try hostSettings(session)
  do throws(ConsoleProgram.OpeningError) {
    let status = try ConsoleProgram.run(settings, signals: signals)
    if status != 0 { exit(status) }
  } catch {
    switch error {
    case .noScreen(let problem):
      session.output.error(problem.sentence)
      try printBoard(session)
    case .system(let sentence): throw Failure(.unavailable, sentence)
    }
  }
}

/// The active incidents as lines, for serial consoles, screen readers and pipes.
private func printBoard(_ session: Session) throws {
  var list = try List.parse([])
  list.options = session.options
  try list.perform(in: session)
}

private func hostSettings(_ session: Session) throws -> HostSettings {
  let options = session.options
  let (journal, word) = try session.journalForConsole()
  // An observer leaves nothing behind, not even a log.
  let logFile =
    options.observer ? nil : try StoreLocation.resolve(options).localFolder() + "/mayday.log"
  let zone = session.zone
  let policy = try PolicyInForce.resolve(options, now: session.now)
  if !options.observer {
    try ChecklistFile(session, policy.policy).bringIn(to: journal, now: session.now)
  }
  return HostSettings(
    session: ConsoleSession(
      actor: session.actor, policy: policy.policy.incident, card: policy.policy.card,
      permissions: Permissions(isObserver: options.observer, canRun: !options.noExec),
      directory: Untrusted(workingDirectory()),
      process: OwnProcess(id: Int(getpid()), session: ProcessSession.own().text),
      operations: policy.policy,
      notice: policy.problem.map { "\($0); the built-in policy is in force" } ?? word,
      openWindows: { policy.policy.openWindows(at: $0) }, zones: PolicyZone.named),
    journal: journal, runbookFolders: RunbookFolders.resolve(options),
    outputFolder: try session.outputFolder(), logFile: logFile,
    presence: try session.presencePlace(), client: SSHOrigin.client(),
    environment: Environment.all, ascii: false,
    zone: { Zone(name: zone.name(at: $0), offsetSeconds: zone.offsetSeconds(at: $0)) })
}

private func workingDirectory() -> String {
  guard let path = getcwd(nil, 0) else { return "/" }
  defer { free(path) }
  return String(cString: path)
}
