import IncidentDomain
import TextGate

/// What ``Console/update(_:_:)`` asks the host to do. Each is carried out off the way of a key and
/// answered by a ``Message``.
public enum Effect: Sendable {
  /// Answered by ``Message/boardLoaded(_:)`` or ``Message/failed(_:)``.
  case loadBoard(BoardRequest)
  /// Answered by ``Message/incidentLoaded(_:)`` or ``Message/failed(_:)``.
  case openIncident(EventID)
  /// The same by number or by the beginning of an id, as a person typed it.
  case findIncident(Untrusted)
  /// Words to look for in the whole record, and the most hits wanted; answered by
  /// ``Message/searched(_:_:)`` or ``Message/failed(_:)``.
  case search(Untrusted, limit: Int)
  /// Answered by ``Message/eventsArrived(_:_:)`` with what was appended since the last answer about
  /// this incident; nothing when there is nothing new.
  case readEvents(of: EventID)
  /// Answered by ``Message/written(_:_:_:)`` or ``Message/refused(_:_:)``.
  case append(Ticket, Command, to: EventID, at: ToldTime?)
  /// The same; the store sets the number.
  case declare(Ticket, Declaration, for: MissedItem?)
  /// The same: looks up the other incident by number or id and appends ``Command/merge(into:)``.
  case merge(Ticket, EventID, into: Untrusted)

  /// What is done in rounds of checklists and windows; answered by ``Message/roundsLoaded(_:)``.
  case loadRounds([Round])
  /// Answered by ``Message/roundWritten(_:)`` or ``Message/refused(_:_:)``.
  case change(Ticket, RoundCommand, of: Round, at: ToldTime?)

  /// Answered by ``Message/catalogueLoaded(_:)``.
  case loadCatalogue
  /// The path as the catalogue names it; answered by ``Message/runbookOpened(_:)``.
  case openRunbook(String)
  /// Compares a runbook's file with what a run of it has; answered by
  /// ``Message/runbookOnDisk(_:_:)``.
  case checkRunbook(run: EventID, path: String, digest: String)
  /// Reads the files of runs' runbooks as they are now, by their paths; answered by
  /// ``Message/walkedFilesRead(_:)``.
  case readWalkedFiles([EventID: String])
  /// Looks whether the sessions of running commands of this machine are still there; answered by
  /// ``Message/sessionsGone(_:left:)``.
  case checkSessions([RunningCommand])
  /// `bash -n` on the exact text; answered by ``Message/syntaxChecked(_:problem:)``.
  case checkSyntax(Untrusted)
  /// Looks which values variables have for the next command of a run; answered by
  /// ``Message/variablesFound(_:_:)``.
  case lookUpVariables(run: EventID, [String])
  /// Answered by ``Message/commandOutput(_:)`` any number of times and ``Message/commandEnded(_:)``
  /// once, or by ``Message/commandFailed(_:)``.
  case runCommand(BegunCommand)
  /// Sends the running command a signal.
  case interruptCommand(Interruption)
  /// Opens `$EDITOR` on a text; answered by ``Message/textEdited(_:)``, then ``Message/resumed``.
  case editText(Untrusted)
  /// Has the reports room write the draft; answered by ``Message/postmortemDrafted(_:_:)``.
  case draftPostmortem(Incident)

  /// Puts a text on the reader's clipboard (OSC 52).
  case copy(Untrusted)
  /// Gives the terminal back and stops until `fg`; answered by ``Message/resumed``.
  case suspend
  /// Draws every cell anew.
  case redraw
  /// Ends the console; a running command is ended with it.
  case quit
}

/// How hard a running command is asked to end.
public enum Interruption: Hashable, Sendable {
  /// SIGINT, as Ctrl-C would send.
  case interrupt
  /// SIGTERM.
  case terminate
  /// SIGKILL.
  case kill
}

/// A part of one tab of the board.
public struct BoardRequest: Hashable, Sendable {
  /// The tab.
  public let tab: BoardTab
  /// Matched within title, service, impact and commander, without case; nil for all.
  public let filter: Untrusted?
  /// Rows to leave out from the top.
  public let offset: Int
  /// Rows wanted at most.
  public let limit: Int
}

/// The rows that were asked for.
public struct BoardWindow: Sendable {
  /// What was asked.
  public let request: BoardRequest
  /// The rows from the request's offset on.
  public let rows: [BoardRow]
  /// Rows that match in all.
  public let total: Int
  /// Incidents on each tab, whatever the filter.
  public let counts: [BoardTab: Int]

  /// Answers a request.
  public init(request: BoardRequest, rows: [BoardRow], total: Int, counts: [BoardTab: Int]) {
    self.request = request
    self.rows = rows
    self.total = total
    self.counts = counts
  }
}
