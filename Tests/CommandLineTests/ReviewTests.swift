import Foundation
import Testing

/// Post-mortems by the real program.
@Suite struct ReviewTests {
  @Test func aDraftIsWrittenEditedAndPublished() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--severity", "2")
    try desk.fails(66, "postmortem", "show", "1", because: "mayday postmortem draft 1")
    #expect(try desk.done("postmortem", "draft", "1").contains("Still open:"))
    try desk.fails(1, "postmortem", "draft", "1", because: "--again")
    try desk.done("postmortem", "draft", "1", "--again")
    #expect(try desk.done("postmortem", "show", "1").hasPrefix("# Post-mortem: INC-1 Odd\n"))

    let edited = try desk.run(
      ["postmortem", "edit", "1"], ["EDITOR": "sed -i s/blameless/kind/"])
    #expect(edited.status == .exited(0), "\(edited.err)")
    #expect(try desk.done("postmortem", "show", "1").contains("This review is kind."))
    let before = try desk.object("show", "1")["heads"] as? [String]
    #expect(
      try desk.run(["postmortem", "edit", "1"], ["EDITOR": "true"]).out == "Nothing was changed.\n")
    #expect(try desk.object("show", "1")["heads"] as? [String] == before)
    for (editor, part) in [("false", "did not end well"), ("no-such-editor", "no editor")] {
      let command = try desk.run(["postmortem", "edit", "1"], ["EDITOR": editor])
      #expect(command.status == .exited(66))
      #expect(command.err.contains(part))
    }

    #expect(
      try desk.run(["postmortem", "edit", "1", "--from", "-"], stdin: "# Ours\n").status
        == .exited(0))
    try desk.fails(1, "postmortem", "publish", "1", because: "after resolution")
    try desk.done("ack", "1")
    try desk.done("phase", "1", "post-mortem", "--because", "the alert went away alone")
    try desk.done("postmortem", "publish", "1")
    #expect(try desk.object("postmortem", "show", "1")["state"] as? String == "published")
    #expect(try desk.object("postmortem", "show", "1")["text"] as? String == "# Ours\n")
    try desk.fails(1, "postmortem", "edit", "1", because: "is published")
  }

  @Test func theEditedTextIsKeptWhenItCannotBeSaved() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    // The editor writes what no record takes.
    let editor = desk.path("editor")
    try "#!/bin/sh\nhead -c 4300000 /dev/zero | tr '\\0' x > \"$1\"\n".write(
      toFile: editor, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: editor)
    let command = try desk.run(
      ["postmortem", "edit", "1"], ["EDITOR": editor, "TMPDIR": desk.folder.path])
    #expect(command.status == .exited(65))
    let kept = try #require(command.err.firstMatch(of: /your text is kept in (\S+),/)?.1)
    #expect(try Data(contentsOf: URL(filePath: String(kept))).count == 4_300_000)
  }

  @Test func onlyALessSevereIncidentMayDoWithoutOne() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--severity", "3")
    try desk.done("postmortem", "waive", "1", "--because", "known fault, mended already")
    #expect(try desk.done("postmortem", "show", "1").hasPrefix("Waived "))
    #expect(try desk.object("postmortem", "show", "1")["because"] is String)
  }

  @Test func whatWasJustWrittenCanBeTakenBack() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.done("--as", "alice", "impact", "1", "everything")
    try desk.fails(1, "--as", "bob", "undo", "1", because: "nothing was written")
    #expect(try desk.done("--as", "alice", "undo", "1").contains("takes back"))
    #expect(try desk.object("show", "1")["impact"] == nil)
    try desk.fails(1, "--as", "alice", "undo", "1")
    try desk.fails(1, "undo", "1", because: "cannot be taken back")
  }

  @Test func theTimelineIsExportedInItsForms() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.done("note", "1", "a note")
    #expect(try desk.done("timeline", "1").hasPrefix("INC-1 SEV-2 Odd\n"))
    #expect(try desk.done("timeline", "1", "--format", "markdown").contains("# "))
    #expect(try desk.done("timeline", "1", "--output", "t.md", "--format", "markdown") == "")
    let status = try FileManager.default.attributesOfItem(atPath: desk.path("t.md"))
    #expect(status[.posixPermissions] as? Int == 0o600)
    try desk.done("timeline", "1", "--output", "t.md")
    #expect(
      try String(contentsOfFile: desk.path("t.md"), encoding: .utf8).hasPrefix("INC-1 SEV-2 Odd"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: desk.folder.path).filter {
        $0.hasSuffix(".part")
      } == [])
    // The same events give the same bytes.
    #expect(try desk.done("timeline", "1") == desk.done("timeline", "1"))
  }
}
