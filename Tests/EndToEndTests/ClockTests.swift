import Foundation
import TerminalHarness
import Testing

/// The real program while somebody sets the machine's clock (RELIABILITY 17): a library loaded ahead
/// of libc adds what stands in a file to the clock of the wall, and to no other.
@Suite(.serialized) struct ClockTests {
  private static let shim = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <fcntl.h>
    #include <stdlib.h>
    #include <time.h>
    #include <unistd.h>
    int clock_gettime(clockid_t id, struct timespec *time) {
      static int (*real)(clockid_t, struct timespec *);
      if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
      int result = real(id, time);
      const char *path = getenv("CLOCK_OFFSET");
      if (result == 0 && id == CLOCK_REALTIME && path) {
        char text[32] = {0};
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
          if (read(file, text, sizeof text - 1) > 0) time->tv_sec += atol(text);
          close(file);
        }
      }
      return result;
    }
    """

  /// A desk whose clock is set by writing seconds into a file.
  private struct Machine {
    let desk: Desk
    let environment: [String: String]
    private let offset: String

    init() throws {
      desk = try Desk()
      let source = desk.folder + "/shim.c"
      let library = desk.folder + "/shim.so"
      offset = desk.folder + "/offset"
      try ClockTests.shim.write(toFile: source, atomically: true, encoding: .utf8)
      let compiled = try Command.run(
        "/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"],
        environment: ProcessInfo.processInfo.environment)
      try #require(compiled.status == .exited(0), "\(compiled.err)")
      environment = ["LD_PRELOAD": library, "CLOCK_OFFSET": offset]
    }

    func set(_ seconds: Int) throws {
      try "\(seconds)".write(toFile: offset, atomically: true, encoding: .utf8)
    }

    func run(_ words: String...) throws -> String {
      let result = try Command.run(
        try Desk.program(), words + ["--as", "alice"], environment: desk.environment(environment))
      #expect(result.status == .exited(0), "\(words): \(result.err)")
      return result.out
    }

    /// Seconds left of a timer, as the command line tells.
    func left(_ kind: String) throws -> Int? {
      for line in try run("timers", "1", "--json").split(separator: "\n") {
        let timer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        if timer?["kind"] as? String == kind { return timer?["remainingSeconds"] as? Int }
      }
      return nil
    }
  }

  @Test(arguments: [3600, -86_400, 126_230_400])
  func aClockThatIsSetBendsNoTimer(seconds: Int) throws {
    let machine = try Machine()
    try machine.set(0)
    _ = try machine.run("declare", "Checkout returns 503", "--severity", "1")
    let before = try #require(try machine.left("resolve"))
    #expect((1700...1800).contains(before))
    let console = try machine.desk.console(environment: machine.environment)
    try console.press("\r", "2 Timers")
    try machine.set(seconds)
    try console.waitForText("clock was set by \(seconds < 0 ? "-" : "+")", within: .seconds(90))
    // It is on the record, once, and the timers go on as they were: here and for everybody else.
    try console.waitFor("the step on the timeline", within: .seconds(30)) { screen in
      screen.lines.contains { $0.contains("the clock of this machine was set") }
    }
    let after = try #require(try machine.left("resolve"))
    #expect(after <= before && after > before - 200, "\(before) to \(after)")
    #expect(!console.screen.contains("LATE"))
    // Work goes on: what is done now is after what was done before.
    _ = try machine.run("ack", "1")
    try console.waitForText("acknowledge", within: .seconds(10))
    _ = try machine.run("verify", "1")
    let timeline = try machine.run("timeline", "1", "--format", "json")
    #expect(timeline.components(separatedBy: "\"kind\":\"clock-step\"").count == 2)
    // Back again: the record takes that, too.
    try machine.set(0)
    try console.waitForText("clock was set by \(seconds < 0 ? "+" : "-")", within: .seconds(90))
    try console.waitFor("the second step", within: .seconds(30)) { screen in
      screen.lines.filter { $0.contains("the clock of this machine was set") }.count == 2
    }
    let last = try #require(try machine.left("resolve"))
    #expect(last <= after && last > after - 200, "\(after) to \(last)")
  }
}
