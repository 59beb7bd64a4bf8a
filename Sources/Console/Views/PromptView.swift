import Grid
import IncidentDomain
import TextGate

/// The prompts: a panel above the last line; what is under it stays where it was.
extension Painter {
  /// Draws the prompt, if there is one, and returns what is left above it.
  mutating func paintPrompt(in area: Area) -> Area {
    switch model.prompt {
    case nil: return area
    case .form(let form): return paint(form, in: area)
    case .palette(let palette): return paint(palette, in: area)
    case .filter:
      let split = area.bottom(1)
      let column = frame.put("/ ", in: split.bottom, indent: 1, style: .key) + 1
      paint(model.filter, row: split.bottom.row, column: column, width: area.columns - column - 1)
      return split.rest
    }
  }

  private mutating func paint(_ palette: Palette, in area: Area) -> Area {
    let matches = palette.matches(on: model.screen)
    let listed = min(matches.count, max(0, min(8, area.rows - 4)))
    let split = area.bottom(listed + 1 + (isSmall ? 0 : 1))
    var panel = split.bottom
    if !isSmall {
      frame.rule(row: panel.row, title: "Command")
      panel = panel.top(1).rest
    }
    frame.fill(panel)
    let line = panel.top(1)
    let column = frame.put(":", in: line.top, indent: 1, style: .key) + 1
    paint(
      palette.editor, row: line.top.row, column: column, width: area.columns - column - 1)
    let selected = min(palette.selected, max(0, matches.count - 1))
    let first = firstVisible(of: selected, count: matches.count, rows: listed)
    for row in 0..<listed {
      let entry = matches[first + row]
      let refusal = model.refusal(of: entry.id)
      let name = entry.name.padded(to: 16)
      let key = entry.keys.first?.word ?? .empty
      let says = refusal.map { "(not now: \($0)) \(entry.help)" as Showable } ?? entry.help
      let text: Showable = "\(name) \(key.padded(to: 8)) \(says)"
      frame.put(
        text, in: line.rest, line: row, indent: 2,
        style: refusal == nil ? .plain : .dim)
      if first + row == selected {
        frame.put(glyphs.selection, in: line.rest, line: row, style: .title)
        frame.add(.selected, to: line.rest.line(row))
      }
    }
    return split.rest
  }

  private mutating func paint(_ form: Form, in area: Area) -> Area {
    let labels = (form.fields.map(\.label.columns).max() ?? 0) + 2
    // As wide as they are painted below.
    let width = area.columns - labels - 1
    let heights = form.fields.map { height(of: $0, width: width) }
    let writes = writesLines(of: form, columns: area.columns - 2)
    let info = form.info(in: model).flatMap { $0.wrapped(to: max(1, area.columns - 2)) }
    let room = max(1, area.rows - 1)
    let titleRows = 1
    let wanted = titleRows + heights.reduce(0, +) + writes.count
    let infoRows = min(info.count, max(0, room - wanted))
    let split = area.bottom(min(room, wanted + infoRows))
    var panel = split.bottom
    frame.fill(panel)
    let shown = split.bottom.rows - titleRows - infoRows - writes.count
    let isCut = heights.reduce(0, +) > shown && form.fields.count > 1
    frame.rule(
      row: panel.row,
      title: isCut ? "\(form.title), field \(form.focus + 1) of \(form.fields.count)" : form.title,
      trailing: form.target.map(\.name) ?? .empty)
    if form.target?.isDrill ?? (form.choice(.drill) == 1), panel.columns > 30 {
      frame.putRight(" DRILL ", in: panel, style: .drill.adding(.selected))
    }
    panel = panel.top(1).rest
    for (line, text) in info.prefix(infoRows).enumerated() {
      frame.put(text, in: panel, line: line, indent: 1, style: .dim)
    }
    panel = panel.top(infoRows).rest
    let bottom = panel.bottom(min(writes.count, panel.rows - (form.fields.isEmpty ? 0 : 1)))
    for (line, text) in writes.prefix(bottom.bottom.rows).enumerated() {
      frame.put(text.0, in: bottom.bottom, line: line, indent: 1, style: text.1)
    }
    paintFields(of: form, heights: heights, labels: labels, in: bottom.rest)
    return split.rest
  }

  private mutating func paintFields(of form: Form, heights: [Int], labels: Int, in area: Area) {
    // What does not fit is left out at the top, so that the focused field is always seen.
    var first = 0
    while first < form.focus, heights[first...form.focus].reduce(0, +) > area.rows { first += 1 }
    var line = 0
    for index in form.fields.indices.dropFirst(first) {
      let field = form.fields[index]
      let isFocused = index == form.focus
      let rows = min(heights[index], area.rows - line)
      guard rows > 0 else { return }
      if isFocused { frame.put(glyphs.selection, in: area, line: line, style: .title) }
      frame.put(
        field.label, row: area.row + line, column: area.column + 1, width: labels - 1,
        style: isFocused ? .title : .heading)
      paint(
        field, isFocused: isFocused, row: area.row + line, rows: rows, column: area.column + labels,
        width: area.columns - labels - 1)
      line += rows
    }
  }

