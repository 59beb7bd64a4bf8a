import IncidentDomain
import TextGate

/// What a review still owes before its post-mortem may be published and the incident closed.
public struct PostmortemChecklist: Sendable {
  /// In the order of the review: facts, draft, gates; those that are done too.
  public let items: [Item]

  /// One thing to have or to do.
  public struct Item: Hashable, Sendable {
    /// "post-mortem published".
    public let what: Showable
    /// Whether the record holds it already.
    public let isDone: Bool
    /// Whether something is refused without it.
    public let need: Need
    /// The command that does it; empty when it is done.
    public let remedy: Showable
  }

  /// What an item is needed for.
  public enum Need: String, CaseIterable, Sendable {
    /// A gate of the policy: documentation or closed is refused without it.
    case gate
    /// A reader will ask for it; nothing is refused.
    case advice
  }

  /// Whether no gate is left that would refuse the incident's closing.
  public var isReadyToClose: Bool { items.allSatisfy { $0.isDone || $0.need == .advice } }

  /// The items that are open, gates first.
  public var open: [Item] {
    items.filter { !$0.isDone && $0.need == .gate }
      + items.filter { !$0.isDone && $0.need == .advice }
  }

  /// Goes through the record; pure.
  public init(_ incident: Incident) {
    var items: [Item] = []
    let number = incident.number
    func item(_ what: Showable, _ isDone: Bool, _ need: Need, _ remedy: Showable) {
      items.append(Item(what: what, isDone: isDone, need: need, remedy: isDone ? .empty : remedy))
    }
    item(
      "severity confirmed", incident.severityConfirmed, .advice,
      "mayday severity \(number) \(incident.severity.rawValue)")
    item("impact stated", incident.impact != nil, .advice, "mayday impact \(number) TEXT")
    for milestone in Milestone.allCases where milestone != .declared {
      item(
        "time known: \(milestone.word)", incident.milestones[milestone] != nil, .advice,
        Self.remedy(milestone, number))
    }
    item(
      "what stopped the impact is said", incident.milestoneTexts[.mitigated] != nil, .advice,
      "mayday note \(number) TEXT")
    item("turning points pinned", !incident.pins.isEmpty, .advice, "mayday pin \(number) EVENT")
    item(
      "no contradiction left to settle", incident.conflicts.isEmpty, .advice,
      "say in a note which side holds: mayday note \(number) TEXT")
    item(
      "every promise kept", incident.promises.allSatisfy { $0.kept != nil }, .advice,
      "mark it as kept, or say in a note what became of it")
    Self.draftItems(incident, item)
    Self.gateItems(incident, item)
    self.items = items
  }

  private typealias Add = (Showable, Bool, Need, Showable) -> Void

  private static func draftItems(_ incident: Incident, _ add: Add) {
    let number = incident.number
    let text: Untrusted? =
      switch incident.postmortem {
      case .none, .waived: nil
      case .draft(let text, _), .published(let text, _): text
      }
    if case .waived = incident.postmortem { return }
    add("post-mortem drafted", text != nil, .advice, "mayday postmortem draft \(number)")
    guard let text else { return }
    let open = Postmortem.openPassages(in: text)
    add(
      "every question of the draft answered", open.prompts == 0, .advice,
      "\(Showable.count(open.prompts, "passage", "passages")) left: mayday postmortem edit \(number)"
    )
    add(
      "nothing marked as unknown", open.unknown == 0, .advice,
      "\(Showable.count(open.unknown, "fact", "facts")) left: mayday postmortem edit \(number)")
  }

  /// The gates into documentation and closed, met or not, so that the list says the same as a move.
  private static func gateItems(_ incident: Incident, _ add: Add) {
    let open = incident.gates(into: .documentation) + incident.gates(into: .closed)
    func gate(_ rule: String, _ what: Showable) {
      let missing = open.first { $0.rule == rule }
      add(what, missing == nil, .gate, missing?.remedy ?? .empty)
    }
    if incident.severity <= .sev2 {
      gate("post-mortem", "post-mortem published")
      gate("action-item", "an action item, with owner and due date")
    } else {
      gate("post-mortem", "post-mortem published or waived")
    }
    gate("feedback", "runbook feedback answered")
    gate("feedback-action", "what the feedback found wrong has an action item")
    gate("hand-over", "no hand-over unanswered")
  }

  private static func remedy(_ milestone: Milestone, _ number: Int) -> Showable {
    switch milestone {
    case .acknowledged: "mayday ack \(number)"
    case .resolved: "mayday phase \(number) post-mortem --because HOW-IT-WAS-VERIFIED"
    case .started, .detected, .declared, .mitigated, .recovered:
      "\(Measure.witness(milestone)) could tell"
    }
  }
}
