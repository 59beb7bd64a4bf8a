import CPostgres
import Glibc
import TextGate

/// One connection to a server; only one thread at a time may use it. It is closed with itself.
///
/// Every statement is a literal of this program and its values go beside it. Every answer is waited
/// for with a deadline, because a server that was stopped keeps its connections open and is silent.
final class PostgresConnection {
  /// How long an answer is waited for; longer than the server's own limits, so that these come first.
  static let patience: Duration = .seconds(5)

  private let pq: mayday_libpq
  private let handle: OpaquePointer
  /// Whether nothing can be asked any more.
  private(set) var isLost = false

  /// Connects; it takes as long as the address's `connect_timeout` says for each host.
  init(_ address: PostgresAddress) throws(PostgresFailure) {
    var pq = mayday_libpq()
    guard mayday_libpq_load(&pq) == 1 else { throw .noLibrary }
    self.pq = pq
    let words = address.settings.map { (strdup($0.keyword), strdup($0.value)) }
    defer {
      for word in words {
        free(word.0)
        free(word.1)
      }
    }
    let keywords = words.map { UnsafePointer($0.0) } + [nil]
    let values = words.map { UnsafePointer($0.1) } + [nil]
    guard let handle = pq.PQconnectdbParams(keywords, values, 0) else { throw .lost }
    self.handle = handle
    guard pq.PQstatus(handle) == CONNECTION_OK else {
      throw .unreachable(Self.clause(pq.PQerrorMessage(handle)))
    }
    // What the server has to say on its own would go to standard error, on top of the screen.
    _ = pq.PQsetNoticeProcessor(handle, { _, _ in }, nil)
    _ = pq.PQsetnonblocking(handle, 1)
    try prepare()
  }

  deinit { pq.PQfinish(handle) }

  /// Limits of this session: a lock that is not given, a statement that never ends, a transaction
  /// whose client is gone. What a commit said must be on the server's disk, whatever its default is.
  private func prepare() throws(PostgresFailure) {
    try run(
      """
      SELECT pg_catalog.set_config('search_path', '', false),
        pg_catalog.set_config('statement_timeout', '4500', false),
        pg_catalog.set_config('lock_timeout', '4000', false),
        pg_catalog.set_config('idle_in_transaction_session_timeout', '10000', false),
        pg_catalog.set_config('synchronous_commit',
          CASE WHEN pg_catalog.current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
            ELSE pg_catalog.current_setting('synchronous_commit') END, false)
      """)
  }

  /// What libpq says of the last host that it tried, without the address that it repeats.
  private static func clause(_ message: UnsafeMutablePointer<CChar>?) -> Showable {
    let lines = message.map { String(cString: $0) }?.split(separator: "\n") ?? []
    let said = lines.last { $0.firstRange(of: " failed: ") != nil } ?? lines.first
    guard var line = said else { return "no reason was given" }
    if let range = line.firstRange(of: " failed: ") { line = line[range.upperBound...] }
    for word in ["FATAL:  ", "ERROR:  "] where line.hasPrefix(word) { line.removeFirst(word.count) }
    return Untrusted(String(line)).showable
  }

  // MARK: - Facts

  /// The server's version, 150018 for 15.18.
  var serverVersion: Int { Int(pq.PQserverVersion(handle)) }

  /// The version of TLS; nil when the connection is not encrypted.
  var encryption: Showable? {
    guard pq.PQsslInUse(handle) == 1 else { return nil }
    return pq.PQsslAttribute(handle, "protocol").map { Untrusted(String(cString: $0)).showable }
      ?? "TLS"
  }

  /// The descriptor to wait on; it is libpq's to read.
  var socket: Int32 { pq.PQsocket(handle) }

  // MARK: - Asking

  /// Runs one statement with its values.
  @discardableResult
  func run(
    _ statement: StaticString, _ values: [PostgresValue] = [],
    within patience: Duration = PostgresConnection.patience
  ) throws(PostgresFailure) -> PostgresRows {
    guard !isLost else { throw .lost }
    let sent = try Self.lay(out: values) { types, starts, lengths, formats in
      pq.PQsendQueryParams(
        handle, Self.text(of: statement), Int32(types.count), types, starts, lengths, formats, 1)
    }
    guard sent == 1 else { throw lose(.lost) }
    return try answer(by: .now + patience)
  }

