import Glibc
import IncidentDomain
import TextGate

/// The clock of the wall, which the rooms below never read.
public enum SystemClock {
  /// Now, to the millisecond.
  public static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: milliseconds(time))
  }

  /// The clock of the wall and the boot-time clock, read together.
  public static func reading() -> ClockReading {
    var boot = timespec()
    clock_gettime(CLOCK_BOOTTIME, &boot)
    return ClockReading(wall: now(), boot: milliseconds(boot))
  }

  /// Names this start of the machine; offsets between its clocks hold for it alone.
  static func bootID() -> Untrusted {
    let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "unknown" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &buffer, buffer.count)
    return Untrusted(
      String(decoding: buffer.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
  }

  private static func milliseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
