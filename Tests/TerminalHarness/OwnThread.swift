import Foundation

/// Runs each job on a thread of its own, for bodies that block: the tasks of tests share as many
/// threads as there are processors.
///
/// Its tasks keep their task-local values, so that what a test expects there counts as the test's.
public final class OwnThread: TaskExecutor {
  /// Makes one; it has no state.
  public init() {}

  /// Starts a thread that runs the job. Called by the runtime, on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    Thread { job.runSynchronously(on: executor) }.start()
  }
}
