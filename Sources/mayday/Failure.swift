import Glibc
import IncidentDomain
import Journal
import TextGate

/// How the program ends, after `sysexits.h` (COMMANDS.md, "Exit codes").
enum Exit: Int32, Sendable {
  case done = 0
  /// A rule of the domain said no.
  case refused = 1
  case usage = 64
  case badData = 65
  /// No such incident, runbook or file.
  case noInput = 66
  /// The store cannot be reached.
  case unavailable = 69
  case cannotWrite = 73
  case busy = 75
  case notPermitted = 77
  /// A policy that cannot be followed as it stands.
  case badPolicy = 78
}

/// Why a subcommand did not do what was asked: one sentence and how the program ends.
struct Failure: Error, Hashable, Sendable {
  let exit: Exit
  /// What, where, what to do; without the program's name and without a full stop.
  let sentence: Showable

  init(_ exit: Exit, _ sentence: Showable) {
    self.exit = exit
    self.sentence = sentence
  }

  init(_ refusal: Refusal) {
    let exit: Exit =
      switch refusal.kind {
      case .rule: .refused
      case .badValue: .badData
      case .notFound: .noInput
      case .notPermitted: .notPermitted
      }
    self.init(exit, refusal.sentence)
  }

  init(_ error: JournalError) {
    switch error {
    case .refused(let refusal): self.init(refusal)
    case .noSuchIncident: self.init(.noInput, error.sentence)
    case .ambiguous: self.init(.usage, error.sentence)
    case .unavailable, .undecided, .newer: self.init(.unavailable, error.sentence)
    case .cannotWrite: self.init(.cannotWrite, error.sentence)
    case .busy: self.init(.busy, error.sentence)
    case .damaged: self.init(.badData, error.sentence)
    case .notPermitted: self.init(.notPermitted, error.sentence)
    }
  }

  /// Any error that a subcommand can throw; nil for one that the argument parser answers itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let refusal as Refusal: self.init(refusal)
    case let error as JournalError: self.init(error)
    default: return nil
    }
  }
}

/// What the operating system says of an error number: "No such file or directory".
func systemMessage(_ code: Int32) -> Showable {
  Untrusted(String(cString: strerror(code))).showable
}
