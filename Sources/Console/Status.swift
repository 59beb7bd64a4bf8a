import IncidentDomain
import TextGate

/// The last line of a screen, when it has something to say.
struct Status: Hashable, Sendable {
  var kind: Kind
  var text: Showable

  enum Kind: Hashable, Sendable {
    /// Something was done.
    case done
    /// Something was not done, and why.
    case refusal
    /// Somebody else did something.
    case news
    case notice
  }
}

/// What was written last, for `u`.
struct LastWrite: Hashable, Sendable {
  let target: Target
  let events: [EventID]
  let at: Instant
  let what: Showable
}

/// A write that was asked for and not answered.
struct PendingWrite: Sendable {
  let what: Showable
  /// Whose typed text is kept until it is on disk.
  let purpose: Form.Purpose?
  /// The incident it is for; nil for a declaration.
  var incident: EventID?
  /// What to do once it is.
  let then: Continuation

  enum Continuation: Sendable {
    case nothing
    /// The incident that was declared is opened.
    case open
    /// The step is ours: the command that was confirmed runs.
    case run(ConfirmedCommand)
    /// A fact that must be kept: it is tried again when the store refuses it.
    case keep(CommandRecord)
    /// The console wrote it by itself: a refusal means that another console was first.
    case quietly
  }
}
