import TextGate

extension Incident {
  /// A name of somebody on this incident, with a mark where another name on it looks the same.
  public func marked(_ name: Untrusted) -> Showable {
    Self.marked(name, among: LookAlikes(names.sorted()))
  }

  /// The same for who has looked at the names already.
  public static func marked(_ name: Untrusted, among names: LookAlikes) -> Showable {
    guard let other = names.first(for: name) else { return name.showable }
    return "\(name.showable) (\(likeness(of: name, to: other)))"
  }

  /// `LOOKS LIKE alice, holds U+0430`: which of the two has the letter that is not what it seems.
  public static func likeness(of name: Untrusted, to other: Untrusted) -> Showable {
    func odd(_ name: Untrusted) -> Showable? {
      name.raw.unicodeScalars.first { !$0.isASCII }.map { scalar in
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return Untrusted("U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
          .showable
      }
    }
    if let odd = odd(name) { return "LOOKS LIKE \(other.showable), holds \(odd)" }
    if let odd = odd(other) { return "LOOKS LIKE \(other.showable) with \(odd)" }
    return "LOOKS LIKE \(other.showable)"
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
