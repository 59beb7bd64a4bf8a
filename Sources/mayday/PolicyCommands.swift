import ArgumentParser
import Glibc
import IncidentDomain
import Policies
import TextGate

struct PolicyCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "The policy: severities, targets, contacts, windows, lists.",
    usage: "mayday policy show|check|import|schema …",
    subcommands: [ShowPolicy.self, CheckPolicy.self, ImportPolicy.self, PolicySchemaCommand.self])
}

struct ShowPolicy: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the policy in force, its source and its age.",
    usage: "mayday policy show [--policy FILE] [--json]",
    discussion: "What is printed is YAML, and can be kept as a policy of your own.")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let policy = try session.policy()
    if options.json {
      var members: [String: JSON] = ["policy": policy.document.json]
      members["source"] = .string(policy.file == nil ? "built-in" : "file")
      if let file = policy.file {
        members["file"] = .string(file.path)
        members["changed"] = .string(file.changed.iso8601)
        members["ageSeconds"] = .integer(Int64(session.now.seconds(since: file.changed)))
      }
      if let problem = policy.problem { members["problem"] = .string(problem.text) }
      session.output.json(.object(members))
      return
    }
    session.output.lines(head(policy, session))
    session.output.line()
    for line in PolicyWriter.lines(of: policy.document, marksSource: false) {
      session.output.line(line.showable)
    }
  }

  private func head(_ policy: PolicyInForce, _ session: Session) -> [Showable] {
    guard let file = policy.file else {
      let path = PolicyInForce.Name.resolve(options)?.path ?? "a file"
      return [
        "# The built-in policy. Keep one of your own as",
        "# \(Untrusted(path).showable), or name it with --policy.",
      ]
    }
    var lines: [Showable] = [
      "# From \(Untrusted(file.path).showable)",
      "# changed \(session.zone.text(file.changed)), \(Untrusted(PolicyInForce.age(of: file, now: session.now)).showable)",
    ]
    if let due = policy.document.header["next_review"], let date = due.dateInstant {
      let days = date.seconds(since: session.now) / 86_400
      lines.append(
        days < 0
          ? "# review OVERDUE since \(due.written.showable), \(-days) days"
          : "# next review \(due.written.showable), in \(days) days")
    }
    return lines
  }
}

extension PolicyField {
  /// The day's begin in UTC, of a field that holds a date.
  fileprivate var dateInstant: Instant? {
    if case .date(let date) = value { date.instant() } else { nil }
  }
}

struct CheckPolicy: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Hold policies against the schema, themselves and each other.",
    usage: "mayday policy check [FILE …] [--json]",
    discussion: """
      It prints file:line:column: severity: rule: message and ends with 78 when there is an error. \
      An operations index in Markdown (.md, .txt) is imported first; its places are its own lines. \
      Without a file the policy in force is looked at.
      """)

  @Argument(
    help: ArgumentHelp("Policies, or indexes in Markdown, checked together.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    var documents: [PolicyDocument] = []
    var folders: [Untrusted: String] = [:]
    var findings: [PolicyFinding] = []
    for file in try opened(session) {
      if file.isIndex {
        documents.append(try file.imported().document)
      } else {
        let reader = PolicyReader(file.bytes, file: Untrusted(file.path))
        documents.append(reader.document)
        findings += reader.findings
      }
      folders[Untrusted(file.path)] = file.folder
    }
    if documents.isEmpty { documents = [BuiltInPolicy.document] }
    let links = PolicyLinkFollower(folders: folders)
    findings += PolicyCheck.findings(on: documents, today: session.today) { document, link in
      links.follow(link, in: document)
    }
    if options.json {
      for finding in findings { session.output.json(finding.json) }
    } else {
      session.output.lines(findings.map(\.line))
      if findings.isEmpty {
        session.output.line("\(counted(documents.count, "policy", "policies")): nothing to mend")
      }
    }
    let errors = findings.count { $0.severity == .error }
    guard errors > 0 else { return }
    throw Failure(
      .badPolicy,
      "\(counted(errors, "error", "errors")) in \(counted(documents.count, "policy", "policies")); mend what is printed"
    )
  }

  private func counted(_ count: Int, _ one: Showable, _ many: Showable) -> Showable {
    "\(count) \(count == 1 ? one : many)"
  }

  /// The files named, else the one in force, however broken; none for the built-in policy.
  private func opened(_ session: Session) throws(Failure) -> [PolicyFile] {
    if !files.isEmpty {
      var opened: [PolicyFile] = []
      for path in files where !opened.contains(where: { $0.path == path }) {
        opened.append(try PolicyFile(path))
      }
      return opened
    }
    guard let name = PolicyInForce.Name.resolve(options) else { return [] }
    if case .settings(let path) = name, access(path, F_OK) != 0 { return [] }
    return [try PolicyFile(name.path)]
  }
}

extension PolicyFinding {
  /// A line of `policy check --json` (COMMANDS.md).
  fileprivate var json: JSON {
    [
      "severity": .string(severity.rawValue), "rule": .string(rule.rawValue),
      "message": .string(message.text),
      "places": .array(
        places.map {
          [
            "file": .string($0.file.raw), "line": .integer(Int64($0.line)),
            "column": .integer(Int64($0.column)),
          ]
        }),
    ]
  }
}

/// Looks up on the disk what links of policies lead to.
private struct PolicyLinkFollower {
  /// By the file of a policy: the folder that it stands in.
  let folders: [Untrusted: String]

  func follow(_ link: Untrusted, in document: PolicyDocument) -> PolicyCheck.Link {
    guard var folder = folders[document.file] else { return .present }
    if let told = document.header.text("documents_in")?.raw {
      folder = told.hasPrefix("/") ? told : folder + "/" + told
    }
    let parts = link.raw.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts.first ?? "")
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    guard access(whole, F_OK) == 0 else { return .absent }
    guard parts.count == 2, path.lowercased().hasSuffix(".md"),
      let file = try? PolicyFile(whole), let anchors = PolicyLinks.anchors(of: file.bytes)
    else { return .present }
    return anchors.contains(String(parts[1]).lowercased()) ? .present : .noSuchHeading
  }
}

struct PolicySchemaCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print every key that a policy file may hold.",
    usage: "mayday policy schema [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) {
    if options.json {
      session.output.json(schema(name: "header", PolicySchema.header))
      for table in PolicyTable.allCases {
        session.output.json(schema(name: table.rawValue, PolicySchema.fields(of: table)))
      }
      return
    }
    session.output.lines(PolicySchemaText.lines)
  }

  private func schema(name: String, _ fields: [PolicySchema.Field]) -> JSON {
    [
      "table": .string(name),
      "fields": .array(
        fields.map {
          [
            "name": .string($0.name), "kind": .string($0.kind.word.text),
            "help": .string($0.help.text), "required": .bool($0.isRequired),
          ]
        }),
    ]
  }
}
