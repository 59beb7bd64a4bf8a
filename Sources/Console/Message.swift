import Grid
import IncidentDomain
import Runbooks
import TextGate

/// Something that happened, as ``Console/update(_:_:)`` is told of it.
public enum Message: Sendable {
  /// The console opened; always the first.
  case started
  /// A key, or a paste.
  case key(KeyPress)
  /// The terminal has another size.
  case resized(Size)
  /// The time. Sent ahead of the other messages of every wake, and at ``Shown/nextEdge``.
  case clock(Instant)
  /// This machine's clock was set; the time that is told goes on as it was.
  case clockStepped(ClockStep)
  /// The step is on the record of every incident that runs.
  case clockNoted(ClockStep)
  /// Who has a console open, whenever that changes.
  case presence([Presence])
  /// The reader's zone, when it was found or changed (summer time).
  case zone(Zone)

  /// The answer to ``Effect/loadBoard(_:)``.
  case boardLoaded(BoardWindow)
  /// The answer to ``Effect/openIncident(_:)`` and ``Effect/findIncident(_:)``.
  case incidentLoaded(Incident)
  /// The answer to ``Effect/search(_:limit:)``, with the words that were asked for.
  case searched(Untrusted, SearchResult)
  /// The answer to ``Effect/readEvents(of:)``, in the order they were appended.
  case eventsArrived(EventID, [Event])
  /// The answer to an effect with a ticket: it is on disk.
  case written(Ticket, Incident, [Event])
  /// The answer to an effect with a ticket: nothing was written, and why.
  case refused(Ticket, Showable)
  /// An effect without a ticket failed, in one sentence.
  case failed(Showable)
  /// Somebody committed to the store.
  case storeChanged
  /// The store cannot be used: the sentence stays on every screen until ``storeWell``.
  case storeTrouble(Showable)
  /// The store can be used again.
  case storeWell
  /// What only this host has as yet, of all incidents: written while the store's server was away.
  /// Told whenever it changes, ahead of the answer to the write that changed it.
  case unshared(Set<EventID>)

  /// The answer to ``Effect/loadRounds(_:)``.
  case roundsLoaded(RoundBook)
  /// The answer to ``Effect/change(_:_:of:at:)``: it is on disk.
  case roundWritten(Ticket)

  /// The answer to ``Effect/loadCatalogue``.
  case catalogueLoaded(Catalogue)
  /// The answer to ``Effect/openRunbook(_:)``.
  case runbookOpened(Runbook)
  /// The answer to ``Effect/checkRunbook(run:path:digest:)``: what the file says now; nil when it is
  /// as the run has it, or is not here.
  case runbookOnDisk(EventID, Runbook?)
  /// The answer to ``Effect/readWalkedFiles(_:)``, by run: those that are here and can be read.
  case walkedFilesRead([EventID: Runbook])
  /// The answer to ``Effect/checkSessions(_:)``: those that are gone for good, and by the event that
  /// began a command what it had written.
  case sessionsGone(Set<String>, left: [EventID: OutputLeft])
  /// A command of this run left off in this directory: the next one starts there.
  case directoryMoved(EventID, Untrusted)
  /// The answer to ``Effect/checkSyntax(_:)``: the text, and what is wrong with it, or nil.
  case syntaxChecked(Untrusted, problem: Showable?)
  /// The answer to ``Effect/lookUpVariables(run:_:)``: those that are set, with their values.
  case variablesFound(EventID, [String: Untrusted])
  /// Output of the running command, gated, secrets masked, in order.
  case commandOutput([Showable])
  /// The line that the running command has begun and not ended, as it looks now: a question, a
  /// progress bar. Empty once there is none; whole lines come by ``commandOutput(_:)``.
  case commandLine([Showable])
  /// A command of this run gave a value to later steps; a secret one is nowhere else.
  case valueSet(EventID, name: String, Untrusted)
  /// The running command ended; the record is ready to be appended.
  case commandEnded(CommandRecord)
  /// The answer to ``Effect/runCommand(_:)`` when it could not start, in one sentence.
  case commandFailed(Showable)
  /// The answer to ``Effect/editText(_:)``: what the editor left, or nil when it changed nothing.
  case textEdited(Untrusted?)
  /// The answer to ``Effect/draftPostmortem(_:)``.
  case postmortemDrafted(EventID, Untrusted)

  /// The console came back after Ctrl-Z or an editor: the whole frame is drawn anew.
  case resumed
  /// Something to say once, in one sentence.
  case notice(Showable)
}

/// Names one write, so that its answer finds its way back.
public struct Ticket: Hashable, Sendable {
  /// Counted from 1 within a console.
  public let number: Int
}
