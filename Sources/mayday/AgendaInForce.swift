import IncidentDomain
import Journal
import Policies
import TextGate

extension Session {
  /// The checklists and windows of the policy, with what the record holds of them.
  ///
  /// The lists are there without a store too (COMMANDS.md). With one that cannot be read, a sentence
  /// on standard error says that nobody knows what is done.
  func agenda() throws -> Agenda {
    let policy = try policy().policy
    var book = RoundBook()
    do {
      if let journal = try journalForChecklists(policy) {
        book = try journal.rounds(policy.rounds(at: now, zones: PolicyZone.named))
      }
    } catch let error as JournalError {
      guard case .unavailable = error else { throw error }
      output.error("what is done is not known: \(error.sentence)")
    }
    return policy.agenda(at: now, zones: PolicyZone.named, book: book)
  }

  /// Nil where no store was begun yet.
  private func journalForChecklists(_ policy: OperationsPolicy) throws -> (any Journal)? {
    let file = try ChecklistFile(self, policy)
    let hasOlder = !options.observer && file.isThere
    guard try hasOlder || storeIsThere() else { return nil }
    let journal = try openJournal(hasOlder ? .change : .read)
    if hasOlder { try file.bringIn(to: journal, now: now) }
    return journal
  }

  /// Opens the record to tick an item.
  func journalToTick() throws -> any Journal {
    let journal = try openJournal(.change)
    try ChecklistFile(self, policy().policy).bringIn(to: journal, now: now)
    return journal
  }
}

extension Agenda {
  /// The entry that a person means: `2.3`, its whole name, or the only one that holds the words.
  ///
  /// - Throws: a ``Failure`` when there is none, or more than one.
  func find(_ word: Untrusted) throws -> (sheet: Sheet, entry: Entry) {
    let all = sheets.flatMap { sheet in sheet.entries.map { (sheet: sheet, entry: $0) } }
    if let numbered = all.first(where: { $0.entry.number == word.raw }) { return numbered }
    let lower = word.raw.lowercased()
    let whole = all.filter { $0.entry.text.raw.lowercased() == lower }
    let found =
      whole.isEmpty ? all.filter { $0.entry.text.raw.lowercased().contains(lower) } : whole
    guard let first = found.first else {
      throw Failure(
        .noInput, "no checklist holds \(word.showable); mayday checklist list numbers them")
    }
    guard found.count == 1 else {
      throw Failure(
        .usage,
        "\(found.count) items are meant by \(word.showable); give the number, as mayday checklist list prints it"
      )
    }
    return first
  }
}
