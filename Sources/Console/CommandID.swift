/// Every command of the console; what each is called and does stands in ``CommandTable``.
public enum CommandID: String, CaseIterable, Sendable {
  // Moving
  case down, up, first, last, pageDown, pageUp
  case open, back, nextPane, previousPane
  case pane1, pane2, pane3, pane4, pane5, pane6, pane7
  case filter, nextMatch, previousMatch
  // The console
  case palette, help, toggleZone, redraw, suspend, quit, copy
  // The board
  case declare, drill, find, search
  // Screens
  case runbooks, timeline, timers, people, postmortem, card, contacts, phaseForward, phaseBack
  // The incident
  case acknowledge, severity, impact, milestone, note, update, snooze, escalate, undo
  case cancel, merge, unmerge, reopen, settle, promise, keepPromise
  // Roles
  case assign, takeOver, handOver, accept, decline, vacate
  // Decisions
  case decisions, propose, object, agree, decide, withdraw
  // Checklists and windows
  case checklists, tick, untick, declareMissed
  // Phases
  case enterPhase, overrideGate
  // Runs
  case startRun, stepBegin, stepDone, stepFail, stepSkip, stepRun, stepAnswer, stepYes, stepNo
  case rollback, endRun, runs, chooseRun, drift, difference, revise
  case confirmRun, interruptRun
  // Timeline
  case pin, correct
  // Review
  case draftPostmortem, editPostmortem, viewPostmortem, publishPostmortem, waivePostmortem
  case addAction, settleAction, feedback
}
