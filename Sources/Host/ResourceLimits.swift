import CSystem
import Glibc
import TextGate

/// What a session's limits must leave to a console, looked at before anything is opened: the runtime
/// ends or stops a process that gets no more, and a store whose journal cannot be opened takes no
/// entry.
public enum ResourceLimits {
  /// The store and its journal, the watches, the runtime's event queue, a command's pseudo-terminal,
  /// a file that is written.
  private static let descriptors = 28
  /// The stacks of the threads that work beside the screen, 8 MiB each.
  private static let bytes = 64 << 20

  /// Makes do with a limited memory, and looks whether there is enough of everything; call it before
  /// there are threads.
  ///
  /// - Returns: what there is too little of, a sentence with its cure; nil when there is enough.
  public static func prepare() -> Showable? {
    spareAddresses()
    guard hasDescriptors else {
      return
        "this session may open too few files for a console: allow more with ulimit -n 64 and try again"
    }
    guard hasMemory else {
      return
        "this session may use too little memory for a console: allow more with ulimit -v and try again"
    }
    return nil
  }

  private static var hasDescriptors: Bool {
    var taken: [Int32] = []
    defer { for descriptor in taken { close(descriptor) } }
    while taken.count < descriptors {
      let descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
      guard descriptor >= 0 else { return false }
      taken.append(descriptor)
    }
    return true
  }

  /// Under a limit of addresses the threads share one heap: the C library would reserve 64 MiB for
  /// each, and leave none for the stack of the next.
  private static func spareAddresses() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max
    else { return }
    mayday_heap_share()
  }

  /// Asks for addresses only: nothing of it is ever used.
  private static var hasMemory: Bool {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let place = mmap(nil, bytes, PROT_NONE, flags, -1, 0), place != MAP_FAILED else {
      return false
    }
    munmap(place, bytes)
    return true
  }
}
