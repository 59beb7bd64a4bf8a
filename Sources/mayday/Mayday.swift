import ArgumentParser

/// The program: with no subcommand it opens the console.
@main struct Mayday: Subcommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "mayday",
    abstract: "An incident console for the terminal, with a record that anyone can verify.",
    usage: "mayday [options] [subcommand …]",
    discussion: """
      With no subcommand it opens the console. Every subcommand works without a terminal.
      INC is an incident's number (42, INC-42) or seven digits of its id or more. A time is \
      ISO 8601, 14:02 (today, or yesterday if that would be in the future) or -10m.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Incidents",
        subcommands: [Declare.self, Suggest.self, List.self, Search.self, Show.self, Timers.self]),
      CommandGroup(
        name: "Response",
        subcommands: [
          Acknowledge.self, MovePhase.self, SetSeverity.self, StateImpact.self,
          ReachMilestone.self, Note.self, Correct.self, Pin.self, Undo.self, Update.self,
          Escalate.self,
        ]),
      CommandGroup(
        name: "People",
        subcommands: [
          AssignRole.self, HandOver.self, Accept.self, Decline.self, MakePromise.self,
          DecisionCommands.self,
        ]),
      CommandGroup(
        name: "Runbooks", subcommands: [RunbookCommands.self, RunCommands.self, Exec.self]),
      CommandGroup(
        name: "Review",
        subcommands: [
          ExportTimeline.self, Verify.self, PostmortemCommands.self, Action.self, GiveFeedback.self,
        ]),
      CommandGroup(
        name: "Without a store",
        subcommands: [
          Card.self, Contacts.self, PolicyCommands.self, Windows.self, ChecklistCommands.self,
          Duties.self, Paths.self, Manual.self,
        ]),
      CommandGroup(name: "Store", subcommands: [StoreCommands.self]),
      CommandGroup(
        name: "Ends",
        subcommands: [Cancel.self, Merge.self, Unmerge.self, Reopen.self, Settle.self]),
    ])

  @OptionGroup var options: GlobalOptions

  static func main() {
    Launch.run()
  }

  func perform(in session: Session) throws {
    try openConsole(session)
  }
}
