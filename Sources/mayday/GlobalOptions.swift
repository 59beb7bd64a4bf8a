import ArgumentParser

/// The options that every subcommand takes, before its name or after it (COMMANDS.md, "Global").
struct GlobalOptions: ParsableArguments {
  @Option(help: "Where the journal is; else $MAYDAY_STORE, else a file of your own.")
  var store: String?

  @Option(
    help: "The policy file; else $MAYDAY_POLICY, else your own, else the built-in one.",
    completion: .file(extensions: ["yaml", "yml"]))
  var policy: String?

  @Option(
    help: "A folder of runbooks, repeatable; else $MAYDAY_RUNBOOKS, else the shipped ones.",
    completion: .directory)
  var runbooks: [String] = []

  @Option(name: .customLong("as"), help: "Who acts, on a shared account; both names are recorded.")
  var actingAs: String?

  @Flag(help: "Look only: nothing can be written or run.")
  var observer = false

  @Flag(help: "No command can be run.")
  var noExec = false

  @Flag(help: "Read and show times in UTC.")
  var utc = false

  @Option(help: "Read and show times in this zone, as Europe/Berlin; else the machine's.")
  var zone: String?

  @Flag(help: "Machine-readable output: one JSON object, or one a line for lists.")
  var json = false

  @Flag(help: "Lines of text instead of a screen, for serial consoles and screen readers.")
  var plain = false

  func validate() throws {
    if utc, zone != nil {
      throw ValidationError("--utc and --zone cannot both be given")
    }
  }
}
