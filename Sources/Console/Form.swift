import Grid
import IncidentDomain
import TextGate

/// Questions to answer before something is written; with no question it is a confirmation.
struct Form: Sendable {
  let purpose: Purpose
  /// The incident it writes to; nil for a declaration.
  let target: Target?
  let title: Showable
  var fields: [Field]
  var focus = 0
  /// Whether Enter was pressed once where it must be pressed twice.
  var isConfirmed = false

  /// What a form is for. Typed text is kept by it, so a draft never turns up in another form.
  enum Purpose: Hashable, Sendable {
    /// Of an incident, or because an item of a checklist was missed.
    case declare(isDrill: Bool, for: MissedItem? = nil)
    case acknowledge, severity, impact, milestone, note, update, snooze, escalate
    case move(to: Phase, asks: Showable)
    case override(to: Phase, gate: Showable)
    case undo([EventID], what: Showable)
    case cancel, merge, unmerge, reopen
    case settle(Incident.Conflict)
    case assign(ResponderRole)
    /// With the epoch that was seen: whoever was quicker is not overrun.
    case takeOver(ResponderRole, from: Untrusted, epoch: Int)
    case propose
    case object(EventID)
    case agree(EventID)
    case decide(EventID)
    case withdraw(EventID)
    case handOver(ResponderRole)
    case accept(ResponderRole)
    case decline(ResponderRole)
    case vacate(ResponderRole, Untrusted)
    case promise
    case keepPromise(EventID, Untrusted)
    case startRun(RunStart)
    case step(run: EventID, step: String, StepAct, from: Untrusted?)
    case rollback(EventID)
    case endRun(EventID)
    case revise(EventID, RunStart)
    case pin(EventID, Bool)
    case correct(EventID)
    case tick(Round, Untrusted, text: Untrusted)
    case untick(Round, Untrusted, text: Untrusted)
    case publishPostmortem
    case waivePostmortem, addAction, feedback
    case settleAction(EventID)
    /// Not written by itself: fills a placeholder of the command that is about to run.
    case value(name: String)
    /// Not written: what must be typed before a dangerous command runs.
    case typed(word: Untrusted)
    /// Not written: ends the running command by force.
    case kill
    case find
    case search
    case quit
  }

  /// What a responder does with a step; the word is what the answer or note says.
  enum StepAct: Hashable, Sendable {
    case begin, done, fail, skip, answer
  }

  /// One question.
  struct Field: Hashable, Sendable {
    let id: ID
    let label: Showable
    var isRequired = false
    /// Said behind the field while it is empty.
    var hint: Showable = .empty
    /// Whether what is typed is masked on the screen.
    var isSecret = false
    var content: Content

    enum ID: Hashable, Sendable {
      case text, because, person, audience, level, at, due, owner, title, type, severity, service,
        environment, tier, labels, impact, started, reason, reference, milestone, verdict, outcome,
        brief,
        drill, risk, alternatives, asked, broken, affected, stake
    }

    enum Content: Hashable, Sendable {
      /// `suggestions` complete what was typed, with the right arrow at its end.
      case text(LineEditor, suggestions: [Untrusted])
      case choice([Showable], selected: Int)
    }

    var isBlank: Bool {
      if case .text(let editor, _) = content { editor.isBlank } else { false }
    }
  }

  /// The text of a field; nil when it is blank, or no such field.
  func text(_ id: Field.ID) -> Untrusted? {
    for case let field in fields where field.id == id {
      if case .text(let editor, _) = field.content, !editor.isBlank { return editor.untrusted }
    }
    return nil
  }

  /// The selected choice of a field.
  func choice(_ id: Field.ID) -> Int {
    for case let field in fields where field.id == id {
      if case .choice(_, let selected) = field.content { return selected }
    }
    return 0
  }

  /// The first field that must be filled and is not.
  var firstMissing: Int? { fields.firstIndex { $0.isRequired && $0.isBlank } }

  /// Whether its text is worth keeping when it is left.
  var hasText: Bool {
    fields.contains { if case .text(let editor, _) = $0.content { !editor.isBlank } else { false } }
  }

  /// What a key did.
  enum Outcome {
    case edited
    case submit
    case cancel
    /// Open the field in an editor.
    case edit(Untrusted)
    case ignored
    case refused(Showable)
  }

