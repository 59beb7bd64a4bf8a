/// Variables that a shell has without being given them.
enum ShellVariables {
  private static let names: Set<String> = [
    "HOME", "USER", "LOGNAME", "PATH", "PWD", "OLDPWD", "SHELL", "TERM", "LANG", "TZ", "TMPDIR",
    "HOSTNAME", "UID", "EUID", "PPID", "RANDOM", "SECONDS", "LINENO", "IFS", "REPLY", "EDITOR",
    "VISUAL", "PAGER", "OPTARG", "OPTIND", "PIPESTATUS", "FUNCNAME", "SHLVL", "COLUMNS", "LINES",
    "SSH_AUTH_SOCK", "KUBECONFIG", "EPOCHSECONDS",
  ]

  /// Whether nobody has to set it, by bash(1) and what a log-in gives.
  static func isStandard(_ name: String) -> Bool {
    names.contains(name) || ["BASH", "LC_", "XDG_", "SSH_"].contains { name.hasPrefix($0) }
  }
}
