import TextGate

/// What a search of the whole record found, the newest entries first.
public struct SearchResult: Hashable, Sendable {
  /// By when they happened, the last first; those of one moment as the store got them, the last first.
  /// Of more than 1,000 that are found, the last 1,000 that the store got are looked at.
  public let hits: [SearchHit]
  /// Whether there are more, older ones.
  public let isCut: Bool
  /// Entries that were not looked at: a store that only can be read may have an index that is behind.
  public let unsearched: Int

  /// Holds the parts as they are.
  public init(hits: [SearchHit], isCut: Bool, unsearched: Int = 0) {
    self.hits = hits
    self.isCut = isCut
    self.unsearched = unsearched
  }
}

/// One entry that a search found.
public struct SearchHit: Hashable, Sendable {
  /// The number of its incident, as it is now.
  public let number: Int
  /// The entry as it was written.
  public let event: Event
  /// The text in it that holds the hit.
  public let excerpt: Excerpt
  /// Whether what it says still stands.
  public let standing: Standing

  /// Holds the parts as they are.
  public init(number: Int, event: Event, excerpt: Excerpt, standing: Standing) {
    self.number = number
    self.event = event
    self.excerpt = excerpt
    self.standing = standing
  }

  /// Whether what an entry says still stands. The record keeps what was corrected or taken back, and
  /// a search finds it: whoever reads it must know.
  public enum Standing: String, Hashable, Sendable {
    /// As it was written.
    case stands
    /// Another entry says it otherwise since.
    case corrected
    /// It corrects another entry.
    case correction
    /// Its author took it back.
    case takenBack

    /// In a word or two, for a list; empty when there is nothing to say.
    public var word: Showable {
      switch self {
      case .stands: .empty
      case .corrected: "corrected since"
      case .correction: "a correction"
      case .takenBack: "taken back"
      }
    }

    /// - Parameter changes: corrections and reversals of the same incident, in any order.
    public init(of event: Event, after changes: some Sequence<Event>) {
      var corrections: [Event] = []
      var reversed: Set<EventID> = []
      for change in changes {
        switch change.body {
        case .reversed(let ids): reversed.formUnion(ids)
        case .corrected(let target, let text) where target == event.id && text != nil:
          corrections.append(change)
        default: break
        }
      }
      if reversed.contains(event.id) {
        self = .takenBack
      } else if corrections.contains(where: { !reversed.contains($0.id) }) {
        self = .corrected
      } else if case .corrected = event.body {
        self = .correction
      } else {
        self = .stands
      }
    }
  }
}

/// A part of a text round what was looked for.
public struct Excerpt: Hashable, Sendable {
  /// What stands before the hit; begins with an ellipsis where something was left out.
  public let before: Untrusted
  /// The hit, as it is written.
  public let match: Untrusted
  /// What stands behind it; ends with an ellipsis where something was left out.
  public let after: Untrusted

  /// Holds the parts as they are.
  public init(before: Untrusted, match: Untrusted, after: Untrusted) {
    self.before = before
    self.match = match
    self.after = after
  }

  /// The three in one.
  public var text: Untrusted { Untrusted(before.raw + match.raw + after.raw) }
}