  /// Takes a key. In a burst, Enter is a space: a paste without brackets never submits.
  mutating func take(_ key: Key, isBurst: Bool) -> Outcome {
    switch key {
    case .escape, .control("c"), .control("g"): return .cancel
    case .enter where !isBurst: return .submit
    case .enter: return take(.character(" "), isBurst: false)
    case .tab where isBurst: return take(.character(" "), isBurst: false)
    case .tab, .down: return move(by: 1)
    case .backTab, .up: return move(by: -1)
    default: break
    }
    guard fields.indices.contains(focus) else { return .ignored }
    switch fields[focus].content {
    case .choice(let options, let selected):
      return choose(key, options, selected)
    case .text(var editor, let suggestions):
      if key == .control("o") { return .edit(editor.untrusted) }
      if key == .right, editor.right.isEmpty,
        let completed = Self.completion(of: editor.left, among: suggestions)
      {
        fields[focus].content = .text(LineEditor(completed.raw), suggestions: suggestions)
        return .edited
      }
      switch editor.take(key) {
      case .edited:
        fields[focus].content = .text(editor, suggestions: suggestions)
        isConfirmed = false
        return .edited
      case .ignored: return .ignored
      case .refused(let why): return .refused(why)
      }
    }
  }

  private mutating func move(by step: Int) -> Outcome {
    guard fields.count > 1 else { return .ignored }
    focus = (focus + step + fields.count) % fields.count
    return .edited
  }

  private mutating func choose(_ key: Key, _ options: [Showable], _ selected: Int) -> Outcome {
    var chosen = selected
    switch key {
    case .left: chosen -= 1
    case .right, .character(" "): chosen += 1
    case .home: chosen = 0
    case .end: chosen = options.count - 1
    case .character(let scalar):
      guard
        let match = options.indices.first(where: {
          options[$0].text.lowercased().contains(String(scalar).lowercased())
        })
      else { return .ignored }
      chosen =
        options.indices.first {
          options[$0].text.lowercased().hasPrefix(String(scalar).lowercased())
        } ?? match
    default: return .ignored
    }
    chosen = (chosen + options.count) % max(1, options.count)
    fields[focus].content = .choice(options, selected: chosen)
    isConfirmed = false
    return .edited
  }

  /// The first suggestion that begins with what was typed, and is longer.
  static func completion(of typed: String, among suggestions: [Untrusted]) -> Untrusted? {
    guard !typed.isEmpty else { return nil }
    let lower = typed.lowercased()
    return suggestions.first {
      $0.raw.lowercased().hasPrefix(lower) && $0.raw.count > typed.count
    }
  }

  /// Puts a text into the field that has the focus: what an editor or the palette brought.
  mutating func fill(_ text: Untrusted) {
    guard fields.indices.contains(focus), case .text(_, let suggestions) = fields[focus].content
    else { return }
    fields[focus].content = .text(LineEditor(text.raw), suggestions: suggestions)
    isConfirmed = false
  }

  /// Puts a text into a field.
  mutating func set(_ id: Field.ID, _ text: Untrusted?) {
    guard let text, let index = fields.firstIndex(where: { $0.id == id }),
      case .text(_, let suggestions) = fields[index].content
    else { return }
    fields[index].content = .text(LineEditor(text.raw), suggestions: suggestions)
  }

  /// Selects an option of a choice.
  mutating func choose(_ id: Field.ID, _ selected: Int) {
    guard let index = fields.firstIndex(where: { $0.id == id }),
      case .choice(let options, _) = fields[index].content, options.indices.contains(selected)
    else { return }
    fields[index].content = .choice(options, selected: selected)
  }

  /// Takes words typed behind a command's name in the palette: a choice by its word, the rest as
  /// the text of the first text field.
  mutating func fill(words: String) {
    var rest = words
    for index in fields.indices {
      guard !rest.isEmpty else { break }
      switch fields[index].content {
      case .choice(let options, _):
        let word = rest.split(separator: " ", maxSplits: 1).first.map(String.init) ?? rest
        let match = options.firstIndex {
          $0.text.lowercased().hasPrefix(word.lowercased())
            || $0.text.lowercased().hasSuffix("-\(word.lowercased())")
        }
        if let match {
          fields[index].content = .choice(options, selected: match)
          rest = String(rest.dropFirst(word.count).drop { $0 == " " })
        }
      case .text(_, let suggestions):
        fields[index].content = .text(LineEditor(rest), suggestions: suggestions)
        rest = ""
      }
    }
  }
}
