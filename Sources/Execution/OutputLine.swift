import TextGate

/// One line of output while it is being written: the states that carriage returns made of it, and
/// what backspaces struck out.
///
/// A state that only counts on (`10%` to `20%`) replaces the one before, with a count; a state that
/// says something else stays visible above it, because overwriting must not hide text.
struct OutputLine: Sendable {
  private(set) var scalars: [Unicode.Scalar] = []
  /// The state before the last carriage return, when it is not yet known whether the new one only
  /// counts on.
  private var earlier: [Unicode.Scalar]?
  private var replaced = 0
  private var cursor = 0
  private var returned = false

  var isEmpty: Bool { scalars.isEmpty && earlier == nil }

  /// Takes one character that is no line feed; returns a state that is to stay as its own line.
  mutating func put(_ scalar: Unicode.Scalar) -> Showable? {
    if scalar == "\r" {
      returned = true
      return nil
    }
    var stays: Showable?
    if returned {
      returned = false
      stays = beginNewState()
    }
    if scalar == "\u{8}" {
      cursor = max(0, cursor - 1)
    } else {
      strike(scalar)
    }
    return stays
  }

  /// Ends the line; returns what is to be shown of it, in order.
  mutating func end() -> [Showable] {
    let shown = self.shown
    self = OutputLine()
    return shown
  }

  /// What is to be shown of the line now: an earlier state that says something else, then the last.
  var shown: [Showable] {
    guard let earlier else { return [gated(scalars, replaced)] }
    if scalars.isEmpty { return [gated(earlier, replaced)] }
    if Self.onlyCounts(earlier, scalars) { return [gated(scalars, replaced + 1)] }
    return [gated(earlier + ["\r"], replaced), gated(scalars, 0)]
  }

  private mutating func beginNewState() -> Showable? {
    defer {
      earlier = scalars
      scalars = []
      cursor = 0
    }
    guard let earlier else { return nil }
    if Self.onlyCounts(earlier, scalars) {
      replaced += 1
      return nil
    }
    defer { replaced = 0 }
    return gated(earlier + ["\r"], replaced)
  }

  private mutating func strike(_ scalar: Unicode.Scalar) {
    if cursor < scalars.count {
      let old = scalars[cursor]
      if old == scalar || old == "_" || !Self.saysSomething(old) {
        scalars[cursor] = scalar
      } else if scalar == "_" {
        // An underlined character, as manual pages write it, stays.
      } else {
        // Anything else is shown as it was written, so that nothing is hidden.
        scalars += Array(repeating: "\u{8}", count: scalars.count - cursor)
        scalars.append(scalar)
        cursor = scalars.count - 1
      }
    } else {
      scalars.append(scalar)
    }
    cursor += 1
  }

  private func gated(_ scalars: [Unicode.Scalar], _ replaced: Int) -> Showable {
    let text = Untrusted(String(String.UnicodeScalarView(scalars))).showableLines.first ?? .empty
    return replaced == 0 ? text : "\(text)  [overwritten \(replaced) times]"
  }

  private static func saysSomething(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.generalCategory == .otherSymbol
  }

  /// Whether two states differ only in digits, their units, and signs such as those of a bar.
  private static func onlyCounts(_ old: [Unicode.Scalar], _ new: [Unicode.Scalar]) -> Bool {
    shape(old) == shape(new)
  }

  private static func shape(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var letters: [Unicode.Scalar] = []
    var unit = 0
    for scalar in scalars {
      if scalar.properties.numericType != nil {
        unit = 3
      } else if scalar.properties.isAlphabetic {
        if unit > 0, scalar.isASCII { unit -= 1 } else { letters.append(scalar) }
      } else {
        unit = 0
      }
    }
    return letters
  }
}
