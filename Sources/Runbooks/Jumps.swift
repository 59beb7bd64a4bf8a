import MarkdownBlocks
import TextGate

/// Reads where a text leads: a heading, another runbook, a step.
struct Jumps {
  /// The folder of the runbook relative to its root, in parts.
  let folder: [String]

  init(path: String) {
    folder = path.split(separator: "/").dropLast().map(String.init)
  }

  /// Where the first link of a text that leads anywhere here leads, else the step it names.
  func jump(in inlines: [Inline]) -> Draft.Jump? {
    for inline in inlines {
      if let link = inline.link, let found = jump(link: link.raw) { return found }
    }
    return Self.step(in: inlines.plainText).map { .step($0) }
  }

  /// Reads a link; nil for one that leads out of the runbooks.
  func jump(link: String) -> Draft.Jump? {
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts.first ?? "")
    let anchor = parts.count > 1 ? Self.decoded(String(parts[1])).lowercased() : ""
    if path.isEmpty { return anchor.isEmpty ? nil : .anchor(anchor) }
    guard let target = resolve(path), target.lowercased().hasSuffix(".md") else { return nil }
    return .document(anchor.isEmpty ? target : "\(target)#\(anchor)")
  }

  /// A relative path from this runbook's folder, relative to the root; nil when it leads out of it.
  func resolve(_ link: String) -> String? {
    let path = Self.decoded(link)
    guard !path.hasPrefix("/"), !path.holds("\\"),
      !path.prefix(while: { $0 != "/" }).holds(":"),
      path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { return nil }
    var parts = folder
    for part in path.split(separator: "/") {
      switch part {
      case ".": break
      case "..": if parts.popLast() == nil { return nil }
      default: parts.append(String(part))
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }

  static func decoded(_ text: String) -> String {
    guard text.holds("%") else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        out.append(value)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let verbs = [
    "go to", "go on with", "goto", "continue with", "continue at", "continue to", "continue from",
    "proceed to", "proceed with", "skip to", "jump to", "move to", "return to", "repeat", "back to",
    "see", "perform", "start again at", "restart from", "→", "->",
  ]

  /// The number after `go on with step`, as the author counts: `3`, `2.1`, `3a`.
  static func step(in text: String) -> String? {
    let words = String(Words.collapsed(text).lowercased().prefix(2_000))
    for verb in verbs {
      guard let found = words[...].range(ofFirst: verb + " step ") else { continue }
      let rest = words[found...].dropFirst(verb.count + 6).drop { $0 == "#" || $0 == "*" }
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      var number = String(digits)
      while number.hasSuffix(".") { number.removeLast() }
      guard !number.isEmpty else { continue }
      let after = rest.dropFirst(digits.count)
      if let letter = after.first, letter.isASCII, letter.isLetter, number.count == digits.count,
        after.dropFirst().first.map({ !$0.isLetter && !$0.isNumber }) ?? true
      {
        number.append(letter)
      }
      return number
    }
    return nil
  }
}
