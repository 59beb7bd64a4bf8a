import Foundation
import Glibc
import TerminalHarness
import Testing

/// RELIABILITY 7: a console that gets too few files or too little memory says so in a sentence, or
/// works; what it said is saved is kept, and it gives the terminal back.
@Suite struct ScarceResourceTests {
  /// Starts the console under a limit of the shell and writes a note, as far as it comes.
  ///
  /// - Returns: how it ended, and whether it showed that the note was saved.
  private static func note(
    _ text: String, on desk: Desk, under script: String
  ) throws -> (status: TerminalHarness.ExitStatus, isSaid: Bool, program: TerminalProgram) {
    let program = try TerminalProgram(
      "/bin/sh", ["-c", "\(script) && exec \"$0\" --as alice", try Desk.program()],
      environment: desk.environment(), size: TerminalSize(rows: 24, columns: 200))
    let isSaid: Bool
    do {
      try program.waitForText("? help", within: .seconds(5))
      try program.press("\r", "[DETECTION]")
      try program.press("+", "Note ── INC-1")
      try program.type(text)
      try program.enter("INC-1: \(text)")
      isSaid = true
    } catch {
      isSaid = program.screen.contains("✓ INC-1: \(text)")
    }
    // One that is over has no use for it; one that shows an error is ended as sshd would.
    program.signal(SIGTERM)
    return (try program.waitForExit(within: .seconds(60)), isSaid, program)
  }

  /// Whether the terminal is as it was before, or was never touched.
  private static func isGivenBack(_ program: TerminalProgram) -> Bool {
    let text = String(decoding: program.bytesReceived, as: UTF8.self)
    let entered = text.ranges(of: "\u{1B}[?1049h").count
    let left = text.ranges(of: "\u{1B}[?1049l").count
    return program.lineModes.echoes && program.lineModes.editsLines && entered <= left
  }

  /// Holds a console under a limit against the promise.
  private static func expectSentenceOrNote(under limit: String) throws -> Bool {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let (status, isSaid, program) = try note("written", on: desk, under: "ulimit \(limit)")
    #expect(isGivenBack(program), "\(limit): \(status)")
    #expect(try desk.run("timeline", "1").contains("written") == isSaid, "\(limit)")
    // Where the system cannot even load the program, it says so itself.
    if !isSaid, status != .exited(127) {
      let lines = program.screen.lines.filter { !$0.isEmpty }
      #expect(lines.count == 1 && lines.first?.hasPrefix("mayday: ") == true, "\(limit): \(lines)")
      #expect(status == .exited(69), "\(limit)")
    }
    return isSaid
  }

  @Test func tooFewFilesAreToldInASentence() throws {
    let limits = Self.isSoak ? Array(4...40) : [4, 5, 8, 13, 16, 32]
    let working = try limits.filter { try Self.expectSentenceOrNote(under: "-n \($0)") }
    // A session has 1024 as a rule.
    #expect(working.first.map { $0 <= 32 } == true && !working.contains(8), "\(working)")
  }

  /// A limit that any account can set, in MiB: from what the loader needs to enough.
  @Test func tooSmallAnAddressSpaceIsToldInASentence() throws {
    let limits = Array(stride(from: 116, through: 260, by: Self.isSoak ? 3 : 48))
    let working = try limits.filter { try Self.expectSentenceOrNote(under: "-v \($0 << 10)") }
    #expect(working.last == limits.last && working.count < limits.count, "\(working)")
  }

  /// Memory is refused at any moment: what can act gives the terminal back, and what was shown as
  /// saved is there.
  @Test func aConsoleThatGetsNoMemoryGivesTheTerminalBack() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    var said: [String] = []
    var ends: [String: Int] = [:]
    for round in 1...(Self.isSoak ? 60 : 6) {
      let text = "written in round \(round)"
      let chance = ["0.00005", "0.00001", "0.000002"][round % 3]
      let (status, isSaid, program) = try Self.note(
        text, on: desk,
        under: """
          export LD_PRELOAD=/usr/lib/fiu/fiu_run_preload.so:/usr/lib/fiu/fiu_posix_preload.so
          export FIU_ENABLE="enable_random name=libc/mm/*,probability=\(chance)" && :
          """)
      if isSaid { said.append(text) }
      ends["\(status)", default: 0] += 1
      #expect(Self.isGivenBack(program), "\(round): \(status) \(program.screen.lines)")
    }
    print("consoles short of memory: \(ends), \(said.count) notes said")
    let timeline = try desk.run("timeline", "1")
    for text in said { #expect(timeline.contains(text)) }
    try desk.run("verify")
  }

  /// A group of processes with a limit of its own, for which the kernel kills; only root can make one.
  private final class MemoryGroup {
    let path: String
    private static let root = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].first {
      access($0 + "/cgroup.procs", W_OK) == 0
    }

    static let isPossible: Bool = {
      guard geteuid() == 0, let group = try? MemoryGroup(megabytes: 64) else { return false }
      return access(group.path, W_OK) == 0
    }()

    init(megabytes: Int) throws {
      let root = try #require(Self.root)
      path = "\(root)/mayday-test-\(UUID().uuidString)"
      try #require(mkdir(path, 0o755) == 0)
      let limits = [path + "/memory.limit_in_bytes", path + "/memory.max"]
      let file: String = try #require(limits.first { (name: String) in access(name, W_OK) == 0 })
      try "\(megabytes << 20)".write(toFile: file, atomically: false, encoding: .utf8)
    }

    deinit { rmdir(path) }
  }

  @Test(.enabled(if: MemoryGroup.isPossible, "only root can limit what a process really uses"))
  func aConsoleThatIsKilledForItsMemoryLosesNothing() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    var said: [String] = []
    var ends: [String] = []
    for megabytes in Self.isSoak ? [64, 16, 8, 6, 5, 4, 3, 2, 1] : [64, 5] {
      let group = try MemoryGroup(megabytes: megabytes)
      let text = "written in \(megabytes) MiB"
      let (status, isSaid, program) = try Self.note(
        text, on: desk, under: "echo $$ > \(group.path)/cgroup.procs")
      if isSaid { said.append(text) }
      ends.append("\(megabytes) MiB: \(status)")
      if status != .signalled(SIGKILL) { #expect(Self.isGivenBack(program), "\(ends)") }
    }
    print("consoles in small groups: \(ends.joined(separator: ", "))")
    let timeline = try desk.run("timeline", "1")
    for text in said { #expect(timeline.contains(text)) }
    #expect(said.first == "written in 64 MiB")
    try desk.run("verify")
  }

  private static let isSoak = ProcessInfo.processInfo.environment["MAYDAY_SOAK"] != nil
}
