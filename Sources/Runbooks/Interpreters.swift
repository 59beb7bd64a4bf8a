/// Programs that read a part of their arguments or input as a program of their own.
///
/// A value that is one safe word for the shell is read a second time by them, so it must hold nothing
/// that any of them could take for more than a word.
enum Interpreters {
  private static let names: Set<String> = [
    "sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "csh", "tcsh", "busybox", "eval", "source",
    "su", "runuser", "ssh", "sshpass", "rsh", "scp", "rsync", "sftp", "socat", "watch", "parallel",
    "xargs", "find", "env", "trap", "at", "crontab", "screen", "tmux", "script", "expect", "awk",
    "gawk", "mawk", "sed", "perl", "python", "python2", "python3", "ruby", "rails", "rake", "irb",
    "iex", "node", "php", "lua", "psql", "mysql", "mariadb", "sqlite3", "mongo", "mongosh",
    "cqlsh", "sqlcmd", "make", "gdb", "vim", "vi", "ed", "ex", "ansible", "powershell", "pwsh",
    "run-command", "send-command",
    // Builtins that compute, and so run what stands in a subscript: `test -v 'a[$(…)]'`.
    "[", "[[", "test", "let", "declare", "typeset", "printf", "read", "unset",
  ]

  /// Whether any word of the commands is one of them, or names a shell by variable.
  static func found(in commands: [ShellScan.SimpleCommand]) -> Bool {
    commands.contains { command in
      command.words.contains { word in
        let bare = word.bare
        if bare.hasPrefix("$") {
          return bare.holds("SHELL") || bare == command.words.first?.bare
        }
        let name = bare.split(separator: "/").last.map(String.init) ?? bare
        return names.contains(name) || bare == "--scripts" || bare.hasPrefix("--command")
      }
    }
  }
}
