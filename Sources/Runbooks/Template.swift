import TextGate

/// A new runbook in the form of the standard, with what its author has to write in brackets.
public enum Template {
  /// Why no file can be named after a name.
  public enum Refusal: Error, Hashable, Sendable {
    case empty
    case path
    case tooLong

    /// One clause: what, and what to do.
    public var message: Showable {
      switch self {
      case .empty: "the name holds no letter and no digit; give one such as redis-is-full"
      case .path: "the name is a path; give the folder with --folder"
      case .tooLong: "the name is longer than 100 characters; give a shorter one"
      }
    }
  }

  /// The file's name: `Redis is full` gives `redis-is-full.md`.
  ///
  /// - Throws: ``Refusal``
  public static func fileName(for name: String) throws(Refusal) -> String {
    guard !name.contains("/") else { throw .path }
    var stem = ""
    for character in bare(name).lowercased() {
      if character.isLetter || character.isNumber || character == "_" || character == "." {
        stem.append(character)
      } else if !stem.isEmpty, stem.last != "-" {
        stem.append("-")
      }
    }
    stem = String(stem.drop { $0 == "." || $0 == "-" })
    while stem.last == "-" || stem.last == "." { stem.removeLast() }
    guard stem.contains(where: { $0.isLetter || $0.isNumber }) else { throw .empty }
    guard stem.utf8.count <= 100 else { throw .tooLong }
    return stem + ".md"
  }

  /// The title: a name in words as it is; `redis-is-full` gives `Redis is full`.
  public static func title(for name: String) -> String {
    let name = Words.collapsed(Untrusted(bare(name)).showable.text)
    guard !name.contains(" "), name.lowercased() == name else { return name }
    let words = name.split(whereSeparator: { $0 == "-" || $0 == "_" }).joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private static func bare(_ name: String) -> String {
    let name = Words.collapsed(name)
    return name.lowercased().hasSuffix(".md") ? String(name.dropLast(3)) : name
  }

  /// The text of the file.
  ///
  /// - Parameters:
  ///   - title: on one line.
  ///   - day: of the writing, as YYYY-MM-DD.
  public static func text(title: String, day: String) -> String {
    """
    ---
    params:
      host: {ask: "Host that is affected", from: labels.instance, match: "^[A-Za-z0-9.-]+$"}
    ---
    # \(title)

    \(fields(day: day))

    ## Purpose

    [What is well again at the end, in one or two sentences]

    ## When to Use

    - [Alert or symptom that leads here]

    ## Procedure

    1. Look at the state of the host (1 min). <!-- mayday: timeout=1m -->

       [What it shows when all is well]

       ```bash
       ssh <host> uptime
       ```

    2. Is it what this runbook is for?
       - Yes: go on with step 3
       - No: [somebody has to know](#escalation)

    3. [What to do, with the exact command] (5 min). <!-- mayday: confirm=host -->

       ```bash
       ssh <host> true
       ```

    ## Verification

    1. [How to see that it worked] (1 min).

       ```bash
       ssh <host> uptime
       ```

    ## Rollback

    1. [How to go back, or: not applicable, and why]

    ## Escalation

    1. [Whom to ask, how, and after how many minutes]

    """
  }

  private static func fields(day: String) -> String {
    Markdown.fields([
      ("Type", "Runbook"), ("Status", "Draft"), ("Last Updated", day),
      ("Criticality", "[CRITICAL, HIGH, MEDIUM or LOW]"), ("Owner", "[team or role]"),
      ("Estimated time", "[15 min]"),
    ])
  }
}

/// Pieces of Markdown that files of a catalogue have in common.
enum Markdown {
  /// Bold lines, each shown on a line of its own.
  static func fields(_ fields: [(key: String, value: String)]) -> String {
    fields.map { "**\($0.key):** \($0.value)" }.joined(separator: "  \n")
  }
}
