import IncidentDomain
import TextGate

/// What consoles on one server say to each other by NOTIFY: nothing of it is kept anywhere.
enum PresenceMessage: Sendable {
  /// A console is there; whoever sent it has been idle for so many seconds, which holds whatever the
  /// clocks of the two machines say. `backend` is the server's process for it.
  case here(Presence, idle: Int, backend: Int)
  /// A console is gone.
  case gone(Console)
  /// Everybody is asked to say that they are there.
  case who

  /// Tells consoles apart.
  struct Console: Hashable, Sendable {
    let host: Untrusted
    let process: Int
  }

  /// PostgreSQL takes fewer than 8000 bytes.
  static let mostBytes = 7900

  /// As it is sent; nil for one that would be too long.
  var text: String? {
    let json: JSON =
      switch self {
      case .here(let presence, let idle, let backend):
        [
          "presence": presence.json, "idle": .integer(Int64(idle)),
          "backend": .integer(Int64(backend)),
        ]
      case .gone(let console):
        ["gone": .string(console.host.raw), "process": .integer(Int64(console.process))]
      case .who: ["who": true]
      }
    let text = json.canonicalText
    return text.utf8.count <= Self.mostBytes ? text : nil
  }

  /// Reads what was sent; nil for anything else.
  init?(_ text: String) {
    guard let json = try? JSON(reading: text.utf8) else { return nil }
    if json["who"]?.bool == true {
      self = .who
    } else if let host = json["gone"]?.string, let process = json["process"]?.integer {
      self = .gone(Console(host: Untrusted(host), process: Int(process)))
    } else if let presence = json["presence"].flatMap({ Presence(json: $0) }),
      let idle = json["idle"]?.integer, let backend = json["backend"]?.integer
    {
      self = .here(presence, idle: max(0, Int(idle)), backend: Int(backend))
    } else {
      return nil
    }
  }
}

extension Presence {
  /// Which console it is.
  var console: PresenceMessage.Console { PresenceMessage.Console(host: host, process: process) }
}
