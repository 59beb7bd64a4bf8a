import ArgumentParser
import IncidentDomain
import Journal
import TextGate

struct Search: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find entries of the whole record, the newest first.",
    usage: "mayday search WORD … [--limit N] [--json]",
    discussion: """
      Looks in titles, notes, reasons, updates, decisions, post-mortems, and in commands and what \
      the record holds of their output. An entry must hold every word, and every phrase \
      ('"replica lag"'), whole, whatever their case and accents. What was corrected or taken back is \
      found too, and marked. The newest is what happened last; of more than 1,000 entries, the \
      last 1,000 written are looked at.
      """)

  @Argument(help: ArgumentHelp("Words, or phrases between quotation marks.", valueName: "word"))
  var words: [String]

  @Option(help: "The most entries printed.")
  var limit = 20

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if !(1...10_000).contains(limit) {
      throw ValidationError("--limit takes a number from 1 to 10000")
    }
  }

  func perform(in session: Session) throws {
    let query: SearchQuery
    do throws(Refusal) {
      query = try SearchQuery(Untrusted(words.joined(separator: " ")), limit: limit)
    } catch {
      throw Failure(.usage, error.sentence)
    }
    guard let journal = try session.journalToList() else { return }
    let result = try journal.search(query)
    if options.json {
      for hit in result.hits { session.output.json(hit.json) }
    } else {
      var table = Table()
      for hit in result.hits { hit.addLine(to: &table, session) }
      if result.hits.isEmpty { session.output.line("No entry holds all of that.") }
      session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    }
    if result.isCut {
      session.output.note(
        "there are older entries too; name another word, or a greater --limit than \(limit)")
    }
    if result.unsearched > 0 {
      session.output.note(
        "the newest \(result.unsearched) entries were not searched, because the store can only be read here"
      )
    }
  }
}

extension SearchHit {
  fileprivate func addLine(to table: inout Table, _ session: Session) {
    let mark: Showable = standing == .stands ? .empty : "(\(standing.word)) "
    table.add(
      "INC-\(number)", session.zone.text(event.occurred), event.author.showable,
      event.kind.showableWord, mark + excerpt.text.showable)
  }

  fileprivate var json: JSON {
    [
      "number": .integer(Int64(number)), "incident": .string(event.incidentID.hex),
      "event": .string(event.id.hex), "kind": .string(event.kind),
      "author": .string(event.author.raw), "occurred": .string(event.occurred.instant.iso8601),
      "recorded": .string(event.recorded.iso8601), "excerpt": .string(excerpt.text.raw),
      "match": .string(excerpt.match.raw), "standing": .string(standing.rawValue),
    ]
  }
}
