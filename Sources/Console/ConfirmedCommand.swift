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
  /// Variables that earlier steps of the runbook set and this one reads.
  public let inherited: [String]
  /// The exact text of the check that is repeated after it; nil for none.
  public let check: Untrusted?
}
