import Glibc
import IncidentDomain

/// The clock of the wall, which the rooms below never read.
public enum SystemClock {
  /// Now, to the millisecond.
  public static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
