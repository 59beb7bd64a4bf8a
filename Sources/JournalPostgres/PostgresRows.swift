import CPostgres
import IncidentDomain
import Journal

/// A value that goes with a statement, never into it.
enum PostgresValue {
  case null
  case integer(Int64)
  case text(String)
  case bytes([UInt8])

  /// The number of the type in PostgreSQL's own tables (`pg_type.dat`).
  var type: Oid {
    switch self {
    case .null: 0
    case .bytes: 17
    case .integer: 20
    case .text: 25
    }
  }
}

/// The rows of an answer, in binary form; numbers are `int8`. It frees them with itself.
final class PostgresRows {
  private let pq: mayday_libpq
  private let result: OpaquePointer
  /// How many rows there are.
  let count: Int

  init(_ result: OpaquePointer, _ pq: mayday_libpq) {
    self.pq = pq
    self.result = result
    count = Int(pq.PQntuples(result))
  }

  deinit { pq.PQclear(result) }

  /// How many rows a statement wrote.
  var written: Int {
    pq.PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// A number; nil when it is null or none.
  func integer(_ row: Int, _ column: Int) -> Int64? {
    raw(row, column).flatMap { value in
      guard value.count == 8 else { return nil }
      return Int64(bigEndian: value.loadUnaligned(as: Int64.self))
    }
  }

  /// A text; nil when it is null.
  func text(_ row: Int, _ column: Int) -> String? {
    raw(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A truth value; nil when it is null or none.
  func flag(_ row: Int, _ column: Int) -> Bool? {
    raw(row, column).flatMap { $0.count == 1 ? $0[0] != 0 : nil }
  }

  /// Bytes; nil when they are null.
  func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    raw(row, column).map { Array($0) }
  }

  /// An id; nil when it is null or not 32 bytes.
  func id(_ row: Int, _ column: Int) -> EventID? {
    raw(row, column).flatMap { EventID(stored: $0) }
  }

  private func raw(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
    guard row < count, column < Int(pq.PQnfields(result)),
      pq.PQgetisnull(result, Int32(row), Int32(column)) == 0,
      let start = pq.PQgetvalue(result, Int32(row), Int32(column))
    else { return nil }
    return UnsafeRawBufferPointer(
      start: start, count: Int(pq.PQgetlength(result, Int32(row), Int32(column))))
  }
}
