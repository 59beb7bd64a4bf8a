import Glibc

/// A thread of its own for work that waits, which must not take one of the few threads of async code.
enum BackgroundThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  /// Starts it; nobody joins it.
  static func start(_ body: @escaping @Sendable () -> Void) throws(CannotStart) {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let problem = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard problem == 0 else {
      work.release()
      throw .notSpawned(code: problem)
    }
    pthread_detach(thread)
  }
}
