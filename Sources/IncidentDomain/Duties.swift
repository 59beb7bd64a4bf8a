import TextGate

extension Role {
  /// What whoever holds the role sees to, the most urgent first.
  ///
  /// After PagerDuty's and Google's incident response guides; a policy may say more.
  public var duties: [Showable] {
    switch self {
    case .commander:
      [
        "say who does what; do not fix it yourself", "keep severity and impact stated and true",
        "ask for strong objections, then decide", "see that updates go out when they are due",
        "hand over before you tire, and only to who accepts",
      ]
    case .deputy:
      [
        "take over at once when the commander is gone", "watch the timers and say what is due",
        "fetch who is asked for", "remind of promises",
      ]
    case .scribe:
      [
        "note what is done, by whom, when", "note decisions with what spoke against them",
        "correct what was recorded wrong", "gather follow-ups for the review",
      ]
    case .operations:
      [
        "walk the runbook; one change at a time", "say what you will do before you do it",
        "say what came of it", "stop when the commander says so",
      ]
    case .communications:
      [
        "write the status updates, internal and public",
        "publish nothing the commander has not seen",
        "answer those who ask, so that others need not", "say when the next update comes",
      ]
    case .expert:
      [
        "say what you know and what you only guess", "name risks before anything is changed",
        "say when you leave",
      ]
    case .observer: ["watch; change nothing", "bring what you see to the commander"]
    }
  }
}
