import IncidentDomain
import Journal
import Testing
import TextGate

@Suite struct JournalSuite {
  @Test func declaresAppendsAndReads() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let first = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning)
    #expect(first.incident.number == 1)
    let second = try journal.append(
      .acknowledge, to: first.incident.id, by: .bob, at: nil, now: .morning + 5)
    #expect(second.incident.phase == .detection)
    #expect(second.incident.acknowledgement?.by == "bob")
    #expect(second.events.first?.account == "oncall")
    let read = try journal.incident(first.incident.id)
    #expect(read?.heads == second.incident.heads)
    let page = try journal.board(BoardQuery(tab: .active))
    #expect(page.total == 1)
    #expect(page.rows.first?.title == "replica lag")
    #expect(try journal.find("INC-1") == first.incident.id)
    let other = try SQLiteJournal(path: scratch.file(), create: false)
    #expect(try other.incident(first.incident.id)?.heads == second.incident.heads)
  }
}
