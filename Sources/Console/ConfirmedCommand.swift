import IncidentDomain
import Runbooks
import TextGate

/// A command that a person has read in full and confirmed.
public struct ConfirmedCommand: Hashable, Sendable {
  /// The incident that keeps the record.
  public let incident: EventID
  /// The run and step that the record will name.
  public let run: EventID
  /// The step's id.
  public let step: String
  /// The exact text to run: what was shown.
  public let text: Untrusted
  /// Values to mask in the output and the record.
  public let secrets: [Untrusted]
  /// Whether it takes the terminal and gives it back; else its output is captured.
  public let takesTerminal: Bool
  /// What the runbook says of it: time limit, expected output, directory, variables.
  public let annotations: Annotations
  /// Variables that it cannot do without, by what the runbook says.
  public let required: [String]
  /// Values of the variables that it reads, as they were shown or typed.
  public let variables: [String: Untrusted]
  /// The exact text of the check that is repeated after it; nil for none.
  public let check: Untrusted?
}

/// A confirmed command whose beginning is on the record.
public struct BegunCommand: Hashable, Sendable {
  /// What was confirmed.
  public let command: ConfirmedCommand
  /// The event that says so: its output is kept under that name.
  public let began: EventID
}
