import Console
import Dispatch
import Execution
import Synchronization
import TextGate

/// Brings the output of a running command to the console: whole lines once, and the line that is
/// still being written (a prompt, a progress bar) as it looks now.
///
/// What comes fast is brought together: the console draws some frames a second, and a flood of
/// messages would keep it from its keys.
final class OutputFeed: Sendable {
  private let post: @Sendable (Message) -> Void
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "mayday.output")
  private static let pause = DispatchTimeInterval.milliseconds(40)

  private struct State {
    var gate = OutputGate(keepingLines: 5000)
    /// Whole lines that the console was told.
    var told = 0
    var unfinished: [Showable] = []
    var isWaiting = false
    var isOver = false
  }

  init(_ post: @escaping @Sendable (Message) -> Void) {
    self.post = post
  }

  /// Takes output, secrets replaced.
  func take(_ bytes: [UInt8]) {
    let isFirst = state.withLock { state in
      state.gate.feed(bytes)
      defer { state.isWaiting = true }
      return !state.isWaiting
    }
    guard isFirst else { return }
    queue.asyncAfter(deadline: .now() + Self.pause) { [self] in tell() }
  }

  /// The output is over: everything that is left is told before this returns.
  func finish() {
    queue.sync {
      state.withLock { state in
        state.gate.finish()
        state.isOver = true
      }
      tell()
    }
  }

  private func tell() {
    let (lines, unfinished) = state.withLock { state in
      state.isWaiting = false
      var lines = state.gate.completeLines(after: state.told)
      let lost = state.gate.lineCount - state.told - lines.count
      if lost > 0 {
        lines.insert("[\(lost) lines came too fast to be shown; they are stored]", at: 0)
      }
      state.told = state.gate.lineCount
      var rest = Array(
        state.gate.lines.dropFirst(state.gate.lineCount - state.gate.droppedLines))
      if state.isOver {
        // The last line need not end in a newline.
        lines += rest
        rest = []
      }
      defer { state.unfinished = rest }
      return (lines, rest == state.unfinished ? nil : rest as [Showable]?)
    }
    if !lines.isEmpty { post(.commandOutput(lines)) }
    if let unfinished { post(.commandLine(unfinished)) }
  }
}
