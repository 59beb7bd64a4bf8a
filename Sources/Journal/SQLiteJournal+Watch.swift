import CSystem
import Foundation
import Glibc
import IncidentDomain
import Synchronization
import TextGate

extension SQLiteJournal {
  /// Watches for commits of other connections, this process's other journals among them; this
  /// journal's own are not told. What is committed after the call returns is told, so read what is
  /// to be kept fresh after it. `onChange` is called on a thread of the watcher's own.
  ///
  /// - Throws: `unavailable` when the kernel gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    let watch = try DoorbellWatch(file)
    watch.start(self, onChange)
    return DoorbellHandle(watch)
  }

  /// Tells the watchers of other processes that something was committed.
  ///
  /// The file is touched, not written: that needs no room on a full disk. Nobody is misled when it
  /// fails, because watchers also see that the store's file changed.
  func ring() {
    if utimensat(AT_FDCWD, file.bell, nil, 0) != 0, errno == ENOENT { file.makeBell() }
  }
}

extension StoreFile {
  /// Makes the doorbell with the modes of the store's file.
  func makeBell() {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let modes = status.st_mode & 0o666
    guard mknod(bell, S_IFREG | modes, 0) == 0 else { return }
    _ = chmod(bell, modes)
    // In a shared folder others ring it too; it fails when the group is given already.
    _ = chown(bell, uid_t.max, status.st_gid)
  }
}

/// The thread that listens, and what ends it.
private final class DoorbellWatch: Sendable {
  /// The least time between two calls: a burst of commits is one change to a person, and 50 ms is
  /// what another session's commit may take to show (PERFORMANCE.md).
  private static let rest: Int32 = 15
  /// How long after the file changed the store itself is asked when no bell is heard: its writer may
  /// have died between its commit and the bell, or be another program.
  private static let patience: Duration = .seconds(1)
  /// How often it is asked when the kernel tells of no change: one that it does not see, on a layered
  /// file system. So seldom that an idle console sleeps.
  private static let longPatience: Duration = .seconds(60)

  private let file: StoreFile
  /// Below 0 when the kernel gives no listener: the store is then only asked.
  private let listener: Int32
  private let stop: Int32
  private let isCancelled = Atomic(false)

  init(_ file: StoreFile) throws(JournalError) {
    self.file = file
    stop = mayday_doorbell_stop_open()
    guard stop >= 0 else {
      throw .unavailable(
        "changes of \(file.location) cannot be watched, too many files are open; close some programs"
      )
    }
    // Changes that another host makes are not told.
    listener = file.isRemote ? -1 : mayday_doorbell_open()
  }

  deinit {
    _ = Glibc.close(stop)
    if listener >= 0 { _ = Glibc.close(listener) }
  }

  func cancel() {
    isCancelled.store(true, ordering: .releasing)
    _ = mayday_doorbell_stop(stop)
  }

  func start(_ journal: SQLiteJournal, _ onChange: @escaping @Sendable () -> Void) {
    // In this order: a change after the mark is heard.
    let ears = listen()
    let mark = try? journal.changeMark()
    let thread = Thread { self.run(journal, mark, ears, onChange) }
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// What is listened to.
  private struct Ears {
    /// The number of the bell; below 0 when there is none to be heard.
    var bell: Int32 = -1
    /// Whether changes of the store's file are heard.
    var isListening = false
  }

  private func listen() -> Ears {
    guard listener >= 0 else { return Ears() }
    var bell = mayday_doorbell_listen(listener, file.bell)
    if bell < 0, file.readOnlyReason == nil {
      file.makeBell()
      bell = mayday_doorbell_listen(listener, file.bell)
    }
    return Ears(bell: bell, isListening: mayday_doorbell_listen(listener, file.path) >= 0)
  }

  private func run(
    _ journal: SQLiteJournal, _ first: ChangeMark?, _ heardBy: Ears,
    _ onChange: @Sendable () -> Void
  ) {
    Thread.current.name = "doorbell"
    var mark = first
    var ears = heardBy
    func nextLook() -> ContinuousClock.Instant {
      .now + (ears.isListening ? Self.longPatience : Self.patience)
    }
    var look = mark == nil ? .now + Self.patience : nextLook()
    while !isCancelled.load(ordering: .acquiring) {
      if mayday_doorbell_wait(listener, stop, milliseconds(until: look)) != 0 { return }
      let heard = listener >= 0 ? mayday_doorbell_drain(listener, ears.bell) : 0
      if heard & MAYDAY_DOORBELL_LOST != 0 { ears = listen() }
      if heard & MAYDAY_DOORBELL_RUNG == 0, ContinuousClock.now < look {
        if heard != 0 { look = min(look, .now + Self.patience) }
        continue
      }
      if !ears.isListening { ears = listen() }
      look = nextLook()
      // While the store cannot be asked, nothing could be read either; it is asked again.
      guard let now = try? journal.changeMark() else {
        look = .now + Self.patience
        continue
      }
      guard now != mark else { continue }
      mark = now
      if isCancelled.load(ordering: .acquiring) { return }
      onChange()
      if mayday_doorbell_wait(-1, stop, Self.rest) != 0 { return }
    }
  }

  private func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
    let (seconds, attoseconds) = (instant - .now).components
    // Rounded up: waking a moment too early would only mean to wait again.
    return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
  }
}

/// What the watcher's owner holds; letting it go ends the watch.
private final class DoorbellHandle: JournalWatch {
  private let watch: DoorbellWatch

  init(_ watch: DoorbellWatch) {
    self.watch = watch
  }

  deinit {
    watch.cancel()
  }

  /// Ends it; a call that has begun on the watcher's thread may still return after this.
  func cancel() {
    watch.cancel()
  }
}
