import ArgumentParser
import IncidentDomain
import Journal
import Reports
import TextGate

struct PostmortemCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postmortem", abstract: "The blameless review of an incident.",
    usage: "mayday postmortem draft|edit|show|publish|waive INC",
    subcommands: [
      DraftPostmortem.self, EditPostmortem.self, ShowPostmortem.self, PublishPostmortem.self,
      WaivePostmortem.self,
    ])
}

struct DraftPostmortem: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "draft", abstract: "Write a draft from the record.",
    usage: "mayday postmortem draft INC [--again] [--at TIME]",
    discussion: """
      The draft states what the record holds, marks what nobody recorded, and asks for the rest. \
      It is saved in the record; what the review still owes is listed.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Flag(help: "Write it anew though there is a draft; the old one stays in the record.")
  var again = false

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let told = try when.read(session)
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    if case .draft = incident.postmortem, !again {
      throw Failure(
        .refused,
        "\(incident.name) has a draft; mayday postmortem edit \(incident.number) goes on with it, --again writes it anew"
      )
    }
    let draft = Postmortem.draft(incident, now: session.now)
    let appended = try journal.append(
      .savePostmortem(Untrusted(draft.text)), to: incident.id, by: session.actor, at: told,
      now: session.now)
    session.report(appended)
    session.reportOpenItems(of: appended.incident)
  }
}

extension Session {
  /// What the review still owes, for people.
  fileprivate func reportOpenItems(of incident: Incident) {
    let open = PostmortemChecklist(incident).open
    if options.json || open.isEmpty { return }
    var table = Table(indent: 2)
    for item in open {
      table.add(item.need == .gate ? "must" : "should", item.what, item.remedy)
    }
    output.line("Still open:")
    output.lines(table.lines(wrappedTo: output.wrapping))
  }
}

struct EditPostmortem: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Open the draft in $VISUAL or $EDITOR and save what was written.",
    usage: "mayday postmortem edit INC [--from FILE] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(
    help: ArgumentHelp("Take the text from here, - for standard input.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var from: String?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let told = try when.read(session)
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    let before: String
    switch incident.postmortem {
    case .draft(let text, _): before = text.raw
    case .none, .waived: before = Postmortem.draft(incident, now: session.now).text
    case .published:
      throw Failure(
        .refused,
        "the post-mortem of \(incident.name) is published; add a note or a correction instead")
    }
    func save(_ text: String) throws {
      let appended = try journal.append(
        .savePostmortem(Untrusted(text)), to: incident.id, by: session.actor, at: told,
        now: session.now)
      session.report(appended)
      session.reportOpenItems(of: appended.incident)
    }
    if let from {
      try save(try text(ofFile: from))
      return
    }
    let draft = try EditedFile(before, named: "INC-\(incident.number)-post-mortem.md")
    let after = try draft.edit()
    guard after != before else {
      draft.remove()
      if options.json {
        session.output.json(incident.changeJSON([]))
      } else {
        session.output.line("Nothing was changed.")
      }
      return
    }
    do {
      try save(after)
    } catch {
      let reason = Failure(error)?.sentence ?? "it could not be saved"
      throw Failure(
        Failure(error)?.exit ?? .cannotWrite,
        "\(reason); your text is kept in \(draft.location), --from takes it from there")
    }
    draft.remove()
  }

  private func text(ofFile path: String) throws(Failure) -> String {
    guard let text = String(validating: try ExportFile.read(path, atMost: 8 << 20), as: UTF8.self)
    else {
      throw Failure(.badData, "\(Untrusted(path).showable) is not UTF-8; save it as UTF-8")
    }
    return text
  }
}

struct ShowPostmortem: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the post-mortem, in Markdown.",
    usage: "mayday postmortem show INC [--json]")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let incident = try session.incident(incident, in: try session.openJournal(.read))
    switch incident.postmortem {
    case .none:
      throw Failure(
        .noInput,
        "\(incident.name) has no post-mortem; mayday postmortem draft \(incident.number) writes one"
      )
    case .draft(let text, let at): show(text, "draft", at, of: incident, session)
    case .published(let text, let at): show(text, "published", at, of: incident, session)
    case .waived(let because, let at):
      if options.json {
        show(because, "waived", at, of: incident, session)
      } else {
        session.output.line("Waived \(session.zone.text(at)): \(because.showable)")
      }
    }
  }

  private func show(
    _ text: Untrusted, _ state: String, _ at: Instant, of incident: Incident, _ session: Session
  ) {
    guard options.json else {
      session.output.lines(text.showableLines)
      return
    }
    var members = incident.identityJSON
    members["state"] = .string(state)
    members["at"] = .string(at.iso8601)
    members[state == "waived" ? "because" : "text"] = .string(text.raw)
    session.output.json(.object(members))
  }
}

struct PublishPostmortem: Change {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Publish the draft as it was saved last.",
    usage: "mayday postmortem publish INC [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .publishPostmortem(nil) }
}

struct WaivePostmortem: Change {
  static let configuration = CommandConfiguration(
    commandName: "waive", abstract: "Do without a post-mortem (SEV-3 and SEV-4), with a reason.",
    usage: "mayday postmortem waive INC --because TEXT [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: ArgumentHelp("Why; ten characters or more.", valueName: "text"))
  var because: Untrusted

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .waivePostmortem(because: because)
  }
}
