import Console
import Dispatch
import Glibc
import IncidentDomain
import Journal
import Reports
import Runbooks
import Terminal
import TextGate

/// Carries out what ``Console/update(_:_:)`` asks for; each answer comes back as a message.
final class Effects {
  private let settings: HostSettings
  private let screen: Terminal.Screen
  private let post: @Sendable (Message) -> Void
  private let journal: JournalDesk
  private let commands: CommandDesk
  private let catalogue: CatalogueDesk
  private let presence: PresenceDesk?
  private var attention = Attention()
  private var watching: (any JournalWatch)?

  init(settings: HostSettings, screen: Terminal.Screen, post: @escaping @Sendable (Message) -> Void)
  {
    self.settings = settings
    self.screen = screen
    self.post = post
    journal = JournalDesk(
      journal: settings.journal, actor: settings.session.actor, post: post)
    commands = CommandDesk(
      folder: settings.outputFolder, environment: settings.environment,
      directory: settings.session.directory, person: settings.session.actor.person, post: post)
    presence = settings.presence.map { place in
      PresenceDesk(
        place: place, session: settings.session, terminal: Self.terminal(),
        client: settings.client, post: post)
    }
    catalogue = CatalogueDesk(folders: settings.runbookFolders, post: post)
  }

  /// The terminal's name without its folder: `pts/3`.
  private static func terminal() -> Untrusted? {
    var name = [CChar](repeating: 0, count: 256)
    guard ttyname_r(STDIN_FILENO, &name, name.count) == 0 else { return nil }
    let path = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Untrusted(path.hasPrefix("/dev/") ? String(path.dropFirst(5)) : path)
  }

  /// Others are told which incident is open here, and when a key was pressed last.
  func attend(to incident: EventID?, lastKey: Instant) {
    if attention.changes(to: incident, lastKey: lastKey) {
      presence?.look(at: incident, lastKey: lastKey)
    }
  }

  /// Puts a step of this machine's clock on the record of every incident that runs; answered by
  /// ``Message/clockNoted(_:)`` once it is there.
  func note(_ step: ClockStep) {
    if settings.session.permissions.isObserver { return }
    journal.note(step)
  }

  /// Has other sessions' commits told to the console, and that the store went away or came back.
  func watch() {
    presence?.watch()
    do throws(JournalError) {
      watching = try settings.journal.watch(
        { [post] in post(.storeChanged) },
        health: { [post] trouble in post(trouble.map { .storeTrouble($0.sentence) } ?? .storeWell) }
      )
    } catch {
      post(.storeTrouble(error.sentence))
    }
  }

  /// Carries out one effect; those on the screen itself are the loop's.
  func perform(_ effect: Effect) {
    switch effect {
    case .loadBoard(let request): journal.loadBoard(request)
    case .openIncident(let id): journal.open(id)
    case .findIncident(let reference): journal.find(reference)
    case .search(let text, let limit): journal.search(text, limit: limit)
    case .readEvents(let id): journal.readEvents(of: id)
    case .append(let ticket, let command, let id, let told):
      journal.append(ticket, command, to: id, at: told)
    case .declare(let ticket, let declaration, let missed):
      journal.declare(ticket, declaration, for: missed)
    case .merge(let ticket, let id, let reference):
      journal.merge(ticket, id, into: reference)
    case .loadRounds(let rounds): journal.loadRounds(rounds)
    case .change(let ticket, let command, let round, let told):
      journal.change(ticket, command, of: round, at: told)
    case .loadCatalogue: catalogue.load()
    case .openRunbook(let path): catalogue.open(path)
    case .checkRunbook(let run, let path, let digest):
      catalogue.check(run, path: path, digest: digest)
    case .readWalkedFiles(let paths): catalogue.readWalked(paths)
    case .checkSessions(let running): commands.look(for: running)
    case .checkSyntax(let text): commands.checkSyntax(text)
    case .lookUpVariables(let run, let names): commands.lookUp(names, for: run)
    case .runCommand(let request) where request.command.takesTerminal:
      screen.handOver { commands.runOnTerminal(request) }
    case .runCommand(let request): commands.start(request)
    case .interruptCommand(let how): commands.interrupt(how)
    case .editText(let text):
      let edited = screen.handOver { Editor.edit(text, environment: settings.environment) }
      post(.textEdited(edited))
    case .draftPostmortem(let incident): draft(incident)
    case .copy(let text):
      if !screen.copy(text, isInTmux: settings.environment["TMUX"] != nil) {
        post(.notice("the text is too long for a clipboard: export it with mayday timeline"))
      }
    case .suspend, .redraw, .quit: break
    }
  }

  private func draft(_ incident: Incident) {
    DispatchQueue.global().async { [post] in
      let text = Postmortem.draft(incident, now: SystemClock.now())
      post(.postmortemDrafted(incident.id, Untrusted(text.text)))
    }
  }

  /// Ends the command that runs and waits for its end, which is a message like any other.
  func hangUp() {
    commands.hangUp()
  }

  /// Ends what is under way: the watch, writes that were accepted.
  ///
  /// - Returns: false when the store did not come to an end with them.
  func finish() -> Bool {
    presence?.finish()
    watching?.cancel()
    return journal.finish()
  }
}
