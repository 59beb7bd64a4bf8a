import Glibc
import IncidentDomain
import Policies
import TextGate

/// The policy that this call goes by, where it comes from, and what was wrong with the one that was
/// meant.
struct PolicyInForce {
  let document: PolicyDocument
  let policy: OperationsPolicy
  /// Its file; nil for the built-in one.
  let file: PolicyFile?
  /// Why the file that was meant is not used; nil when it is, or none was meant.
  let problem: Showable?

  /// Where a policy is looked for: the option, the environment, the folder of settings.
  enum Name {
    /// Somebody asked for it in this call: it must be good.
    case option(String)
    case environment(String)
    /// It need not be there.
    case settings(String)

    static func resolve(_ options: GlobalOptions) -> Name? {
      if let path = options.policy { return .option(path) }
      if let path = Environment["MAYDAY_POLICY"] { return .environment(path) }
      if let folder = Environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
        return .settings(folder + "/mayday/policy.yaml")
      }
      return Identity.home().map { .settings($0 + "/.config/mayday/policy.yaml") }
    }

    var path: String {
      switch self {
      case .option(let path), .environment(let path), .settings(let path): path
      }
    }
  }

  /// - Throws: a ``Failure`` for a policy named in the call that is not there or not sound. Any other
  ///   that cannot be used is told in ``problem``, and the built-in one is in force: a slip in a file
  ///   never keeps anybody from an incident.
  static func resolve(_ options: GlobalOptions, now: Instant) throws(Failure) -> PolicyInForce {
    guard let name = Name.resolve(options) else { return builtIn(problem: nil) }
    let file: PolicyFile
    do {
      file = try PolicyFile(name.path)
    } catch {
      switch name {
      case .option: throw error
      case .settings where error.exit == .noInput && access(name.path, F_OK) != 0:
        return builtIn(problem: nil)
      case .environment, .settings: return builtIn(problem: error.sentence)
      }
    }
    let reader = PolicyReader(file.bytes, file: Untrusted(file.path))
    if let first = reader.findings.first(where: { $0.severity == .error }) {
      let errors = reader.findings.count { $0.severity == .error }
      let more: Showable = errors > 1 ? " (and \(errors - 1) more)" : .empty
      let place = first.places.first?.showable ?? Untrusted(file.path).showable
      let sentence: Showable = "\(place): \(first.message)\(more)"
      if case .option = name {
        throw Failure(.badPolicy, "\(sentence); mayday policy check says all")
      }
      return builtIn(problem: sentence)
    }
    let source = Self.source(of: file, reader.document, now: now)
    return PolicyInForce(
      document: reader.document, policy: OperationsPolicy(reader.document, source: source),
      file: file, problem: nil)
  }

  private static func builtIn(problem: Showable?) -> PolicyInForce {
    let document = BuiltInPolicy.document
    let source: Untrusted =
      problem == nil ? "built-in policy" : "built-in policy, because yours cannot be read"
    return PolicyInForce(
      document: document, policy: OperationsPolicy(document, source: source), file: nil,
      problem: problem)
  }

  /// `policy.yaml, changed 12 days ago`, and that its review is overdue.
  private static func source(
    of file: PolicyFile, _ document: PolicyDocument, now: Instant
  ) -> Untrusted {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    var text = "\(name), changed \(age(of: file, now: now))"
    if let due = document.header.date("next_review")?.instant(), due + 86_400 <= now {
      text += ", review overdue since \(due.iso8601.prefix(10))"
    }
    return Untrusted(text)
  }

  static func age(of file: PolicyFile, now: Instant) -> String {
    let seconds = now.seconds(since: file.changed)
    if seconds < 0 { return "in the future" }
    if seconds < 3600 { return "\(seconds / 60) min ago" }
    if seconds < 2 * 86_400 { return "\(seconds / 3600) h ago" }
    return "\(seconds / 86_400) days ago"
  }
}

extension Session {
  /// The policy that this call goes by; what is wrong with the one that was meant is said.
  ///
  /// - Throws: a ``Failure`` for a policy that was named with --policy and cannot be followed.
  func policy() throws(Failure) -> PolicyInForce {
    let policy = try PolicyInForce.resolve(options, now: now)
    if let problem = policy.problem {
      output.error("\(problem); the built-in policy is in force until that is mended")
    }
    return policy
  }
}
