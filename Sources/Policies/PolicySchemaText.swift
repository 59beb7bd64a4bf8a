import TextGate

/// The schema of the policy file for people, in Markdown.
public enum PolicySchemaText {
  /// Every key, what it holds and what it means, in the order of the file.
  public static var lines: [Showable] {
    var lines: [Showable] = [
      "# The policy file", "",
      "YAML, in UTF-8, up to 1 MiB, without anchors, aliases and tags. Everything may be left out. A",
      "table is a list of entries; keys in **bold** must stand in each entry. Made by",
      "`mayday policy schema`; `mayday policy check` holds a file against it.", "",
      "## What stands once", "",
    ]
    lines += rows(PolicySchema.header, indent: "")
    for table in PolicyTable.allCases {
      lines += ["", "## `\(Untrusted(table.rawValue).showable)`: \(table.help)", ""]
      lines += rows(PolicySchema.fields(of: table), indent: "")
    }
    return lines
  }

  private static func rows(_ fields: [PolicySchema.Field], indent: Showable) -> [Showable] {
    fields.flatMap { field -> [Showable] in
      let name: Showable = "`\(Untrusted(field.name).showable)`"
      let shown = field.isRequired ? "**\(name)**" : name
      let line: Showable = "\(indent)- \(shown) (\(field.kind.word)): \(field.help)"
      if case .records(let inner) = field.kind { return [line] + rows(inner, indent: "  ") }
      return [line]
    }
  }
}
