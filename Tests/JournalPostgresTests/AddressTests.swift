import Foundation
import Journal
import JournalPostgres
import PostgresHarness
import TerminalHarness
import Testing

/// Addresses, passwords and encryption.
@Suite struct AddressTests {
  @Test(arguments: [
    "postgresql://ana:hunter2@db.example/ops", "postgres://db.example/ops?password=hunter2",
    "postgresql://db.example/ops?sslpassword=hunter2", "postgresql://ana:hunt%ter2@db.example/ops",
    "postgresql://ana:hunter2@[db.example/ops", "postgresql://db/ops?passwort=hunter2",
  ])
  func aPasswordIsRefusedAndNeverRepeated(url: String) throws {
    let error = #expect(throws: JournalError.self) { try PostgresAddress(url) }
    let sentence = error?.sentence.text ?? ""
    #expect(!sentence.contains("hunt"), "\(sentence)")
    #expect(sentence.contains("pgpass") || sentence.contains("postgresql://USER"), "\(sentence)")
  }

  @Test func theAddressIsShownWithoutParameters() throws {
    let address = try PostgresAddress(
      "postgresql://ana@db1.example:5433,db2.example:5434/ops?connect_timeout=9")
    #expect(address.location == "postgresql://ana@db1.example:5433,db2.example:5434/ops")
    #expect(address.isRemote)
    #expect(try !PostgresAddress("postgresql:///ops?host=/run/postgresql").isRemote)
    #expect(try !PostgresAddress("postgresql://127.0.0.1/ops").isRemote)
    #expect(try !PostgresAddress("postgresql://localhost/ops").isRemote)
    let hostile = try PostgresAddress("postgresql://db.example/o%1B%5D0;x%07ps")
    #expect(!hostile.location.text.unicodeScalars.contains { $0.value < 0x20 })
  }

  /// A server that takes connections and says nothing.
  @Test func aServerThatIsSilentIsGivenUp() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, size) == 0 && listen(descriptor, 5) == 0
          && getsockname(descriptor, pointer, &size) == 0
      }
    }
    try #require(isBound)
    let port = UInt16(bigEndian: address.sin_port)
    let silent = try PostgresAddress("postgresql://ana@127.0.0.1:\(port)/ops")
    let clock = ContinuousClock()
    let time = clock.measure {
      let error = #expect(throws: JournalError.self) { try PostgresJournal(silent) }
      #expect(error?.sentence.text.contains("cannot be reached") == true)
    }
    #expect(time < .seconds(5))
  }

  @Test func encryptionIsCheckedAgainstNameAndAuthority() throws {
    let server = try PostgresServer()
    let place = try Place(server)
    let certificates = try Certificates(in: place.folder)
    try server.install(certificates.text("server.pem"), as: "server.crt")
    try server.install(certificates.text("server.key"), as: "server.key")
    try server.append("ssl = on\n", to: "postgresql.conf")
    try server.restart()
    let passwords = try place.passwordFile()
    func url(_ host: String, _ authority: String) -> String {
      server.networkURL(
        place.database, host: host,
        parameters: "?hostaddr=127.0.0.1&passfile=\(passwords)&sslmode=verify-full"
          + "&sslrootcert=\(place.folder)/\(authority)")
    }
    let journal = try place.open(url("ops-db.example", "authority.pem"))
    #expect(try journal.info(now: { .morning }).encryption?.text.hasPrefix("TLSv1") == true)
    _ = try journal.declare(.of("over TLS"), by: .ana, at: nil, now: .morning)
    let name = #expect(throws: JournalError.self) {
      try place.open(url("other.example", "authority.pem"))
    }
    #expect(
      name?.sentence.text.contains("does not match host name") == true,
      "\(String(describing: name))")
    let authority = #expect(throws: JournalError.self) {
      try place.open(url("ops-db.example", "stranger.pem"))
    }
    #expect(
      authority?.sentence.text.contains("certificate verify failed") == true,
      "\(String(describing: authority))")
    // Nobody asked for it, and it is asked for all the same: there is no root certificate here.
    let unasked = server.networkURL(
      place.database, host: "ops-db.example",
      parameters: "?hostaddr=127.0.0.2&passfile=\(passwords)&sslrootcert=\(place.folder)/none.pem")
    #expect(try !PostgresAddress(unasked).isRemote)
    let remote = try PostgresAddress("postgresql://ana@db.example/ops")
    #expect(remote != (try PostgresAddress("postgresql://ana@db.example/ops?sslmode=prefer")))
    #expect(
      remote.hashValue
        == (try PostgresAddress("postgresql://ana@db.example/ops")).hashValue)
    let wrong = #expect(throws: JournalError.self) {
      try place.open(
        server.networkURL(
          place.database, parameters: "?passfile=\(try place.passwordFile("not the password"))"))
    }
    #expect(wrong?.sentence.text.contains("password authentication failed") == true)
    #expect(wrong?.sentence.text.contains("not the password") == false)
  }
}

/// An authority, a server's certificate by it, and an authority that has nothing to do with it.
private struct Certificates {
  private let folder: String

  init(in folder: String) throws {
    self.folder = folder
    let script = """
      set -e
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority \
        -keyout authority.key -out authority.pem
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority \
        -keyout stranger.key -out stranger.pem
      openssl req -newkey rsa:2048 -nodes -subj /CN=ops-db.example \
        -keyout server.key -out server.csr
      printf 'subjectAltName=DNS:ops-db.example' > names
      openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
        -days 2 -extfile names -out server.pem
      """
    let result = try TerminalHarness.Command.run("/bin/sh", ["-c", script], directory: folder)
    guard result.status == .exited(0) else { throw HarnessError("openssl: \(result.err)") }
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }
}
