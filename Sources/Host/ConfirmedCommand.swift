import Console

/// What the console asks to run; the execution room has a request of its own by the same name.
typealias ConfirmedCommand = CommandRequest
