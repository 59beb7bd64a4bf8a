import Foundation
import Glibc
import TerminalHarness
import Testing

/// A store that several accounts of one host share, and stores that are copied.
@Suite struct SharedStoreTests {
  /// Accounts and a group that need no names.
  private static let accounts = [64_101, 64_102]

  /// Only root can act as several accounts, and only where others may pass; elsewhere one account
  /// with the masks of several has to do.
  @Test func twoAccountsWriteAndTheModesStay() throws {
    let desk = try Desk()
    // Passable for the accounts, as /srv is.
    chmod(desk.folder.path, 0o711)
    let program = desk.path("mayday")
    try FileManager.default.copyItem(atPath: Binary.path(named: "mayday"), toPath: program)
    let tried = try desk.tool(
      "/usr/bin/setpriv",
      ["--reuid=\(Self.accounts[0])", "--clear-groups", "--", program, "--version"])
    let isSeveral = geteuid() == 0 && tried.status == .exited(0)
    let shared = isSeveral ? 64_100 : Int(getegid())
    let folder = desk.path("shared")
    let made = try desk.done("store", "init", "--shared", "--group", "\(shared)", folder)
    #expect(made.contains(folder + "/journal.sqlite"))
    func run(_ account: Int, _ group: Int, _ mask: String, _ arguments: [String]) throws -> Command
    {
      guard isSeveral else {
        let words = ["-c", "umask \(mask); exec \"$@\"", "sh", program]
        return try desk.tool(
          "/bin/sh", words + ["--store", folder + "/journal.sqlite"] + arguments)
      }
      let home = desk.path("home-\(account)")
      mkdir(home, 0o700)
      chown(home, uid_t(account), gid_t(account))
      let words = [
        "-c", "umask \(mask); exec \"$@\"", "sh", "/usr/bin/setpriv", "--reuid=\(account)",
        "--regid=\(account)", "--groups=\(group)", "--", "/usr/bin/env", "HOME=\(home)", program,
        "--store", folder + "/journal.sqlite",
      ]
      return try desk.tool("/bin/sh", words + arguments)
    }
    func done(_ account: Int, _ mask: String, _ arguments: String...) throws {
      let result = try run(account, shared, mask, arguments)
      #expect(result.status == .exited(0), "\(account) \(arguments): \(result.err)")
    }
    try done(Self.accounts[0], "077", "declare", "Checkout returns 503")
    try done(Self.accounts[1], "000", "ack", "1")
    try done(Self.accounts[0], "022", "note", "1", "leader is db-2")
    try done(Self.accounts[1], "077", "exec", "1", "--", "echo", "hello")
    try done(Self.accounts[0], "077", "verify")
    var status = stat()
    #expect(stat(folder, &status) == 0 && status.st_mode & 0o7777 == 0o2770)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(
      Set(names) == ["journal.sqlite", "journal.sqlite-journal", "journal.sqlite-bell"], "\(names)")
    for name in names {
      #expect(stat(folder + "/" + name, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o660 && Int(status.st_gid) == shared, "\(name)")
    }
    // Who is not of the group reads nothing.
    if isSeveral {
      let stranger = try run(64_103, 64_104, "022", ["list"])
      #expect(stranger.status == .exited(77), "\(stranger.out)\(stranger.err)")
    }
    let again = try desk.fails(
      73, "store", "init", "--shared", "--group", "\(shared)", folder, because: "already")
    #expect(again.out == "")
    try desk.fails(
      69, "store", "init", "--shared", "--group", "no-such-group", desk.path("x"),
      because: "no group")
    try desk.fails(64, "store", "init", "--shared", desk.path("x"))
  }

  @Test func aBackupIsAStoreAndIsRestored() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    for number in 1...30 { try desk.done("note", "1", "entry \(number)") }
    let backup = desk.path("backup.sqlite")
    #expect(try desk.done("store", "backup", backup).contains("sound: 31 events"))
    var status = stat()
    #expect(stat(backup, &status) == 0 && status.st_mode & 0o777 == 0o600)
    try desk.fails(73, "store", "backup", backup, because: "already")
    #expect(!FileManager.default.fileExists(atPath: backup + ".part"))
    #expect(try desk.done("--store", backup, "show", "1").contains("Odd"))
    let place = desk.path("new/place/journal.sqlite")
    #expect(
      try desk.done("--store", place, "store", "restore", backup).contains("sound: 31 events"))
    #expect(
      try desk.done("--store", place, "timeline", "1", "--format", "json")
        == desk.done("timeline", "1", "--format", "json"))
    try desk.fails(73, "--store", place, "store", "restore", backup, because: "already")
    try desk.fails(69, "--store", desk.path("y"), "store", "restore", desk.path("none"))
    // One byte of the backup: nothing is made of it.
    var data = try Data(contentsOf: URL(filePath: backup))
    let range = try #require(data.range(of: Data("entry 17".utf8)))
    data[range.lowerBound] = UInt8(ascii: "E")
    try data.write(to: URL(filePath: backup))
    try desk.fails(65, "--store", desk.path("z.sqlite"), "store", "restore", backup)
    #expect(!FileManager.default.fileExists(atPath: desk.path("z.sqlite")))
  }

  @Test func whatIsFoundIsNamedAndARowIsMadeAnew() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let fine = try desk.objects("store", "check")
    #expect(fine.allSatisfy { $0["verdict"] as? String == "fine" }, "\(fine)")
    let subjects: Set = [
      "engine", "commits", "file system", "space", "modes", "clock", "pages", "events", "numbers",
      "search",
    ]
    #expect(Set(fine.compactMap { $0["subject"] as? String }) == subjects)
    chmod(desk.store, 0o644)
    let open = try desk.objects("store", "check").first { $0["subject"] as? String == "modes" }
    #expect(open?["verdict"] as? String == "warning")
    #expect((open?["text"] as? String)?.contains("chmod 600") == true)
    chmod(desk.store, 0o600)
    let sqlite = try desk.tool(
      "/usr/bin/sqlite3", [desk.store, "UPDATE incident SET severity = 4, tab = 3"])
    #expect(sqlite.status == .exited(0), "\(sqlite.err)")
    let wrong = try desk.fails(65, "store", "check", because: "1 of 10 findings")
    #expect(wrong.out.contains("WRONG"))
    #expect(try desk.done("store", "rebuild").contains("sound"))
    #expect(try desk.done("store", "check").contains("ok"))
    #expect(try desk.done("list").contains("Odd"))
  }

  /// RELIABILITY 36: this kernel has no NFS, so a shim answers statfs as one that has.
  @Test(arguments: [("0x6969", "NFS"), ("0xff534d42", "CIFS"), ("0x65735546", "FUSE")])
  func aNetworkFileSystemIsRefusedWithTheCure(number: String, name: String) throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let source = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <sys/statfs.h>
      int statfs(const char *path, struct statfs *found) {
        int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
        int result = real(path, found);
        found->f_type = \(number);
        return result;
      }
      """
    try source.write(toFile: desk.path("shim.c"), atomically: false, encoding: .utf8)
    let built = try desk.tool(
      "/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", desk.path("shim.so"), desk.path("shim.c")])
    try #require(built.status == .exited(0), "\(built.err)")
    let shim = ["LD_PRELOAD": desk.path("shim.so")]
    let before = try Data(contentsOf: URL(filePath: desk.store))
    let refused = try desk.run(["note", "1", "text"], shim)
    #expect(refused.status == .exited(73))
    #expect(refused.err.contains(name) && refused.err.contains("local disk"), "\(refused.err)")
    #expect(try desk.run(["show", "1"], shim).status == .exited(0))
    #expect(
      try desk.run(["--store", desk.path("new.sqlite"), "declare", "x"], shim).status
        == .exited(73))
    let check = try desk.run(["store", "check"], shim)
    #expect(check.status == .exited(65) && check.out.contains(name), "\(check.out)")
    #expect(try Data(contentsOf: URL(filePath: desk.store)) == before)
  }
}
