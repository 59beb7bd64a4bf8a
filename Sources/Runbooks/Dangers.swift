/// Words that deserve a second look. They are a hint, never a permission (RUNBOOKS.md 3.4).
enum Dangers {
  static func found(in scan: ShellScan, text: String) -> [String] {
    var found: [String] = []
    func add(_ word: String) {
      if !found.contains(word) { found.append(word) }
    }
    for command in scan.commands {
      let words = command.words.map(\.bare)
      for (index, word) in words.enumerated() {
        let name = word.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let rest = words[(index + 1)...].prefix(64)
        switch name {
        case "rm" where rest.contains(where: isRecursive): add("rm -r")
        case "kill" where rest.contains(where: { ["-9", "-KILL", "-SIGKILL"].contains($0) }):
          add("kill -9")
        case "pkill", "killall", "reboot", "poweroff", "halt", "wipefs", "fdisk", "parted":
          add(name)
        case "shutdown", "drain", "cordon", "truncate", "prune", "destroy", "purge", "terminate":
          add(name)
        case "flushall", "flushdb", "failover": add(name)
        case "dd" where rest.contains(where: { $0.hasPrefix("of=") }): add("dd of=")
        case "reset" where rest.contains("--hard"): add("reset --hard")
        case "clean" where index > 0 && words[index - 1] == "git": add("git clean")
        case "push" where rest.contains("-f") && index > 0 && words[index - 1] == "git":
          add("--force")
        case "down" where rest.contains("-v") || rest.contains("--volumes"): add("down -v")
        default:
          if name.hasPrefix("mkfs") { add("mkfs") }
          if name == "delete" || name.hasPrefix("delete-") || name == "del" { add("delete") }
          if word == "--force" || word == "--force=true" || word.hasPrefix("--force-") {
            add("--force")
          }
          if word == "--replicas=0" { add("--replicas=0") }
        }
      }
    }
    statements(in: scan, add)
    return found
  }

  private static func isRecursive(_ word: String) -> Bool {
    word == "--recursive"
      || word.hasPrefix("-") && !word.hasPrefix("--") && (word.holds("r") || word.holds("R"))
  }

  /// Statements of SQL and methods of HTTP stand inside quotes, where the shell sees one word.
  private static func statements(in scan: ShellScan, _ add: (String) -> Void) {
    var words: [Substring] = []
    let commented = Set(scan.comments.map(\.line))
    let lines = String(decoding: scan.bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !commented.contains(index) {
      words += line.split(whereSeparator: { !$0.isLetter && $0 != "_" && $0 != "-" })
    }
    for (index, word) in words.enumerated() {
      switch word.lowercased() {
      case "drop":
        let next = index + 1 < words.count ? words[index + 1].lowercased() : ""
        if ["table", "database", "schema", "index", "view", "user", "role", "column", "keyspace"]
          .contains(next)
        {
          add("drop")
        }
      case "dropdb": add("drop")
      case "delete":
        let next = index + 1 < words.count ? words[index + 1].lowercased() : ""
        if next == "from" || word == "DELETE" { add("delete") }
      case "truncate": add("truncate")
      default: break
      }
    }
  }
}
