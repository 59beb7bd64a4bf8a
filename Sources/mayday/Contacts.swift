import ArgumentParser
import IncidentDomain
import TextGate

struct Contacts: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts", abstract: "Print who to call, by the policy; needs no store.",
    usage: "mayday contacts [--json]")

  @OptionGroup var options: GlobalOptions

  /// Under so many columns a contact takes a line for each part.
  private static let tableColumns = 70

  func perform(in session: Session) throws {
    let policy = try session.policy().policy
    let contacts = policy.card.contacts
    if options.json {
      for contact in contacts { session.output.json(contact.json) }
      return
    }
    if let columns = session.output.wrapping, columns < Self.tableColumns {
      for contact in contacts { write(contact, session) }
    } else {
      var table = Table()
      table.add("For", "Call", "Else", "Escalation")
      for contact in contacts {
        table.add(
          contact.role.showable, contact.primary.showable, contact.backup.showable,
          contact.escalation.showable)
      }
      session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    }
    if contacts.isEmpty { session.output.line("The policy names nobody to call.") }
    if !policy.channels.isEmpty {
      session.output.line()
      session.output.line("Channels")
      for channel in policy.channels {
        session.write("\(channel.subject.showable): \(channel.channel.showable)", indent: 2)
      }
    }
    if !policy.incident.levels.isEmpty {
      session.output.line()
      session.output.line("Escalation")
      for (level, who) in policy.incident.levels.sorted(by: { $0.key < $1.key }) {
        session.write("L\(level) \(who.showable)", indent: 2)
      }
    }
    session.output.line()
    session.write("From \(policy.card.source.showable).", indent: 0)
  }

  private func write(_ contact: EmergencyCard.Contact, _ session: Session) {
    session.write(contact.role.showable, indent: 0)
    session.write("call \(contact.primary.showable)", indent: 2)
    guard !contact.backup.isBlank || !contact.escalation.isBlank else { return }
    let parts = [contact.backup, contact.escalation].filter { !$0.isBlank }.map(\.showable)
    session.write("else \(parts.joined(", "))", indent: 2)
  }
}

extension EmergencyCard.Contact {
  /// A line of `contacts --json`; what is not told is absent.
  fileprivate var json: JSON {
    var members: [String: JSON] = ["role": .string(role.raw)]
    if !primary.isBlank { members["primary"] = .string(primary.raw) }
    if !backup.isBlank { members["backup"] = .string(backup.raw) }
    if !escalation.isBlank { members["escalation"] = .string(escalation.raw) }
    return .object(members)
  }
}
