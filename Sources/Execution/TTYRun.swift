import CSystem
import Glibc
import IncidentDomain
import TextGate

/// A command that takes the person's own terminal and gives it back: `ssh`, `psql`, an editor.
///
/// The person's keys pass through to a pseudo-terminal of the command's own and its output passes
/// back and is recorded, secrets replaced; keys are never recorded. What the command writes reaches
/// the person's terminal as it is, as with any program started by hand.
public enum TTYRun {
  /// Runs the command and waits for its end; call it when the screen has left the terminal.
  ///
  /// - Parameters:
  ///   - input, output: descriptors of the person's terminal. Its modes are those found here again
  ///     on return; its size and the screen's content may have changed.
  ///   - recording: when false, the command gets the terminal itself, in this process's group
  ///     (TERMINAL A4 #14), and nothing of its output is kept.
  ///   - now: asked for the time of the start and of the end.
  ///
  /// While it runs, the calling thread holds SIGWINCH, SIGTERM and SIGHUP back; the latter two, and
  /// a lost terminal, end the command, and the signal is sent to this process again afterwards.
  public static func run(
    _ request: CommandRequest, input: Int32, output: Int32, storingIn folder: OutputFolder,
    named name: String, recording: Bool = true, now: @Sendable () -> Instant
  ) throws(CannotStart) -> CommandReport {
    try request.check()
    var session = try RunSession(request, folder: folder, name: name)
    var maskBefore = mayday_signal_mask()
    let held = mayday_signals_hold(&maskBefore)
    guard held >= 0 else {
      session.discard()
      throw .notSpawned(code: -held)
    }
    let started = now()
    let end: TTYEnd
    let notRecorded: Showable?
    do throws(CannotStart) {
      if recording, let proxy = try TTYProxy(request, session.carry.path, input, output, held) {
        end = proxy.follow(&session, request.timeLimit)
        notRecorded = nil
      } else {
        end = try TTYDirect.run(request, &session, input, output, held)
        notRecorded =
          recording
          ? "Not recorded: no pseudo-terminal could be opened."
          : "Not recorded: the command had the terminal itself."
      }
    } catch {
      _ = mayday_signals_release(held, &maskBefore)
      session.discard()
      throw error
    }
    let ended = now()
    _ = mayday_signals_release(held, &maskBefore)
    if let signal = end.signal { kill(getpid(), signal) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let carryOver = session.carry.finish(&buffer)
    _ = session.recorder.endLastLine()
    let checks =
      notRecorded == nil ? session.watch.finish(excerpt: session.recorder.excerptSoFar) : []
    _ = session.recorder.finish()
    let endedBy: EndedBy? = end.isLost ? .lostConnection : end.isOverTime ? .timeLimit : nil
    let verdict = CommandVerdict(
      end.outcome, endedBy: endedBy, passing: request.passingExitCodes, checks: checks)
    return CommandReport(
      text: Redactor.redact(request.text, request.allSecrets), directory: request.directory,
      verdict: verdict, outcome: end.outcome,
      ending: CommandEnding(
        endedBy, person: request.person, hardest: nil, limit: request.timeLimit?.limit),
      process: end.process, started: started, ended: ended, output: session.recorder.summary,
      checks: checks, poll: nil,
      value: verdict == .passed ? request.reading(session.lastLine) : nil,
      notRecorded: notRecorded, carryOver: carryOver)
  }
}

/// How a command in the person's terminal ended.
struct TTYEnd {
  var outcome: CommandOutcome = .unknown
  /// The process of its shell.
  var process: Int32
  /// Whether it was ended because its time was over.
  var isOverTime = false
  /// Whether the terminal was lost, or this process was told to end.
  var isLost = false
  /// The signal that told it.
  var signal: Int32?
}
