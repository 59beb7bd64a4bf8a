import MarkdownBlocks
import TextGate

/// The tables of operations indexes, by the words of their columns.
struct ImportShape {
  let table: PolicyTable
  /// Columns that must be there.
  let required: [String]
  /// Column to field.
  let columns: [String: String]

  static func matching(_ header: [String]) -> ImportShape? {
    all.first { shape in shape.required.allSatisfy(header.contains) }
  }

  private static let all: [ImportShape] = [
    ImportShape(
      table: .issues, required: ["issue type", "severity"],
      columns: [
        "issue type": "type", "severity": "severity", "first response": "first_response",
        "primary document": "document", "escalation": "escalation", "channel": "channel",
        "runbook": "runbook",
      ]),
    ImportShape(
      table: .severities, required: ["level", "response time"],
      columns: [
        "level": "severity", "response time": "acknowledge", "team required": "team",
        "examples": "examples",
      ]),
    ImportShape(
      table: .contacts, required: ["role", "primary contact"],
      columns: [
        "role": "role", "primary contact": "primary", "backup contact": "backup",
        "escalation": "after",
      ]),
    ImportShape(
      table: .tiers, required: ["tier", "rto"],
      columns: [
        "tier": "tier", "description": "description", "rpo": "rpo", "rto": "rto",
        "examples": "examples",
      ]),
    ImportShape(
      table: .environments, required: ["environment", "promotion rule"],
      columns: [
        "environment": "environment", "purpose": "purpose", "promotion rule": "promotion",
      ]),
    ImportShape(
      table: .recovery, required: ["scenario", "target"],
      columns: [
        "scenario": "scenario", "target": "target", "actual": "actual", "method": "method",
      ]),
    ImportShape(
      table: .data, required: ["data type", "target"],
      columns: ["data type": "data", "target": "rpo", "actual": "actual", "method": "method"]),
    ImportShape(
      table: .windows, required: ["type", "window"],
      columns: [
        "type": "name", "window": "when", "frequency": "frequency", "duration": "duration",
      ]),
    ImportShape(
      table: .budgets, required: ["service", "budget"],
      columns: ["service": "service", "budget": "budget", "alert": "alert", "action": "action"]),
    ImportShape(
      table: .systems, required: ["service", "production"],
      columns: [
        "service": "service", "production": "production", "staging": "staging",
        "monitoring": "monitoring",
      ]),
    ImportShape(
      table: .tools, required: ["tool", "purpose"],
      columns: [
        "tool": "tool", "purpose": "purpose", "access": "access", "documentation": "document",
      ]),
    ImportShape(
      table: .runbooks, required: ["procedure", "location"],
      columns: ["category": "area", "procedure": "procedure", "location": "document"]),
    ImportShape(
      table: .documents, required: ["document", "purpose"],
      columns: [
        "document": "title", "purpose": "purpose", "target audience": "audience",
        "last updated": "updated", "when to use": "when", "priority": "priority",
        "frequency": "frequency", "owner": "owner",
      ]),
    // Its rows become the items of one list.
    ImportShape(
      table: .checklists, required: ["item", "required"],
      columns: [
        "item": "item", "check question": "question", "required": "required",
        "alignment notes agreement": "notes", "notes": "notes", "primary document": "document",
      ]),
  ]
}

extension PolicyImporter {
  mutating func take(_ table: Block.Table, of block: Block) {
    let header = table.header.map { ImportWords.key($0.inlines.plainText) }
    guard let shape = ImportShape.matching(header) else { return }
    // The header and the line of dashes under it name columns; they are no cells.
    settle(block.lines.lowerBound...block.lines.lowerBound + 1)
    let fields: [PolicySchema.Field]
    if shape.table == .checklists {
      fields = PolicySchema.items
    } else {
      fields = PolicySchema.fields(of: shape.table)
    }
    var records: [PolicyRecord] = []
    for row in table.rows {
      var record = PolicyRecord(at: place(row.line))
      settle(row.line...row.line)
      for (column, cell) in zip(header, row.cells) {
        let entry = ImportEntry(cell.inlines, lines: row.line...row.line)
        guard !entry.text.isEmpty else { continue }
        guard let name = shape.columns[column] else {
          leave(entry, "\(column): \(entry.text)")
          continue
        }
        take(entry, of: name, into: &record, fields, shape.table)
      }
      records.append(record)
    }
    if shape.table == .checklists {
      addChecklist(records, repeats: "kickoff", isAutomated: false, line: block.lines.lowerBound)
    } else {
      if shape.table == .documents { records = records.map(grouped) }
      for record in records { add(record, to: shape.table) }
    }
  }

  /// The chapter that a row stands in, where its table has room for it.
  private func grouped(_ record: PolicyRecord) -> PolicyRecord {
    var record = record
    if headings.count > 1, let heading = headings.last {
      record["group"] = PolicyField(.text(Untrusted(heading.title)), at: place(heading.line))
    }
    return record
  }

  private mutating func take(
    _ entry: ImportEntry, of name: String, into record: inout PolicyRecord,
    _ fields: [PolicySchema.Field], _ table: PolicyTable
  ) {
    guard let field = fields.first(where: { $0.name == name }) else { return }
    var text = entry.text
    if case .link = field.kind, let link = entry.links.first { text = link.target }
    if name == "notes", let link = entry.links.first {
      text = text.replacing(link.title, with: "\(link.title) (\(link.target))", maxReplacements: 1)
    }
    if case .number = field.kind { text = text.filter { $0.isASCII && $0.isNumber } }
    if !put(text, as: field, into: &record, line: entry.lines.lowerBound) {
      leave(entry, "\(name): \(text)")
    }
    if name == "title", let link = entry.links.first,
      let document = fields.first(where: { $0.name == "document" })
    {
      _ = put(link.target, as: document, into: &record, line: entry.lines.lowerBound)
    }
    if table == .windows, name == "when", let zone = PolicyRecurrenceText.read(text)?.zone,
      let field = fields.first(where: { $0.name == "zone" })
    {
      _ = put(zone, as: field, into: &record, line: entry.lines.lowerBound)
    }
  }
}