  private mutating func paint(
    _ field: Form.Field, isFocused: Bool, row: Int, rows: Int, column: Int, width: Int
  ) {
    switch field.content {
    case .choice(let options, let selected):
      paintChoice(options, selected, row: row, column: column, width: width)
    case .text(let editor, let suggestions):
      if editor.text.isEmpty {
        frame.put(field.hint, row: row, column: column, width: width, style: .dim)
      }
      if field.isSecret {
        let mask = LineEditor(String(repeating: "*", count: editor.text.count))
        paint(mask, row: row, column: column, width: width)
      } else if rows > 1 {
        paintRows(
          of: editor, isFocused: isFocused, row: row, rows: rows, column: column, width: width)
      } else if isFocused {
        paint(editor, row: row, column: column, width: width)
      } else {
        frame.put(
          editor.untrusted.showable, row: row, column: column, width: width, style: .input)
      }
      if isFocused, editor.right.isEmpty,
        let completed = Form.completion(of: editor.left, among: suggestions)
      {
        let typed = editor.untrusted.showable.columns
        let rest = Untrusted(String(completed.raw.dropFirst(editor.left.count))).showable
        frame.put(
          rest, row: row, column: column + typed, width: max(0, width - typed), style: .dim)
      }
      if isFocused, editor.text.isEmpty { frame.cursor = Position(row: row, column: column) }
    }
  }

  private mutating func paintChoice(
    _ options: [Showable], _ selected: Int, row: Int, column: Int, width: Int
  ) {
    guard options.indices.contains(selected) else { return }
    let all = options.reduce(0) { $0 + $1.columns + 3 }
    if all > width {
      frame.put("< ", row: row, column: column, width: width, style: .key)
      let used = frame.put(
        "[\(options[selected])]", row: row, column: column + 2, width: max(0, width - 4),
        style: .input.adding(.selected))
      frame.put(" >", row: row, column: column + 2 + used, width: 2, style: .key)
      return
    }
    var at = column
    for (index, option) in options.enumerated() {
      let isChosen = index == selected
      at +=
        frame.put(
          isChosen ? "[\(option)]" : " \(option) ", row: row, column: at,
          style: isChosen ? .input.adding(.selected) : .plain) + 1
    }
  }

  /// How many rows a field takes: one, or a few for a text that needs them.
  private func height(of field: Form.Field, width: Int) -> Int {
    guard case .text(let editor, _) = field.content, !field.isSecret,
      editor.text.utf8.count <= EditorRows.longest
    else { return 1 }
    guard editor.text.utf8.count >= width || editor.text.contains(where: \.isNewline) else {
      return 1
    }
    return min(6, EditorRows(editor, width: width).rows.count)
  }

  private mutating func paintRows(
    of editor: LineEditor, isFocused: Bool, row: Int, rows: Int, column: Int, width: Int
  ) {
    let text = EditorRows(editor, width: width)
    let first =
      isFocused ? firstVisible(of: text.cursorRow, count: text.rows.count, rows: rows) : 0
    for line in 0..<rows where first + line < text.rows.count {
      frame.put(
        text.rows[first + line], row: row + line, column: column, width: width, style: .input)
    }
    guard isFocused else { return }
    frame.cursor = Position(
      row: row + text.cursorRow - first, column: column + min(text.cursorColumn, max(0, width - 1)))
  }

  /// One line of text that is being typed, moved so that the cursor is seen.
  mutating func paint(_ editor: LineEditor, row: Int, column: Int, width: Int) {
    guard width > 0 else { return }
    var left = editor.untrustedLeft.showable
    if left.columns >= width {
      // The beginning goes, not the place where a person types.
      let keep = width - 2
      var scalars = left.text.unicodeScalars.suffix(max(0, keep))
      left = left.keeping(scalars)
      while left.columns > keep, !scalars.isEmpty {
        scalars = scalars.dropFirst()
        left = left.keeping(scalars)
      }
      left = glyphs.ellipsis + left
    }
    let used = frame.put(left, row: row, column: column, width: width, style: .input)
    frame.put(
      editor.untrustedRight.showable, row: row, column: column + used, width: width - used,
      style: .input)
    frame.cursor = Position(row: row, column: column + min(used, width - 1))
  }

  private func writesLines(of form: Form, columns: Int) -> [(Showable, Style)] {
    let verb: Showable =
      switch form.purpose {
      case .value, .typed, .kill, .find, .search, .quit: "then:"
      default: "writes:"
      }
    do {
      let preview = try model.preview(of: form)
      var lines: [(Showable, Style)] = Showable("\(verb) \(preview)").wrapped(to: max(1, columns))
        .prefix(6).map {
          ($0, Style.plain)
        }
      if form.isConfirmed { lines.append(("press Enter once more to declare it", .due)) }
      return Array(lines)
    } catch {
      return Showable("not yet: \(error.forScreen)").wrapped(to: max(1, columns)).prefix(2).map {
        ($0, .dim)
      }
    }
  }
}

extension LineEditor {
  var untrustedLeft: Untrusted { Untrusted(left) }
  var untrustedRight: Untrusted { Untrusted(right) }
}
