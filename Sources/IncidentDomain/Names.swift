import TextGate

extension Incident {
  /// A name of somebody on this incident, with a mark where another name on it looks the same.
  public func marked(_ name: Untrusted) -> Showable {
    guard let other = name.lookAlike(among: names.sorted()) else { return name.showable }
    return "\(name.showable) (LOOKS LIKE \(other.showable))"
  }

  /// What speaks against a name that somebody is about to type; nil for nothing.
  public func warning(of name: Untrusted) -> Showable? {
    name.lookAlike(among: names.sorted()).map {
      "\(name.showable) looks like \($0.showable) and is another name"
    }
  }

  /// The names that an event brings: its author's, and those it speaks of.
  static func names(in event: Event) -> [Untrusted] {
    switch event.body {
    case .roleAssigned(_, let person), .roleVacated(_, let person),
      .roleOffered(_, let person, _):
      [event.author, person]
    case .roleTakenOver(let taking): [event.author, taking.from, taking.to]
    case .actionAdded(_, let owner, _): [event.author, owner]
    case .proposalMade(let proposal): [event.author] + proposal.asked
    default: [event.author]
    }
  }
}
