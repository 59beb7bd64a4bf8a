import Glibc
import TerminalHarness

/// A full-screen program that is measured.
struct Subject {
  let name: String
  let path: String
  let arguments: [String]
  let home: String

  /// One round: start, look at it idle, move the cursor, page, resize, quit.
  func measure(into figures: inout Figures) throws {
    var environment = TerminalProgram.environment
    environment["HOME"] = home
    environment["XDG_DATA_HOME"] = home
    environment["TIG_NO_DISPLAY"] = nil
    let start = ContinuousClock.now
    let program = try TerminalProgram(path, arguments, environment: environment)
    try? program.waitUntilQuiet(for: .milliseconds(250), within: .seconds(5))
    if let last = program.lastByteTime {
      figures.add("first whole frame, ms", (last - start).milliseconds)
    }
    figures.add("bytes to it", Double(program.byteCount))

    let before = program.byteCount
    let cpu = Self.cpuTicks(program.process)
    let idle = ContinuousClock.now
    // An idle program sends nothing to wait for: this is a measurement of time, not a check.
    try? program.waitUntilQuiet(for: .seconds(3), within: .seconds(3))
    let seconds = (ContinuousClock.now - idle).milliseconds / 1000
    figures.add("idle, bytes/s", Double(program.byteCount - before) / seconds)
    let ticks = Double(Self.cpuTicks(program.process) - cpu) / Double(sysconf(Int32(_SC_CLK_TCK)))
    figures.add("idle, CPU %", ticks / seconds * 100)

    for _ in 0..<10 {
      let before = program.byteCount
      let time = try program.latency(of: .down, within: .seconds(3))
      figures.add("cursor down, ms", time.milliseconds)
      try? program.waitUntilQuiet(for: .milliseconds(30), within: .seconds(1))
      figures.add("cursor down, bytes", Double(program.byteCount - before))
    }
    let page = program.byteCount
    try program.send(key: .pageDown)
    try? program.waitUntilQuiet(for: .milliseconds(100), within: .seconds(1))
    figures.add("page down, bytes", Double(program.byteCount - page))

    let resize = ContinuousClock.now
    try program.resize(TerminalSize(rows: 40, columns: 120))
    try? program.waitUntilQuiet(for: .milliseconds(150), within: .seconds(2))
    if let last = program.lastByteTime, last > resize {
      figures.add("resize to a whole frame, ms", (last - resize).milliseconds)
    }
    if let peak = Self.peakMemory(program.process) {
      figures.add("peak memory, MB", peak)
    }
    let quit = ContinuousClock.now
    try program.send("q")
    _ = try program.waitForExit(within: .seconds(5))
    figures.add("quit, ms", (ContinuousClock.now - quit).milliseconds)
  }

  private static func peakMemory(_ process: Int32) -> Double? {
    guard let text = try? readFile("/proc/\(process)/status") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }
    return nil
  }

  private static func cpuTicks(_ process: Int32) -> Int {
    guard let text = try? readFile("/proc/\(process)/stat"), let end = text.lastIndex(of: ")")
    else {
      return 0
    }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13 else { return 0 }
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }
}

/// A small file of /proc as text.
func readFile(_ path: String) throws -> String {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw HarnessError("cannot open \(path)", errno: errno) }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: 16_384)
  let count = read(file, &bytes, bytes.count)
  guard count >= 0 else { throw HarnessError("cannot read \(path)", errno: errno) }
  return String(decoding: bytes[..<count], as: UTF8.self)
}

extension Duration {
  /// As milliseconds, with their fraction.
  var milliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
  }
}
