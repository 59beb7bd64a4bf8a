/// Programs that wait for a person, or that never end (RUNBOOKS.md, "What matters most" 4).
enum Programs {
  typealias Words = [String]

  /// The command's words without what stands before the program: assignments, sudo, time, env.
  static func words(_ command: ShellScan.SimpleCommand) -> Words {
    // What a program is shows in its first words; a bound keeps long lines cheap.
    var words = command.words.prefix(64).map(\.bare)[...]
    while let first = words.first {
      let isAssignment =
        first.holds("=")
        && first.prefix { $0 != "=" }.allSatisfy { $0.isLetter || $0 == "_" || $0.isNumber }
      if isAssignment || ["time", "nohup", "exec", "command", "env", "winpty"].contains(first) {
        words = words.dropFirst()
      } else if first == "sudo" {
        let after = words.dropFirst()
        // `sudo -i` and `sudo -s` open a shell of their own.
        guard let next = after.first, next != "-i", next != "-s", next != "su" else { break }
        words = after
        while let option = words.first, option.hasPrefix("-") {
          words = words.dropFirst(option == "-u" || option == "-g" ? 2 : 1)
        }
      } else {
        break
      }
    }
    return Array(words)
  }

  private static func name(_ word: String?) -> String {
    word?.split(separator: "/").last.map(String.init) ?? ""
  }

  private static func holds(_ words: Words, _ options: String...) -> Bool {
    words.dropFirst().contains { word in
      options.contains { word == $0 || ($0.hasPrefix("--") && word.hasPrefix($0 + "=")) }
    }
  }

