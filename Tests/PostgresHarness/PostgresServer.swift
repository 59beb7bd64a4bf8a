import Foundation
import Glibc
import TerminalHarness

/// A PostgreSQL server of the tests' own: a new cluster in a folder of its own, reached by a socket
/// there and by a port of the loopback. It ends, and its folder goes, with the tests' process.
///
/// Never the system's own cluster, whatever that holds. It does not wait for the disk: what the
/// server does in a power cut is not what is tried here.
public final class PostgresServer: Sendable {
  /// The folder of everything; the socket is in it.
  public let folder: String
  /// The port, which names the socket too.
  public let port: Int
  /// The password of the account over the loopback; over the socket it needs none.
  public let password = "correct horse battery"

  private let programs: String
  private let guardian: [String]
  private static let account = "mayday"
  private static let server = Result { try PostgresServer() }

  /// The server that all tests share; each takes a database of its own.
  public static func shared() throws -> PostgresServer { try server.get() }

  /// Makes a cluster and starts it.
  ///
  /// - Parameter sharedBuffers: the memory for pages; a server that nobody tuned has 128 MB.
  public init(sharedBuffers: String = "32MB") throws {
    programs = try Self.programs()
    var name = Array("/tmp/mayday-postgres-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else {
      throw HarnessError("cannot make a folder for PostgreSQL", errno: errno)
    }
    folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    port = try Self.freePort()
    // PostgreSQL refuses to run as root.
    if geteuid() == 0 {
      guard let entry = getpwnam("postgres") else {
        throw HarnessError("there is no account postgres: apt-get install postgresql makes it")
      }
      guard chown(folder, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
        throw HarnessError("cannot give a folder to postgres", errno: errno)
      }
      guardian = [
        "/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--",
      ]
    } else {
      guardian = []
    }
    try Self.endWithThisProcess(folder, programs, guardian)
    try password.write(toFile: folder + "/password", atomically: false, encoding: .utf8)
    chmod(folder + "/password", 0o644)
    try run(
      "initdb",
      [
        "-D", data, "-U", Self.account, "-A", "trust", "--auth-host=scram-sha-256",
        "--pwfile=\(folder)/password", "--no-sync", "--encoding=UTF8", "--locale=C",
      ])
    let settings = """
      listen_addresses = '127.0.0.1'
      port = \(port)
      unix_socket_directories = '\(folder)'
      fsync = off
      full_page_writes = off
      shared_buffers = \(sharedBuffers)
      max_connections = 80

      """
    try append(settings, to: "postgresql.conf")
    try start()
  }

  private var data: String { folder + "/data" }

  // MARK: - Databases

  /// Makes an empty database.
  ///
  /// - Returns: its name.
  public func makeDatabase() throws -> String {
    let name = "d" + UUID().uuidString.replacing("-", with: "").lowercased()
    try sql("CREATE DATABASE \(name)", in: "postgres")
    return name
  }

  /// The address of a database by the socket.
  public func url(_ database: String, as user: String = "mayday") -> String {
    "postgresql://\(user)@/\(database)?host=\(folder)&port=\(port)"
  }

  /// The address of a database by the loopback; the password has to come from elsewhere.
  public func networkURL(
    _ database: String, host: String = "127.0.0.1", parameters: String = ""
  ) -> String {
    "postgresql://\(Self.account)@\(host):\(port)/\(database)\(parameters)"
  }

  /// Runs SQL as the owner; gives what it prints, columns parted by `|`.
  @discardableResult
  public func sql(
    _ text: String, in database: String, fails: Bool = false, within limit: Duration = .seconds(20)
  ) throws -> String {
    let result = try Command.run(
      programs + "/psql",
      ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url(database), "-f", "-"],
      stdin: text, within: limit)
    guard (result.status != .exited(0)) == fails else {
      throw HarnessError("psql \(text): \(result.status) \(result.err)")
    }
    return fails ? result.err : result.out
  }

  // MARK: - Its life

  /// Starts the server and waits until it answers.
  public func start() throws {
    try run("pg_ctl", ["-D", data, "-w", "-t", "60", "-l", folder + "/log", "start"])
  }

  /// Stops the server; `immediate` is as a crash, `fast` ends sessions, both wait for the end.
  public func stop(_ mode: String = "immediate") throws {
    try run("pg_ctl", ["-D", data, "-w", "-m", mode, "stop"])
  }

  /// Stops the server and starts it again.
  public func restart() throws {
    try stop("fast")
    try start()
  }

  /// Sends a signal to the server's first process and to all its sessions.
  public func signal(_ number: Int32) throws {
    for process in try processes() { kill(process, number) }
  }

  /// Has the server read its settings anew, after more of them.
  public func append(_ settings: String, to file: String) throws {
    let path = data + "/" + file
    let before = try String(contentsOfFile: path, encoding: .utf8)
    // Written in place: the file belongs to the server's account.
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data((before + settings).utf8))
    try handle.close()
  }

  /// Puts lines before the rules of who may connect (pg_hba.conf), and has them read.
  public func setAccess(_ lines: String) throws {
    let path = data + "/pg_hba.conf"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data((lines + before).utf8))
    try handle.close()
    try run("pg_ctl", ["-D", data, "reload"])
  }

  /// Puts a private file of the server's own beside its settings.
  public func install(_ content: String, as name: String) throws {
    let path = data + "/" + name
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    var status = stat()
    guard stat(data, &status) == 0, chown(path, status.st_uid, status.st_gid) == 0,
      chmod(path, 0o600) == 0
    else { throw HarnessError("cannot give \(name) to the server", errno: errno) }
  }

  private func processes() throws -> [pid_t] {
    let text = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8)
    guard let first = text.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
      throw HarnessError("the server does not run")
    }
    let children =
      (try? String(contentsOfFile: "/proc/\(first)/task/\(first)/children", encoding: .utf8)) ?? ""
    return [first] + children.split(separator: " ").compactMap { pid_t($0) }
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let words = guardian + [programs + "/" + program] + arguments
    let result = try Command.run(
      words[0], Array(words.dropFirst()), directory: "/", within: .seconds(90))
    guard result.status == .exited(0) else {
      throw HarnessError("\(program): \(result.status) \(result.out)\(result.err)")
    }
  }

  // MARK: - Finding things

  private static func programs() throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max(), newest >= 15 else {
      throw HarnessError("PostgreSQL 15 or later is not installed: apt-get install postgresql")
    }
    return "\(root)/\(newest)/bin"
  }

  /// A port that nobody uses now.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
      }
    }
    guard result else { throw HarnessError("no port is free", errno: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// A shell of its own session ends the server once this process is gone, however it went.
  private static func endWithThisProcess(
    _ folder: String, _ programs: String, _ guardian: [String]
  ) throws {
    let script = """
      setsid sh -c '
        : >"$2/watched"
        while kill -0 "$1" 2>/dev/null; do sleep 1; done
        folder=$2 stop=$3
        shift 3
        "$@" "$stop" -D "$folder/data" -m immediate stop
        rm -rf "$folder"
      ' watch "$@" >/dev/null 2>&1 </dev/null &
      while [ ! -e "$2/watched" ]; do sleep 0.01; done
      """
    let result = try Command.run(
      "/bin/sh",
      ["-c", script, "sh", String(getpid()), folder, programs + "/pg_ctl"] + guardian,
      directory: "/")
    guard result.status == .exited(0) else {
      throw HarnessError("cannot watch over PostgreSQL: \(result.err)")
    }
  }
}
