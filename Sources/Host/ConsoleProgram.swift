import Console
import Glibc
import Grid
import IncidentDomain
import Journal
import Terminal
import TextGate

/// The console as a program: the event loop, and nothing that decides (ARCHITECTURE.md, "A
/// keystroke's way").
public enum ConsoleProgram {
  /// Why a console could not open.
  public enum OpeningError: Error, Sendable {
    /// No full screen can be had; the caller goes on line by line.
    case noScreen(ScreenError)
    /// The system refused what every program gets: too many open files.
    case system(Showable)
  }

  /// The store's answer for the first frame is waited for so long; then the frame says it is opening.
  private static let firstFramePatience = 150

  /// Opens the console and runs it until the person leaves or the terminal is gone.
  ///
  /// - Parameter signals: blocked first of all in `main`.
  /// - Returns: the exit status: 0, or 128 and the number of the signal that ended it.
  /// - Throws: ``OpeningError``; then nothing was written to the terminal.
  public static func run(
    _ settings: HostSettings, signals: Signals
  ) throws(OpeningError) -> Int32 {
    let mailbox: Mailbox<Message>
    do { mailbox = try Mailbox<Message>() } catch {
      throw .system("the system has no file descriptor left: close some programs and try again")
    }
    let log = settings.logFile.map(LogFile.open) ?? nil
    let screen: Terminal.Screen
    do throws(ScreenError) {
      screen = try Terminal.Screen(
        Terminal.Screen.Options(
          environment: settings.environment, ascii: settings.ascii, errorLog: log))
    } catch {
      throw .noScreen(error)
    }
    let effects = Effects(settings: settings, screen: screen, post: { mailbox.post($0) })
    var session = RunningConsole(
      model: Model(session: settings.session, now: SystemClock.now()), screen: screen,
      effects: effects, zone: settings.zone)
    let status = session.run(
      loop: Loop(signals: signals, bell: mailbox.bell, screen: screen), mailbox: mailbox,
      opening: settings.opening, patience: firstFramePatience)
    session.endCommand(mailbox)
    // First, so that whoever waits for a store that hangs has the terminal back.
    screen.close()
    if !effects.finish() {
      let sentence: StaticString =
        "mayday: the store gives no answer; what was not shown as saved may not be in the record, look before you write it again\n"
      _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
    }
    return status
  }
}

/// The loop's own state: the model, and whether the frame on the screen is of it.
private struct RunningConsole {
  var model: Model
  let screen: Terminal.Screen
  let effects: Effects
  let zone: @Sendable (Instant) -> Zone
  private var watch = ClockWatch(SystemClock.reading(), bootID: SystemClock.bootID())
  private var lastKey = SystemClock.now()
  private var hasBoard = false
  private var shouldQuit = false

  init(
    model: Model, screen: Terminal.Screen, effects: Effects,
    zone: @escaping @Sendable (Instant) -> Zone
  ) {
    self.model = model
    self.screen = screen
    self.effects = effects
    self.zone = zone
  }

  mutating func run(
    loop: Loop, mailbox: Mailbox<Message>, opening: Untrusted?, patience: Int
  ) -> Int32 {
    step(.zone(zone(SystemClock.now())))
    step(.resized(screen.size))
    step(.started)
    if let notice = screen.notice { step(.notice(notice)) }
    if let opening { effects.perform(.findIncident(opening)) }
    effects.watch()
    let opened = SystemClock.now()
    while !shouldQuit {
      let waited = SystemClock.now().milliseconds - opened.milliseconds
      let isPatient = !hasBoard && waited < patience
      var nextEdge: Instant?
      if !isPatient {
        let shown = Console.show(model, screen.size, glyphs: screen.glyphs)
        screen.draw(shown.frame)
        nextEdge = shown.nextEdge
      }
      let wakes = loop.wait(
        milliseconds: isPatient ? patience - Int(waited) : milliseconds(until: nextEdge))
      readClocks()
      for wake in wakes {
        switch wake {
        case .signal(.hangup), .hangup: return Signal.hangup.exitStatus
        case .signal(.interrupt): return Signal.interrupt.exitStatus
        case .signal(.terminate): return Signal.terminate.exitStatus
        case .signal(.windowChanged):
          screen.resize()
          step(.resized(screen.size))
        case .signal(.stop):
          screen.suspend()
          comeBack()
        case .signal(.continued):
          screen.resume()
          comeBack()
        case .mailbox: for message in mailbox.drain() { step(message) }
        case .input:
          hasBoard = true
          guard let keys = screen.readKeys() else { return Signal.hangup.exitStatus }
          lastKey = SystemClock.now()
          for press in keys where !shouldQuit { step(.key(press)) }
        }
      }
      effects.attend(to: model.attention, lastKey: lastKey)
    }
    return 0
  }

  /// The console goes, and so does a running command: what is known of it goes on the record.
  mutating func endCommand(_ mailbox: Mailbox<Message>) {
    effects.hangUp()
    for message in mailbox.drain() { step(message) }
  }

  /// Tells the time, and that the clock was set.
  private mutating func readClocks() {
    if let clockStep = watch.read(SystemClock.reading()) {
      step(.clockStepped(clockStep))
      effects.note(clockStep)
    }
    step(.clock(watch.now))
  }

  /// What the record knows of a step, the time that is told follows.
  private mutating func follow(_ message: Message) {
    switch message {
    case .eventsArrived(_, let events), .written(_, _, let events):
      for case .clockStepped(let step) in events.map(\.body) { watch.know(step) }
    case .clockNoted(let step): watch.know(step)
    default: return
    }
    step(.clock(watch.now))
  }

  private mutating func step(_ message: Message) {
    if case .boardLoaded = message { hasBoard = true }
    if case .failed = message { hasBoard = true }
    follow(message)
    for effect in Console.update(&model, message) {
      switch effect {
      case .quit: shouldQuit = true
      case .suspend:
        screen.suspend()
        comeBack()
      case .redraw: screen.repaint()
      default:
        effects.perform(effect)
        if effect.takesTerminal { comeBack() }
      }
    }
  }

  /// The terminal was another's meanwhile: its size may have changed, and so may the time zone.
  private mutating func comeBack() {
    step(.zone(zone(SystemClock.now())))
    step(.resized(screen.size))
    step(.resumed)
  }

  /// Milliseconds until the frame changes by itself; nil when it never does.
  private func milliseconds(until edge: Instant?) -> Int? {
    edge.map { max(0, Int($0.milliseconds - watch.time(at: SystemClock.reading()).milliseconds)) }
  }
}

extension Effect {
  /// Whether the terminal was somebody else's while it was carried out.
  fileprivate var takesTerminal: Bool {
    switch self {
    case .editText: true
    case .runCommand(let request): request.command.takesTerminal
    default: false
    }
  }
}
