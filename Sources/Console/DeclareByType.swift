import IncidentDomain
import TextGate

/// What the policy's matrix adds to a declaration that names a type of issue.
extension Model {
  /// "; runbook R, channel #c: the matrix says so for T"; nothing where the policy has nothing to say.
  func filledIn(of declaration: Declaration) -> Showable {
    var groups: [(what: [Showable], because: Showable)] = []
    for filling in fillings(of: declaration) {
      if let last = groups.indices.last, groups[last].because == filling.because {
        groups[last].what.append(filling.what)
      } else {
        groups.append(([filling.what], filling.because))
      }
    }
    return groups.map { "; \($0.what.joined(", ")): \($0.because)" as Showable }.joined()
  }

  private func fillings(of declaration: Declaration) -> [PolicyFilling] {
    var bare = Declaration(
      number: 0, title: declaration.title, severity: declaration.severity, type: declaration.type,
      policy: session.policy)
    return session.operations.fill(
      &bare, severityIsGiven: true, openWindows: session.openWindows(now))
  }

  /// Moves a severity that nobody chose to the one of the matrix; the form is looked at once more
  /// before it is written, and a person may move it back.
  func takingSeverity(_ form: Form, for declaration: Declaration) -> Form {
    guard !form.hasTakenSeverity, let issue = declaration.type.flatMap(session.operations.issue),
      let severity = issue.severity, declaration.severity == Self.usualSeverity,
      let place = Severity.allCases.firstIndex(of: severity),
      let field = form.fields.firstIndex(where: { $0.id == .severity }),
      case .choice(let options, _) = form.fields[field].content
    else { return form }
    var form = form
    form.hasTakenSeverity = true
    form.fields[field].content = .choice(options, selected: place)
    return form
  }

  /// What the form begins with.
  static let usualSeverity = Severity.sev2
}
