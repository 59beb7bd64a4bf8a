import TextGate

/// Opens the console on the session's store.
///
/// - Throws: a ``Failure`` when it cannot.
func openConsole(_ session: Session) throws {
  throw Failure(
    .unavailable, "the console is not part of this build yet; mayday --help lists what is")
}
