import IncidentDomain
import Journal
import TextGate

/// Why PostgreSQL did not do what was asked, as data; its own words and SQL are never shown.
enum PostgresFailure: Error, Hashable {
  /// The client library is not installed.
  case noLibrary
  /// No connection could be had: what the client library says of it, a clause.
  case unreachable(Showable)
  /// The connection broke: whether what was under way was carried out is not known.
  case lost
  /// No answer within the time; the connection was given up, as for ``lost``.
  case late
  /// A text holds U+0000, which PostgreSQL has no place for.
  case holdsNull
  /// The server said no; its five characters (PostgreSQL manual, appendix A).
  case refused(state: String)

  /// Whether what was under way may have been carried out all the same.
  var leavesDoubt: Bool {
    switch self {
    case .lost, .late: true
    // 57: the server is stopping, and may have committed before it said so. 08: the connection.
    case .refused(let state): state.hasPrefix("57P") || state.hasPrefix("08")
    case .noLibrary, .unreachable, .holdsNull: false
    }
  }

  /// Whether the same transaction can succeed when it is tried anew: two locked each other out.
  var isConflict: Bool {
    switch self {
    case .refused(let state): state == "40001" || state == "40P01"
    case .noLibrary, .unreachable, .lost, .late, .holdsNull: false
    }
  }
}

extension JournalError {
  /// Says in one sentence what failed, where, and what to do. Nothing was written.
  init(_ failure: PostgresFailure, at location: Showable) {
    switch failure {
    case .noLibrary:
      self = .unavailable(
        "PostgreSQL's client library is not installed, so \(location) cannot be opened; install libpq5 and try again"
      )
    case .unreachable(let clause):
      self = .unavailable(
        "\(location) cannot be reached: \(clause); nothing was written, try again or check the server"
      )
    case .lost:
      self = .unavailable(
        "the connection to \(location) broke; nothing was written, try again or check the server")
    case .late:
      self = .unavailable(
        "\(location) did not answer within \(PostgresConnection.patience.components.seconds) seconds; nothing was written, try again or check the server"
      )
    case .holdsNull:
      self = .refused(
        Refusal(.badValue, "a text holds a NUL character, which cannot be kept; take it out"))
    case .refused(let state): self = Self.refused(state, location)
    }
  }

  private static func refused(_ state: String, _ location: Showable) -> JournalError {
    let code = Untrusted(state).showable
    switch state {
    case "55P03", "57014", "40001", "40P01", "25P03":
      return .busy(
        "another session has kept \(location) busy for too long; nothing was written, try again")
    case "42501":
      return .notPermitted(
        "this account may not do that in \(location); its owner allows it with GRANT mayday_writer TO the account, or mayday_reader"
      )
    case "25006":
      return .cannotWrite(
        "\(location) is read-only, as a standby is; nothing was written, name the primary with --store"
      )
    case "53100", "58030":
      return .cannotWrite(
        "the disk of the server of \(location) is full or faulty (\(code)); nothing was written, see to the server"
      )
    case "42P01", "42703", "42883", "3F000":
      return .damaged(
        "the tables of \(location) are not those of a store (\(code)); nothing was written, mayday store check says more"
      )
    default:
      switch state.prefix(2) {
      case "08", "53", "57":
        return .unavailable(
          "\(location) cannot serve now (\(code)); nothing was written, try again or check the server"
        )
      case "23":
        return .damaged(
          "the parts of \(location) do not fit together (\(code)); nothing was written: keep a copy, mayday verify says more"
        )
      default:
        return .unavailable(
          "\(location) cannot be used (PostgreSQL error \(code)); nothing was written, its manual names the error in appendix A"
        )
      }
    }
  }
}