  /// Whether a bundle of short options holds a letter: `-it` holds `t`.
  private static func bundle(_ words: Words, _ letter: Character) -> Bool {
    words.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.dropFirst().contains(letter) }
  }

  /// The program that opens a session for a person to type in; nil when it ends by itself.
  static func session(_ command: ShellScan.SimpleCommand) -> String? {
    guard !command.hasInput else { return nil }
    return session(words(command))
  }

  private static func session(_ words: Words) -> String? {
    let program = name(words.first)
    let arguments = Array(words.dropFirst())
    let plain = arguments.filter { !$0.hasPrefix("-") }
    switch program {
    case "ssh", "mosh": return remote(arguments) ? program : nil
    case "sftp", "ftp", "telnet": return program
    case "psql":
      return holds(words, "-c", "-f", "-l", "--command", "--file", "--list", "--version")
        || bundle(arguments, "c") || bundle(arguments, "f") ? nil : program
    case "mysql", "mariadb":
      return holds(words, "-e", "--execute", "--version") || bundle(arguments, "e") ? nil : program
    case "redis-cli":
      return redisHasCommand(arguments) || holds(words, "--scan", "--stat", "--bigkeys")
        ? nil : program
    case "mongo", "mongosh":
      return holds(words, "--eval", "-f", "--file") || plain.contains { $0.hasSuffix(".js") }
        ? nil : program
    case "sqlite3": return plain.count >= 2 ? nil : program
    case "python", "python2", "python3", "node", "irb", "ipython", "iex", "ghci", "lua", "ruby",
      "php":
      return arguments.isEmpty ? program : nil
    case "bash", "sh", "zsh", "ash", "dash", "ksh", "fish":
      return arguments.allSatisfy({ $0 == "-l" || $0 == "-i" || $0 == "--login" }) ? program : nil
    case "sudo": return "sudo"
    case "su": return holds(words, "-c", "--command") ? nil : program
    case "vi", "vim", "nano", "emacs", "less", "more", "man", "top", "htop", "k9s", "visudo",
      "nmtui", "cfdisk", "fdisk":
      return holds(words, "-b", "-l", "--version") || bundle(arguments, "b") ? nil : program
    case "crontab": return holds(words, "-e") ? program : nil
    case "screen", "tmux": return program
    case "docker", "podman", "nerdctl", "docker-compose": return container(program, arguments)
    case "kubectl", "oc", "k": return cluster(program, arguments)
    case "rails":
      return plain.first == "console" || plain.first == "c" || plain.first == "dbconsole"
        ? program : nil
    case "bundle":
      return plain.first == "exec"
        ? session(Array(arguments.drop { $0 != "exec" }.dropFirst())) : nil
    case "rake": return nil
    default:
      // `gds aws production -- kubectl exec -it pod -- bash`: a wrapper around another command.
      guard let mark = arguments.firstIndex(of: "--"), mark + 1 < arguments.count else {
        return nil
      }
      return session(Array(arguments[(mark + 1)...]))
    }
  }

  /// Options of ssh that take a word of their own (ssh(1)).
  private static let sshOptions: Set<Character> = [
    "B", "b", "c", "D", "E", "e", "F", "I", "i", "J", "L", "l", "m", "O", "o", "p", "Q", "R", "S",
    "W", "w",
  ]

  /// Whether no command follows the host.
  private static func remote(_ arguments: Words) -> Bool {
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      guard word.hasPrefix("-"), let letter = word.last else { break }
      if word == "-V" || word.holds("N") && !word.hasPrefix("-o") { return false }
      index += word.count == 2 && sshOptions.contains(letter) ? 2 : 1
    }
    return index + 1 >= arguments.count
  }

  private static func redisHasCommand(_ arguments: Words) -> Bool {
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-") {
      index +=
        ["-h", "-p", "-a", "-n", "-u", "-s", "--user", "--pass"].contains(arguments[index]) ? 2 : 1
    }
    return index < arguments.count
  }

  private static func container(_ program: String, _ arguments: Words) -> String? {
    // `docker compose` gives a terminal without being asked.
    let isCompose = program == "docker-compose" || arguments.first == "compose"
    let arguments = arguments.first == "compose" ? Array(arguments.dropFirst()) : arguments
    guard let verb = arguments.first(where: { !$0.hasPrefix("-") }), verb == "exec" || verb == "run"
    else { return verb(arguments) == "attach" ? program : nil }
    let rest = Array(arguments.drop { $0 != verb }.dropFirst())
    guard isCompose || bundle(rest, "t") || rest.contains("--tty") else { return nil }
    if bundle(rest, "T") { return nil }
    return inner(rest).map { _ in program }
  }

  /// How many words options take at the head; `taking` are those with a word of their own.
  private static func options(_ words: Words, taking: Set<String>) -> Int {
    var index = 0
    while index < words.count, words[index].hasPrefix("-") {
      index += taking.contains(words[index]) ? 2 : 1
    }
    return index
  }

  private static func verb(_ arguments: Words) -> String {
    arguments.first { !$0.hasPrefix("-") } ?? ""
  }

  /// Options of kubectl before its verb that take a word of their own.
  private static let clusterOptions: Set<String> = [
    "-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-s", "--server",
    "--as", "--token",
  ]

  private static func cluster(_ program: String, _ words: Words) -> String? {
    let arguments = Array(words.dropFirst(options(words, taking: clusterOptions)))
    switch verb(arguments) {
    case "edit", "attach": return program
    case "exec", "run":
      guard bundle(arguments, "t") || arguments.contains("--tty") else { return nil }
      guard let mark = arguments.firstIndex(of: "--") else {
        return inner(arguments).map { _ in program }
      }
      return session(Array(arguments[(mark + 1)...])).map { _ in program }
    case "rsh":
      // `oc rsh pod command` ends, `oc rsh pod` does not.
      let rest = Array(arguments.drop { $0 != "rsh" }.dropFirst())
      let pod = options(rest, taking: ["-c", "-n", "--container", "--namespace", "--shell"])
      let inside = Array(rest.dropFirst(pod + 1))
      return inside.isEmpty || session(inside) != nil ? program : nil
    case "debug":
      guard let mark = arguments.firstIndex(of: "--") else { return program }
      let rest = Array(arguments[(mark + 1)...])
      return session(rest.first == "chroot" ? Array(rest.dropFirst(2)) : rest).map { _ in program }
    default: return nil
    }
  }

  /// The program that runs inside a container, when it is one that waits for a person.
  private static func inner(_ words: Words) -> String? {
    for index in words.indices where !words[index].hasPrefix("-") {
      if let found = session(Array(words[index...])) { return found }
      if words[index...].count == 1 { return nil }
    }
    return nil
  }

  /// The program that goes on until it is stopped; nil when it ends by itself.
  static func endless(_ command: ShellScan.SimpleCommand) -> String? {
    guard !command.isBackground else { return nil }
    let words = words(command)
    let program = name(words.first)
    let arguments = Array(words.dropFirst())
    let follows =
      holds(words, "-f", "-F", "--follow")
      || arguments.contains { $0 == "-fn" || $0 == "-xef" || $0 == "-fu" || $0 == "-xefu" }
    switch program {
    case "tail": return bundle(arguments, "f") || bundle(arguments, "F") || follows ? program : nil
    case "journalctl", "dmesg": return follows || bundle(arguments, "f") ? program : nil
    case "docker", "docker-compose", "podman", "vercel", "heroku", "stern", "pm2":
      if program == "stern" { return program }
      if arguments.contains("stats"), !arguments.contains("--no-stream") { return program }
      if arguments.contains("events") { return program }
      return follows && arguments.contains("logs") ? program : nil
    case "kubectl", "oc", "k":
      if arguments.contains("port-forward") || arguments.contains("proxy") { return program }
      if arguments.contains("logs"), follows { return program }
      return arguments.contains("get")
        && (holds(words, "-w", "--watch") && !arguments.contains("--watch=false")) ? program : nil
    case "watch", "yes": return program
    case "ping": return holds(words, "-c", "-w") || bundle(arguments, "c") ? nil : program
    case "tcpdump": return holds(words, "-c", "-r") ? nil : program
    case "vmstat", "iostat", "sar", "mpstat", "pidstat":
      let numbers = arguments.filter { Int($0) != nil }
      return numbers.count == 1 ? program : nil
    case "sleep": return arguments.first == "infinity" ? program : nil
    case "ssh":
      return arguments.contains {
        $0.hasPrefix("-") && !$0.hasPrefix("-o") && $0.holds("N") && !$0.holds("f")
      } ? program : nil
    default: return nil
    }
  }
}
