import ArgumentParser
import Execution
import Glibc
import IncidentDomain
import Journal
import TextGate

struct Exec: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run a command and put what came of it on the timeline.",
    usage: "mayday exec INC [--tty] -- COMMAND [ARGUMENT …]",
    discussion: """
      The words after -- are the command and its arguments as they are; for a pipe, write \
      -- bash -c 'one | two'. Text, exit code, times, digest and bounded output go on the \
      timeline, secrets masked. It ends with 0 if the command did, else with 1. The command gets \
      no input unless --tty hands it this terminal.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Flag(help: "Hand the command this terminal, for what asks or edits; its output is recorded.")
  var tty = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var words: [String]

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireRunning()
    let told = try when.read(session)
    guard !words.isEmpty else {
      throw Failure(.usage, "no command is given; put it after --, as in mayday exec 42 -- uptime")
    }
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    let execution = try CommandExecution(session)
    let request = execution.request(Untrusted(words.map(\.shellWord).joined(separator: " ")))
    try Subject(id: incident.id, journal: journal).settle(by: session)
    let start = CommandStart(
      run: nil, step: nil, command: Redactor.redact(request.text, request.allSecrets),
      directory: Untrusted(request.directory), process: Int(getpid()),
      session: ProcessSession.own().text)
    let signals = HeldSignals()
    defer { signals.release() }
    let began = try execution.begin(start, on: incident.id, in: journal, at: told)
    let report: CommandReport
    do {
      report = try execution.run(request, begun: began, onTerminal: tty, estimate: nil)
    } catch {
      try execution.fail(start, because: error, on: incident.id, in: journal)
      throw error
    }
    try execution.record(
      report, of: start, begun: began, on: incident.id, in: journal, at: told)
  }
}

extension String {
  /// The text as one word of a shell's command line, whatever it holds.
  var shellWord: String {
    let isPlain = utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "_@%+=:,./-".utf8.contains(byte)
    }
    if isPlain, !isEmpty { return self }
    return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
