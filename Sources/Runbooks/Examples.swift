/// What stands for an example of a command's output, and comments that number the parts of a block.
enum Examples {
  private static let labels = [
    "output", "example output", "sample output", "expected output", "output example",
    "expected result", "expected results", "results", "result", "expected", "should show",
    "should return", "should output", "you should see", "sample", "結果", "出力",
  ]

  /// Programs that people name at the head of a command for a terminal.
  private static let programs: Set<String> = [
    "ansible", "ansible-playbook", "apt", "apt-get", "argocd", "aws", "az", "bash", "cat", "cd",
    "chmod", "chown", "chroot", "cp", "crictl", "curl", "df", "dig", "docker", "docker-compose",
    "du", "etcdctl", "find", "free", "gcloud", "git", "grep", "helm", "htop", "ip", "journalctl",
    "k", "kill", "kubectl", "less", "ls", "lsof", "make", "mkdir", "mongosh", "mount", "mv",
    "mysql", "nc", "netstat", "nodetool", "npm", "npx", "nslookup", "oc", "openssl", "patronictl",
    "pg_dump", "pg_restore", "ping", "podman", "ps", "psql", "python", "python3", "rails", "rake",
    "redis-cli", "rm", "rsync", "scp", "sed", "service", "sftp", "ss", "ssh", "sudo", "systemctl",
    "tail", "tar", "terraform", "top", "touch", "traceroute", "umount", "vault", "vi", "vim",
    "virtctl", "watch", "wget", "yum",
  ]

  /// Whether the first line of a block without a prompt is a command rather than what one prints.
  static func beginsWithCommand(_ lines: [String]) -> Bool {
    let first = lines.first { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") }
    let words = (first ?? "").split(separator: " ", maxSplits: 2).map(String.init)
    guard let program = words.first, programs.contains(program) else { return false }
    // `find  12  0.1` is a line of a table, `service is up` a sentence.
    return words.count == 1 || words[1].first?.isNumber != true && words[1] != "is"
  }

  /// Whether a line is a shell's prompt with the user and the host: `root@db-1:/srv# `.
  static func isHostPrompt(_ line: String) -> Bool {
    guard let end = line.firstIndex(where: { $0 == "$" || $0 == "#" }) else { return false }
    let head = line[..<end]
    let after = line[line.index(after: end)...].first
    guard let at = head.lastIndex(of: "@"), after == nil || after == " " else { return false }
    let host = head[head.index(after: at)...]
    return host.first.map { $0.isLetter || $0.isNumber } == true
      && host.contains { $0 == ":" || $0 == "~" } && !head.contains("=") && !head.contains("|")
  }

  /// `# Output example:`.
  static func isLabel(comment: String) -> Bool {
    guard comment.holds(":") || comment.holds("：") else { return false }
    let words = Words.collapsed(comment).lowercased()
    return labels.contains { words.hasPrefix($0) }
  }

  /// `Results:`, `Example output`, `The output is similar to the following example:`.
  static func isIntroduction(_ paragraph: String) -> Bool {
    let words = Words.collapsed(paragraph).lowercased()
    guard words.count <= 200 else { return false }
    let bare = words.drop { !$0.isLetter }
    if labels.contains(where: { bare.hasPrefix($0) }), words.count <= 60 { return true }
    guard words.hasSuffix(":") || words.hasSuffix("：") else { return false }
    return words.holds("output") || words.hasSuffix("結果：") || words.hasSuffix("結果:")
  }

  /// The number and the text of `1. Stop`, `2) Start`, `Step 3: Check (5 min)`, and its time.
  static func numbered(
    comment: String
  ) -> (number: Int, title: String, estimateSeconds: Int?)? {
    var text = Words.collapsed(
      String(comment.drop { $0 == "#" || $0 == " " || $0 == "=" || $0 == "-" }))[...]
    let word = ["step ", "phase "].first { text.lowercased().hasPrefix($0) }
    let isStep = word != nil
    if let word { text = text.dropFirst(word.count) }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number >= 1, number < 100 else { return nil }
    text = text.dropFirst(digits.count)
    if let mark = text.first, mark == "." || mark == ")" || isStep && (mark == ":" || mark == "-") {
      // `1.5 GB` is no number of a part.
      guard mark != "." || text.dropFirst().first?.isNumber != true else { return nil }
      text = text.dropFirst()
    } else if !isStep {
      return nil
    }
    let title = Words.title(String(text.drop { $0 == " " || $0 == ":" || $0 == "-" }))
    guard isStep || !title.isEmpty else { return nil }
    return (number, title.isEmpty ? "Step \(number)" : title, Words.estimate(in: comment))
  }
}
