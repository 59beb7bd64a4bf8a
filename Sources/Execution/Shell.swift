/// How a command's text reaches bash.
enum Shell {
  /// Also the shell's argument 0: with it bash names the line in its messages.
  static let path = "/bin/bash"
  static let textVariable = "MAYDAY_COMMAND"
  static let carryVariable = "MAYDAY_CARRY"
  static let ownVariables: Set<String> = [textVariable, carryVariable]

  /// Arguments after argument 0.
  ///
  /// The text goes through a variable, which only this user can read, not through the arguments,
  /// which every user of the machine can read (RELIABILITY 31); it is the variable's whole value,
  /// so nothing in it is taken for something else.
  static let arguments = ["--noprofile", "--norc", "-c", program]

  /// The same for a text that leaves nothing to the next: a try of a check.
  static let argumentsOfTry = [
    "--noprofile", "--norc", "-c",
    "__mayday_text=$\(textVariable); unset \(textVariable) \(carryVariable); eval \"$__mayday_text\"",
  ]

  /// Runs the text by `eval` on line 1, so that line numbers in messages are the text's own.
  ///
  /// An EXIT trap writes directory and exported variables into a pipe with a name; a trap of the
  /// text's own is put after it, and a child that replaces the shell carries nothing.
  private static let program = [
    "__mayday_text=$\(textVariable); __mayday_carry=$\(carryVariable)",
    "unset \(textVariable) \(carryVariable)",
    "__mayday_exit='\(capture)'",
    "builtin trap \"$__mayday_exit\" EXIT",
    "if [[ $__mayday_text == *trap* ]]; then \(trapFunction); fi",
    "eval \"$__mayday_text\"",
  ].joined(separator: "; ")

  /// Opened for reading too, which keeps it from waiting for a reader that died. It leaves `$?` as
  /// it found it, for the text's own trap.
  private static let capture = """
    { __mayday_status=$?; set +e; \
    ( set +xvu; builtin printf "%s\\0" "$PWD"; /usr/bin/env -0; builtin printf "\\0" ) \
    1<>"$__mayday_carry"; (exit "$__mayday_status"); } 2>/dev/null
    """

  /// Lets bash do the work, then puts the capture before what bash has for EXIT now. In a subshell
  /// nothing is captured. It is there for texts that name `trap` only; in those a DEBUG trap cannot
  /// be taken back, because bash restores it when a function returns.
  private static let trapFunction = """
    trap() { builtin trap "$@"; { local status=$? now -; set +xv; } 2>/dev/null; \
    [[ $BASHPID == "$$" ]] || return "$status"; \
    now=$(builtin trap -p EXIT); \
    if [[ $now != *__mayday_carry* ]]; then \
    eval "set -- $now"; builtin trap "$__mayday_exit${3:+$'\\n'}${3-}" EXIT; \
    fi; return "$status"; }
    """
}