  /// Has what this transaction reads from now on found by indexes, in the server's one process.
  ///
  /// Of a large store the server thinks it quicker to start others and read whole tables with them,
  /// for every few hundred rows anew: three times as long.
  func readByIndexes() throws(PostgresFailure) {
    try run(
      """
      SELECT pg_catalog.set_config('enable_seqscan', 'off', true),
        pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
      """)
  }

  /// Runs statements of this program that need no values, one after the other.
  func runAll(_ statements: StaticString, within patience: Duration) throws(PostgresFailure) {
    guard !isLost else { throw .lost }
    guard pq.PQsendQuery(handle, Self.text(of: statements)) == 1 else { throw lose(.lost) }
    _ = try answer(by: .now + patience)
  }

  private func answer(by deadline: ContinuousClock.Instant) throws(PostgresFailure) -> PostgresRows
  {
    while true {
      let left = pq.PQflush(handle)
      if left == 0 { break }
      guard left == 1 else { throw lose(.lost) }
      guard wait(for: Int16(POLLIN | POLLOUT), by: deadline) else { throw lose(.late) }
      guard pq.PQconsumeInput(handle) == 1 else { throw lose(.lost) }
    }
    var last: PostgresRows?
    var refusal: PostgresFailure?
    while true {
      while pq.PQisBusy(handle) == 1 {
        guard wait(for: Int16(POLLIN), by: deadline) else { throw lose(.late) }
        guard pq.PQconsumeInput(handle) == 1 else { throw lose(refusal ?? .lost) }
      }
      guard let result = pq.PQgetResult(handle) else { break }
      switch pq.PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK: last = PostgresRows(result, pq)
      default:
        // 'C', PG_DIAG_SQLSTATE.
        let state = pq.PQresultErrorField(result, 67).map { String(cString: $0) }
        pq.PQclear(result)
        refusal = refusal ?? state.map { .refused(state: $0) } ?? .lost
      }
    }
    if pq.PQstatus(handle) != CONNECTION_OK { throw lose(refusal ?? .lost) }
    if let refusal { throw refusal }
    guard let last else { throw lose(.lost) }
    return last
  }

  // MARK: - Being told

  /// Takes what NOTIFY brought; false when the connection is lost.
  func drainNotices(_ take: (String) -> Void) -> Bool {
    guard !isLost, pq.PQconsumeInput(handle) == 1 else {
      isLost = true
      return false
    }
    while let notice = pq.PQnotifies(handle) {
      take(notice.pointee.extra.map { String(cString: $0) } ?? "")
      pq.PQfreemem(notice)
    }
    return true
  }

  // MARK: - Small parts

  /// A literal's bytes; they end with a zero byte.
  private static func text(of statement: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(statement.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  private func lose(_ failure: PostgresFailure) -> PostgresFailure {
    isLost = true
    return failure
  }

  /// Waits for the server; false when the deadline passed first.
  private func wait(for events: Int16, by deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      let (seconds, attoseconds) = left.components
      let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
      var watched = pollfd(fd: socket, events: events, revents: 0)
      let count = poll(&watched, 1, Int32(clamping: milliseconds))
      if count > 0 || (count < 0 && errno != EINTR) { return true }
    }
  }

  /// Lays values out as libpq wants them, for the time of a call.
  private static func lay(
    out values: [PostgresValue],
    _ body: (
      _ types: [Oid], _ starts: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]
    ) -> Int32
  ) throws(PostgresFailure) -> Int32 {
    var starts: [UnsafePointer<CChar>?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    defer { for start in starts { free(UnsafeMutablePointer(mutating: start)) } }
    for value in values {
      var bytes: [UInt8]?
      var isBinary = false
      switch value {
      case .null: break
      case .integer(let number): bytes = Array(String(number).utf8)
      case .text(let text):
        if text.utf8.contains(0) { throw .holdsNull }
        bytes = Array(text.utf8)
      case .bytes(let content):
        bytes = content
        isBinary = true
      }
      starts.append(bytes.flatMap(copy))
      lengths.append(Int32(clamping: bytes?.count ?? 0))
      formats.append(isBinary ? 1 : 0)
    }
    return body(values.map(\.type), starts, lengths, formats)
  }

  /// A copy that ends with a zero byte; nil when there is no memory.
  private static func copy(_ bytes: [UInt8]) -> UnsafePointer<CChar>? {
    guard let copy = malloc(bytes.count + 1) else { return nil }
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { memcpy(copy, start, source.count) }
    }
    copy.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
    return UnsafePointer(copy.assumingMemoryBound(to: CChar.self))
  }
}
