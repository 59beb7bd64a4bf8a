import CPostgres
import Glibc
import IncidentDomain
import Journal
import TextGate

/// Where a PostgreSQL store is, as `postgresql://USER@HOST:PORT/DATABASE?…` names it (PostgreSQL
/// manual, 34.1.1).
///
/// It holds no password: what stands in an argument or a variable can be read in `ps`, in a shell's
/// history, by every command that the program starts. libpq takes it from `~/.pgpass`, from the
/// file that `PGPASSFILE` names, or from `PGPASSWORD`.
public struct PostgresAddress: Hashable, Sendable {
  /// For a sentence: without parameters, and there is no password in it.
  public let location: Showable
  /// Whether another host may be at the other end, as far as the address tells.
  public let isRemote: Bool
  /// Keyword and value, as libpq takes them; a list, because hosts and ports belong together.
  let settings: [Setting]

  struct Setting: Hashable, Sendable {
    let keyword: String
    let value: String
  }

  /// Whether a name of a store is that of a PostgreSQL store.
  public static func isOne(_ name: String) -> Bool {
    name.hasPrefix("postgresql:") || name.hasPrefix("postgres:")
  }

  /// Names the place that it leads to, here and now: lower-case hexadecimal digits.
  public var digest: String {
    let words = ["host", "hostaddr", "port", "dbname", "user", "service"].map { keyword in
      let name = keyword == "dbname" ? "PGDATABASE" : "PG" + keyword.uppercased()
      let given = settings.first { $0.keyword == keyword }?.value
      return "\(keyword)=\(given ?? Self.environment(name) ?? "")"
    }
    return String(EventID.sha256(of: words.joined(separator: "\n")).hex.prefix(32))
  }

  /// Reads an address; nothing is asked of the network.
  ///
  /// - Throws: `unavailable` when it cannot be read or libpq is missing, `notPermitted` when it holds
  ///   a password.
  public init(_ url: String) throws(JournalError) {
    var pq = mayday_libpq()
    guard mayday_libpq_load(&pq) == 1 else {
      throw JournalError(.noLibrary, at: "a PostgreSQL store")
    }
    let given = Self.read(url, pq)
    guard !url.utf8.contains(0), let given else {
      // The address is not repeated: libpq refuses it, so where its password stands is not known.
      throw .unavailable(
        "the address of the PostgreSQL store cannot be read; give one as postgresql://USER@HOST:PORT/DATABASE"
      )
    }
    func value(_ keyword: String) -> String? { given.first { $0.keyword == keyword }?.value }
    guard value("password") == nil, value("sslpassword") == nil else {
      throw .notPermitted(
        "the store's address holds a password, which others can read there; put it into ~/.pgpass (0600) or the file that PGPASSFILE names, and change it"
      )
    }
    let isLocal = Self.isLocal(value("hostaddr") ?? value("host") ?? Self.environment("PGHOST"))
    isRemote = !isLocal && value("service") == nil
    location = Self.location(value)
    var settings = given
    for (keyword, other) in Self.defaults where value(keyword) == nil {
      settings.append(Setting(keyword: keyword, value: other))
    }
    if value("connect_timeout") == nil, Self.environment("PGCONNECT_TIMEOUT") == nil {
      settings.append(Setting(keyword: "connect_timeout", value: "3"))
    }
    // The weaker modes believe any server that answers; who wants one says so.
    if isRemote, value("sslmode") == nil, Self.environment("PGSSLMODE") == nil {
      settings.append(Setting(keyword: "sslmode", value: "verify-full"))
    }
    self.settings = settings
  }

  /// Without these libpq waits for ever for a peer that fell silent (RELIABILITY 0.8).
  private static let defaults = [
    ("keepalives_idle", "10"), ("keepalives_interval", "3"), ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"), ("application_name", "mayday"), ("client_encoding", "UTF8"),
  ]

  private static func read(_ url: String, _ pq: mayday_libpq) -> [Setting]? {
    var problem: UnsafeMutablePointer<CChar>?
    let options = pq.PQconninfoParse(url, &problem)
    defer {
      if let problem { pq.PQfreemem(problem) }
      if let options { pq.PQconninfoFree(options) }
    }
    guard var option = options else { return nil }
    var result: [Setting] = []
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        result.append(
          Setting(keyword: String(cString: keyword), value: String(cString: value)))
      }
      option += 1
    }
    return result
  }

  private static func location(_ value: (String) -> String?) -> Showable {
    var text: Showable = "postgresql://"
    if let user = value("user") { text += Untrusted(user).showable + "@" }
    let hosts = (value("host") ?? value("hostaddr") ?? "").split(separator: ",")
    let ports = (value("port") ?? "").split(separator: ",")
    text += hosts.enumerated().map { place, host in
      let port = place < ports.count ? ports[place] : ports.count == 1 ? ports[0] : ""
      let name = Untrusted(String(host)).showable
      return port.isEmpty ? name : "\(name):\(Untrusted(String(port)).showable)"
    }.joined(",")
    if let name = value("dbname") { text += "/\(Untrusted(name).showable)" }
    if let service = value("service") { text += "?service=\(Untrusted(service).showable)" }
    return text
  }

  /// Whether every host of a list is this one: a socket's folder, or the loopback.
  private static func isLocal(_ hosts: String?) -> Bool {
    (hosts ?? "").split(separator: ",").allSatisfy { host in
      host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
        || host.hasPrefix("127.")
    }
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
