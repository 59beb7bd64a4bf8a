import Glibc
import IncidentDomain
import Journal
import TextGate

/// Writes notes into a store, one after the other, and says on standard output what became of each:
/// what tests kill, or whose disk fails, while it works.
///
/// `journal-writer STORE NAME COUNT` prints `saved NAME/1` once the note `NAME/1` is said to be on the
/// disk, `failed NAME/2 MILLISECONDS SENTENCE` when it is not, and `done` at its end. It gives up
/// after five failures.
@main enum JournalWriter {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[3]) else {
      say("usage: journal-writer STORE NAME COUNT")
      exit(64)
    }
    let name = arguments[2]
    var failures = 0
    var number = 0
    while number < count, failures < 5 {
      do throws(JournalError) {
        let journal = try SQLiteJournal(path: arguments[1], create: true)
        let id = try incident(in: journal)
        while number < count, failures < 5 {
          number += 1
          if !write("\(name)/\(number)", to: id, in: journal) { failures += 1 }
        }
      } catch {
        failures += 1
        say("failed opening 0 \(error.sentence.text)")
      }
    }
    say("done")
  }

  private static func incident(in journal: SQLiteJournal) throws(JournalError) -> EventID {
    do throws(JournalError) {
      return try journal.find("1")
    } catch .noSuchIncident {
      let declaration = Declaration(
        number: 0, title: "written by a test", severity: .sev2, policy: .builtIn)
      return try journal.declare(declaration, by: actor, at: nil, now: now).incident.id
    }
  }

  private static func write(_ text: String, to id: EventID, in journal: SQLiteJournal) -> Bool {
    let start = ContinuousClock.now
    do throws(JournalError) {
      _ = try journal.append(.note(Untrusted(text)), to: id, by: actor, at: nil, now: now)
      say("saved \(text)")
      return true
    } catch {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      say("failed \(text) \(milliseconds) \(error.sentence.text)")
      return false
    }
  }

  private static let actor = Actor(person: "ana", account: "ana", host: "ops1")
  private static var now: Instant { Instant(milliseconds: Int64(time(nil)) * 1000) }

  /// At once and in one call: what was said before a kill has been said.
  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
  }
}
