import CSystem
import Foundation
import Glibc
import IncidentDomain
import Synchronization
import TextGate

extension SQLiteJournal {
  /// Watches for commits of other connections, this process's other journals among them; this
  /// journal's own commits are not told. `onChange` is called on the watcher's thread.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    let watch = try DoorbellWatch(file)
    let mark = try? changeMark()
    watch.start(self, from: mark, onChange)
    return DoorbellHandle(watch)
  }

  /// Tells the watchers of other processes that something was committed.
  ///
  /// The file is touched, not written: that needs no room on a full disk. Nobody is misled when it
  /// fails, because watchers also ask the store itself once a second.
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
  /// The least time between two calls, in milliseconds: a burst of commits is one change to a
  /// person, and 50 ms is what another session's commit may take to show (PERFORMANCE.md).
  private static let rest: Int32 = 15
  /// Milliseconds after which the store itself is asked, should no bell have been heard: its writer
  /// may have died between its commit and the bell.
  private static let patience: Int32 = 1000

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
    listener = mayday_doorbell_open()
  }

  deinit {
    _ = Glibc.close(stop)
    if listener >= 0 { _ = Glibc.close(listener) }
  }

  func cancel() {
    isCancelled.store(true, ordering: .releasing)
    _ = mayday_doorbell_stop(stop)
  }

  func start(
    _ journal: SQLiteJournal, from mark: ChangeMark?, _ onChange: @escaping @Sendable () -> Void
  ) {
    let isListening = listen()
    let thread = Thread { self.run(journal, mark, isListening, onChange) }
    thread.stackSize = 512 * 1024
    thread.start()
  }

  private func listen() -> Bool {
    guard listener >= 0 else { return false }
    if mayday_doorbell_listen(listener, file.bell) == 0 { return true }
    if file.readOnlyReason == nil { file.makeBell() }
    return mayday_doorbell_listen(listener, file.bell) == 0
  }

  private func run(
    _ journal: SQLiteJournal, _ first: ChangeMark?, _ listening: Bool,
    _ onChange: @Sendable () -> Void
  ) {
    Thread.current.name = "doorbell"
    var mark = first
    var isListening = listening
    while !isCancelled.load(ordering: .acquiring) {
      if mayday_doorbell_wait(isListening ? listener : -1, stop, Self.patience) != 0 { return }
      if listener >= 0, mayday_doorbell_drain(listener) & MAYDAY_DOORBELL_LOST != 0 {
        isListening = false
      }
      if !isListening { isListening = listen() }
      // While the store cannot be asked, nothing could be read either; it is asked again.
      guard let now = try? journal.changeMark(), now != mark else { continue }
      mark = now
      if isCancelled.load(ordering: .acquiring) { return }
      onChange()
      if mayday_doorbell_wait(-1, stop, Self.rest) != 0 { return }
    }
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
