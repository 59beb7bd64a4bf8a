import IncidentDomain

/// A step before it has its number and its id.
struct Draft {
  /// How its number follows from the one above it.
  enum Suffix { case dot, letter }

  /// Where a choice leads, before numbers are known.
  enum Jump: Hashable {
    case anchor(String)
    case document(String)
    /// `go on with step 3`, as the author counts.
    case step(String)
    /// The first step that begins on these lines.
    case lines(ClosedRange<Int>)
  }

  struct Choice {
    var label: String
    var jump: Jump?
    var line: Int
  }

  var title: String
  var lines: ClosedRange<Int>
  var section: Int?
  /// Before the part of the runbook is taken into account: run, session, tty, show, manual, decide.
  var kind: StepKind = .manual
  var command: Command?
  var annotations = Annotations()
  var choices: [Choice] = []
  var expectedOutput: String?
  var estimateSeconds: Int?
  /// The number that the author gave it.
  var wanted: Int?
  /// The list it stands in; `step 3` in one of its items means an item of the same list.
  var scope = 0
  var suffix = Suffix.dot
  /// Whether it only holds others together, and is no step itself.
  var isGroup = false
  /// Whether it is a choice between sections, counted by itself.
  var isFork = false
  var children: [Draft] = []

  /// A group around drafts; one draft alone takes the group's number itself.
  static func group(
    _ title: String, wanted: Int?, lines: ClosedRange<Int>, section: Int?, of children: [Draft]
  ) -> Draft? {
    guard let first = children.first else { return nil }
    if children.count == 1 {
      var only = first
      only.wanted = wanted ?? only.wanted
      return only
    }
    var group = Draft(title: title, lines: lines, section: section)
    group.isGroup = true
    group.wanted = wanted
    group.children = children
    return group
  }

  /// Gives an example of the output to the last command.
  mutating func setExpectedOutput(_ text: String) -> Bool {
    for index in children.indices.reversed() where children[index].setExpectedOutput(text) {
      return true
    }
    guard command != nil, expectedOutput == nil else { return false }
    expectedOutput = text
    return true
  }
}

extension Draft {
  /// Takes a class that is told from above: never makes a command of what holds none.
  mutating func take(_ told: Annotations.RunClass?) {
    switch told {
    case .manual: kind = .manual
    case .show: if command != nil { kind = .show }
    case .run: if command != nil { kind = .run }
    case .tty: if command != nil { kind = .tty }
    case nil: break
    }
  }
}
