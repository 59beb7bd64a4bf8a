import TextGate

extension Incident {
  func decideReview(_ command: Command, now: Instant) throws(Refusal) -> [EventBody] {
    switch command {
    case .savePostmortem(let text):
      try Decision.checkNotBlank(text, "the post-mortem", most: Decision.longestDocument)
      if case .published = postmortem {
        throw Refusal(
          .rule, "the post-mortem is published", remedy: "add a note or a correction instead")
      }
      return [.postmortemSaved(text: text)]
    case .publishPostmortem(let text):
      try requireOpen("publishing a post-mortem")
      guard !phase.isActive else {
        throw Refusal(
          .rule, "\(name) is in \(phase.word): a post-mortem is published after resolution",
          remedy: "move it to post-mortem first")
      }
      if case .published = postmortem {
        throw Refusal(
          .rule, "the post-mortem is published already", remedy: "nothing is left to do here")
      }
      if let text {
        try Decision.checkNotBlank(text, "the post-mortem", most: Decision.longestDocument)
        return [.postmortemPublished(text: text)]
      }
      guard case .draft(let draft, _) = postmortem else {
        throw Refusal(
          .rule, "there is no post-mortem draft to publish",
          remedy: "mayday postmortem draft \(number) writes one")
      }
      return [.postmortemPublished(text: draft)]
    case .waivePostmortem(let because):
      try requireOpen("waiving the post-mortem")
      if case .published = postmortem {
        throw Refusal(
          .rule, "the post-mortem is published already", remedy: "nothing is left to do here")
      }
      guard severity > .sev2 else {
        throw Refusal(
          .rule, "the post-mortem of a \(severity.word) cannot be waived",
          remedy: "write it: mayday postmortem draft \(number)")
      }
      try Decision.checkReason(because, for: "waiving the post-mortem")
      return [.postmortemWaived(because: because)]
    case .addAction(let text, let owner, let due):
      try requireOpen("an action item")
      try Decision.checkNotBlank(text, "the action item")
      try Decision.checkNotBlank(owner, "the owner")
      try Decision.checkWritable(due)
      return [.actionAdded(text, owner: owner, due: due)]
    case .settleAction(let id, let outcome, let because):
      try Decision.checkText(because)
      guard let action = actions.first(where: { $0.id == id }) else {
        throw Refusal(
          .notFound, "\(name) has no action item \(id.short)",
          remedy: "see mayday action list \(number)")
      }
      guard action.outcome == nil else {
        throw Refusal(
          .rule, "that action item is settled already", remedy: "nothing is left to do here")
      }
      if outcome == .dropped { try Decision.checkReason(because, for: "dropping an action item") }
      return [.actionSettled(id, outcome, because: because)]
    case .giveFeedback(let verdict, let text):
      try requireNotClosed("runbook feedback")
      try Decision.checkText(text)
      if verdict != .used, text?.isBlank ?? true {
        throw Refusal(
          .badValue, "what was \(verdict.word) is not said", remedy: "say it in words")
      }
      return [.feedbackGiven(verdict, text: text)]
    default: return []
    }
  }
}
