import Grid
import TextGate

/// The one table of commands: it feeds the keys, the footer, `?`, `:` and the lists in the manual
/// page and the README (ARCHITECTURE.md).
public enum CommandTable {
  /// Every command, in the order in which lists show them.
  public static let entries: [CommandEntry] = board + incident + steps + review + console + moving

  /// The entry of a command.
  public static func entry(_ id: CommandID) -> CommandEntry? { byID[id] }

  /// The command that a key means on a screen.
  static func command(for key: Key, on screen: Screen) -> CommandEntry? {
    byKey[screen]?[key]
  }

  private static let byID = Dictionary(
    entries.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

  private static let byKey: [Screen: [Key: CommandEntry]] = {
    var result: [Screen: [Key: CommandEntry]] = [:]
    for entry in entries {
      for screen in entry.screens {
        for key in entry.keys { result[screen, default: [:]][key] = entry }
      }
    }
    return result
  }()

  private static let everywhere = Set(Screen.allCases)
  private static let ofIncident: Set<Screen> = [
    .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem, .runs, .step,
  ]
  private static let lists: Set<Screen> = [
    .board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem, .document,
    .runbooks, .preview, .runs, .step, .command, .checklists, .search, .card, .contacts, .help,
  ]
  private static let run: Set<Screen> = [.incident, .step]

  private static let board: [CommandEntry] = [
    CommandEntry(
      .declare, "declare", ["d"], on: [.board], "Declares an incident",
      equals: "declare TITLE"),
    CommandEntry(
      .drill, "drill", ["D"], on: [.board], "Declares an exercise, marked DRILL everywhere",
      short: "practise", equals: "declare TITLE --drill"),
    CommandEntry(
      .find, "find", [], on: [.board, .incident], "Opens an incident by its number",
      equals: "show INC"),
    CommandEntry(
      .search, "search", ["S"], on: [.board, .search],
      "Searches the whole record, closed incidents too", equals: "search WORD …"),
    CommandEntry(
      .acknowledge, "ack", ["a"], on: ofIncident.union([.board]).subtracting([.postmortem]),
      "Says that you have seen it and work on it", equals: "ack INC"),
    CommandEntry(
      .runbooks, "runbooks", ["r"],
      on: [.board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem],
      "Searches the runbooks and starts one", equals: "runbook search"),
    CommandEntry(
      .card, "card", ["e"],
      on: [
        .board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem, .runbooks,
      ],
      "Shows the emergency card", short: "emergency", equals: "card"),
    CommandEntry(
      .checklists, "checklists", ["l"], on: ofIncident.union([.board]),
      "Shows what is due of the checklists and around the maintenance windows", short: "lists",
      equals: "checklist list"),
    CommandEntry(
      .tick, "tick", [" "], on: [.checklists],
      "Says that the selected item is done, with a note, now or when it was", short: "done",
      equals: "checklist done ITEM"),
    CommandEntry(
      .untick, "untick", ["v"], on: [.checklists],
      "Takes back that the selected item is done", short: "not done",
      equals: "checklist undo ITEM"),
    CommandEntry(
      .declareMissed, "declare-missed", ["d"], on: [.checklists],
      "Makes the selected item, which was missed, an incident", short: "make it an incident",
      equals: "checklist declare ITEM"),
    CommandEntry(
      .contacts, "contacts", ["c"],
      on: [
        .board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem, .runbooks,
        .card,
      ],
      "Shows whom to call", equals: "contacts"),
  ]

  private static let incident: [CommandEntry] = [
    CommandEntry(
      .phaseForward, "phase", [">"], on: ofIncident, "Shows the moves forward, legal or not",
      short: "phase", equals: "phase INC PHASE"),
    CommandEntry(
      .phaseBack, "back-phase", ["<"], on: ofIncident, "Shows the moves back, legal or not",
      equals: "phase INC PHASE --because TEXT"),
    CommandEntry(
      .enterPhase, "enter-phase", [.enter], on: [.phases], "Makes the selected move",
      short: "move", equals: "phase INC PHASE"),
    CommandEntry(
      .overrideGate, "override", ["O"], on: [.phases],
      "Makes the selected move against its gate, with a written reason",
      equals: "phase INC PHASE --override --because TEXT"),
    CommandEntry(
      .severity, "severity", ["s"], on: ofIncident, "Confirms or changes the severity",
      equals: "severity INC N"),
    CommandEntry(
      .impact, "impact", ["i"], on: ofIncident, "States what is broken for whom",
      equals: "impact INC TEXT"),
    CommandEntry(
      .note, "note", ["+"], on: ofIncident.union([.board]),
      "Notes something; a time in front, as 14:02, is when it happened", equals: "note INC TEXT"),
    CommandEntry(
      .update, "update", ["U"], on: ofIncident, "Publishes a status update, or skips one",
      equals: "update INC TEXT"),
    CommandEntry(
      .snooze, "snooze", ["Z"], on: ofIncident,
      "Puts the status update that is due off, with a reason",
      equals: "update INC --snooze 20m --because TEXT"),
    CommandEntry(
      .escalate, "escalate", ["!"], on: ofIncident.union([.board]),
      "Escalates to the next level or the one named", equals: "escalate INC"),
    CommandEntry(
      .people, "roles", ["o"], on: ofIncident, "Shows roles, hand-overs and promises",
      equals: "show INC"),
    CommandEntry(
      .assign, "assign", [.enter], on: [.people], "Names a person for the selected role",
      equals: "role INC ROLE PERSON"),
    CommandEntry(
      .takeOver, "take-over", ["b"], on: [.people],
      "Takes the selected role from who holds it, with a reason",
      equals: "role INC ROLE PERSON --take --because TEXT"),
    CommandEntry(
      .handOver, "hand-over", ["h"], on: [.people],
      "Offers the selected role to another person, with a brief", equals: "handoff INC ROLE PERSON"),
    CommandEntry(
      .accept, "accept", ["y"], on: [.people], "Accepts the selected role that is offered to you",
      equals: "accept INC ROLE"),
    CommandEntry(
      .decline, "decline", ["n"], on: [.people],
      "Declines the selected role that is offered to you", equals: "decline INC ROLE"),
    CommandEntry(
      .vacate, "vacate", ["v"], on: [.people], "Gives the selected role up",
      equals: "role INC ROLE --vacate"),
    CommandEntry(
      .promise, "promise", ["P"], on: [.people, .incident],
      "Promises something by a time: it becomes a timer with your name",
      equals: "promise INC TEXT --in 10m"),
    CommandEntry(
      .keepPromise, "keep", ["K"], on: [.people], "Says that the oldest promise of yours is kept",
      equals: "promise INC --kept"),
    CommandEntry(
      .decisions, "decisions", ["V"], on: ofIncident.subtracting([.decisions]),
      "Shows proposals, objections and what was decided", equals: "decision list INC"),
    CommandEntry(
      .propose, "propose", ["P"], on: [.decisions],
      "Proposes something with its risk, and asks people by name for strong objections",
      equals: "decision propose INC TEXT --risk TEXT"),
    CommandEntry(
      .object, "object", ["n"], on: [.decisions], "Objects to the selected proposal, and why",
      equals: "decision object INC TEXT"),
    CommandEntry(
      .agree, "agree", ["y"], on: [.decisions],
      "Says that you have no strong objection to the selected proposal",
      equals: "decision agree INC"),
    CommandEntry(
      .decide, "decide", [.enter], on: [.decisions],
      "Decides the selected proposal: done, or not", equals: "decision decide INC"),
    CommandEntry(
      .withdraw, "withdraw", ["v"], on: [.decisions], "Takes the selected proposal back",
      equals: "decision withdraw INC"),
    CommandEntry(
      .timeline, "timeline", ["t"], on: ofIncident.subtracting([.timeline]),
      "Shows the whole record", equals: "timeline INC"),
    CommandEntry(
      .timers, "timers", ["L"], on: ofIncident.subtracting([.timers]),
      "Shows every timer with its reason and history",
      equals: "timers INC"),
    CommandEntry(
      .pin, "pin", ["P"], on: [.timeline], "Pins or unpins the selected entry",
      equals: "pin INC EVENT"),
    CommandEntry(
      .correct, "correct", ["C"], on: [.timeline],
      "Corrects the text or the time of the selected entry; the record keeps both",
      equals: "correct INC EVENT TEXT"),
    CommandEntry(
      .milestone, "milestone", ["M"], on: [.incident, .timeline, .timers],
      "Records when it started, was detected, mitigated or recovered",
      equals: "milestone INC NAME"),
    CommandEntry(
      .undo, "undo", ["u"], on: ofIncident.union([.board]),
      "Takes back what you wrote in the last ten seconds",
      equals: "undo INC"),
    CommandEntry(
      .settle, "conflict", ["X"], on: ofIncident,
      "Shows both sides where two branches disagree, and says which one holds",
      short: "settle conflict", equals: "settle INC EVENT"),
    CommandEntry(
      .cancel, "cancel", [], on: ofIncident,
      "Ends it as a false alarm, a test, external, superseded",
      equals: "cancel INC --reason R"),
    CommandEntry(
      .merge, "merge", [], on: ofIncident, "Merges it into another incident",
      equals: "merge INC INTO"),
    CommandEntry(
      .unmerge, "unmerge", [], on: ofIncident, "Takes it out of the incident it is merged into",
      equals: "unmerge INC"),
    CommandEntry(
      .reopen, "reopen", [], on: ofIncident, "Goes back to triage with a reason",
      equals: "reopen INC --because TEXT"),
  ]

  private static let steps: [CommandEntry] = [
    CommandEntry(
      .stepDone, "done", [" "], on: run.union([.command]), "Marks the selected step as done",
      equals: "run step INC N done"),
    CommandEntry(
      .stepRun, "run", ["x"], on: run,
      "Shows the step's command in full; nothing runs before a yes",
      equals: "run exec INC N"),
    CommandEntry(
      .stepFail, "failed", ["f"], on: run.union([.command]), "Marks the selected step as failed",
      equals: "run step INC N fail"),
    CommandEntry(
      .stepSkip, "skip", ["S"], on: run.union([.command]), "Skips the selected step with a reason",
      equals: "run step INC N skip --note TEXT"),
    CommandEntry(
      .stepBegin, "begin", ["b"], on: run,
      "Says that you are on the selected step, or takes it over", equals: "run step INC N start"),
    CommandEntry(
      .stepYes, "yes", ["y"], on: run, "Answers the selected decision with yes",
      equals: "run decide INC N yes"),
    CommandEntry(
      .stepNo, "no", ["n"], on: run, "Answers the selected decision with no",
      equals: "run decide INC N no"),
    CommandEntry(
      .stepAnswer, "answer", ["A"], on: run, "Answers the selected decision in other words",
      equals: "run decide INC N ANSWER"),
    CommandEntry(
      .rollback, "rollback", ["R"], on: run, "Leaves the way forward and walks the rollback",
      equals: "run rollback INC"),
    CommandEntry(
      .endRun, "end-run", ["F"], on: run, "Ends the run: finished, rolled back or abandoned",
      short: "end run", equals: "run end INC"),
    CommandEntry(
      .runs, "runs", ["w"], on: run, "Lists the runs of the incident, to walk or look at another",
      equals: "show INC"),
    CommandEntry(
      .chooseRun, "choose", [.enter], on: [.runs], "Shows the selected run on this console",
      short: "walk it", equals: "show INC"),
    CommandEntry(
      .drift, "drift", ["d"], on: [.runs, .postmortem],
      "Shows how the runs were walked against how their runbooks are written",
      equals: "run drift INC"),
    CommandEntry(
      .difference, "difference", ["D"], on: run,
      "Shows what the runbook's file says otherwise than the run", equals: "runbook show RUNBOOK"),
    CommandEntry(
      .revise, "revise", ["O"], on: run.union([.document]),
      "Has the run go on with the runbook's file as it is now", equals: "run revise INC"),
    CommandEntry(
      .startRun, "start", [.enter], on: [.preview], "Starts this runbook on the open incident",
      equals: "run start INC RUNBOOK"),
    CommandEntry(
      .confirmRun, "run-now", ["r"], on: [.command], "Runs exactly the text that is shown",
      short: "run now", equals: "run exec INC N --yes"),
    CommandEntry(
      .interruptRun, "interrupt", [.control("c")], on: [.command],
      "Asks the running command to end; again: more firmly; then, after a question, by force",
      equals: "run exec INC N"),
  ]

  private static let review: [CommandEntry] = [
    CommandEntry(
      .postmortem, "post-mortem", ["p"], on: ofIncident.subtracting([.postmortem]),
      "Shows what the review still lacks, and the action items", equals: "postmortem show INC"),
    CommandEntry(
      .draftPostmortem, "write-draft", ["w"], on: [.postmortem],
      "Writes a draft from the record", short: "write draft", equals: "postmortem draft INC"),
    CommandEntry(
      .editPostmortem, "edit", ["E"], on: [.postmortem], "Opens the draft in $EDITOR",
      equals: "postmortem edit INC"),
    CommandEntry(
      .viewPostmortem, "view", ["v"], on: [.postmortem], "Shows the text",
      equals: "postmortem show INC"),
    CommandEntry(
      .publishPostmortem, "publish", ["P"], on: [.postmortem], "Publishes the draft",
      equals: "postmortem publish INC"),
    CommandEntry(
      .waivePostmortem, "waive", ["W"], on: [.postmortem], "Does without a review, with a reason",
      equals: "postmortem waive INC"),
    CommandEntry(
      .addAction, "action", ["A"], on: [.postmortem], "Adds an action item with owner and due date",
      equals: "action add INC"),
    CommandEntry(
      .settleAction, "settle", [" "], on: [.postmortem],
      "Marks the selected action item as done or dropped", equals: "action done INC"),
    CommandEntry(
      .feedback, "feedback", ["B"], on: [.postmortem],
      "Says whether the runbook was right, wrong or missing", equals: "feedback INC used"),
  ]

  private static let console: [CommandEntry] = [
    CommandEntry(
      .filter, "filter", ["/"], on: [.board, .timeline, .runbooks, .help],
      "Shows only what matches", short: "filter", equals: "list"),
    CommandEntry(
      .nextMatch, "next-match", ["n"], on: [.board, .timeline, .runbooks, .document, .preview],
      "Goes to the next match", isMoving: true),
    CommandEntry(
      .previousMatch, "previous-match", ["N"],
      on: [.board, .timeline, .runbooks, .document, .preview],
      "Goes to the match before", isMoving: true),
    CommandEntry(
      .palette, "palette", [":"], on: everywhere, "Runs any command by its name"),
    CommandEntry(
      .help, "help", ["?", .control("p"), .function(1)], on: everywhere.subtracting([.help]),
      "Lists every key that works here"),
    CommandEntry(
      .copy, "copy", ["Y"], on: [.step, .command, .timeline, .preview, .document, .card],
      "Copies the selected text to your clipboard"),
    CommandEntry(
      .toggleZone, "zone", ["T"], on: everywhere, "Shows times in UTC or in your zone",
      equals: "--utc"),
    CommandEntry(.redraw, "redraw", [.control("l")], on: everywhere, "Draws the screen anew"),
    CommandEntry(
      .suspend, "suspend", [.control("z")], on: everywhere, "Stops the console until fg"),
    CommandEntry(.quit, "quit", ["Q"], on: everywhere, "Leaves the console; the record stays"),
  ]

  private static let moving: [CommandEntry] = [
    CommandEntry(
      .open, "open", [.enter],
      on: [.board, .incident, .runbooks, .help, .timeline, .timers, .checklists, .search],
      "Opens what is selected", isMoving: true),
    CommandEntry(
      .back, "back", ["q", .escape, .control("g")], on: everywhere,
      "Goes back; on the board it leaves"),
    CommandEntry(
      .down, "down", ["j", .down], on: lists, "Goes down one row", isMoving: true),
    CommandEntry(.up, "up", ["k", .up], on: lists, "Goes up one row", isMoving: true),
    CommandEntry(.first, "first", ["g", .home], on: lists, "Goes to the first", isMoving: true),
    CommandEntry(.last, "last", ["G", .end], on: lists, "Goes to the last", isMoving: true),
    CommandEntry(
      .pageDown, "page-down", [.control("d"), .pageDown], on: lists, "Goes down a page",
      isMoving: true),
    CommandEntry(
      .pageUp, "page-up", [.control("u"), .pageUp], on: lists, "Goes up a page", isMoving: true),
    CommandEntry(
      .nextPane, "next-pane", [.tab], on: [.board, .incident, .checklists],
      "Goes to the next pane, tab or list", isMoving: true),
    CommandEntry(
      .previousPane, "previous-pane", [.backTab], on: [.board, .incident, .checklists],
      "Goes to the pane, tab or list before", isMoving: true),
    CommandEntry(
      .pane1, "pane-1", ["1"], on: [.board, .incident],
      "Active incidents; the runbook", isMoving: true),
    CommandEntry(
      .pane2, "pane-2", ["2"], on: [.board, .incident],
      "Incidents in review; the timers", isMoving: true),
    CommandEntry(
      .pane3, "pane-3", ["3"], on: [.board, .incident],
      "Drills; the people", isMoving: true),
    CommandEntry(
      .pane4, "pane-4", ["4"], on: [.board, .incident],
      "Closed incidents; the timeline", isMoving: true),
    CommandEntry(
      .pane5, "pane-5", ["5"], on: [.board, .incident],
      "The emergency card", isMoving: true),
    CommandEntry(
      .pane6, "pane-6", ["6"], on: [.board, .incident], "The contacts", isMoving: true),
    CommandEntry(
      .pane7, "pane-7", ["7"], on: [.board, .incident], "The runbooks", isMoving: true),
  ]
}
