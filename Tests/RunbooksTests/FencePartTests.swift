import Runbooks
import Testing

/// RUNBOOKS.md 3.3, rule 4, and transcripts.
@Suite struct FencePartTests {
  private func fence(_ text: String, label: String = "bash") throws -> Runbook {
    try runbook("# T\n\n## Do it\n\n```\(label)\n\(text)\n```\n")
  }

  @Test func numberedCommentsMakeParts() throws {
    let read = try fence(
      """
      # 1. Stop the containers
      docker-compose down

      # 2. Find the image
      docker images
      # Output example:
      # app  latest
      # app  v1

      # Step 3: Look at the dashboard
      # It is on the wall.
      # 4) Start
      docker-compose up -d  # in the back
      """)
    #expect(
      read.lines == [
        "1a run Stop the containers", "1b run Find the image", "1c manual Look at the dashboard",
        "1d run Start",
      ])
    #expect(
      read.commands() == [
        "docker-compose down", "docker images", "docker-compose up -d  # in the back",
      ])
    #expect(read.steps[1].expectedOutput?.raw == "app  latest\napp  v1")
    #expect(read.steps.map(\.line) == [6, 9, 15, 17])
  }

  @Test func linesBeforeTheFirstNumberAreAPart() throws {
    let read = try fence("cd /srv\n# 1. a\nls\n# 2. b\npwd")
    #expect(read.lines == ["1a run Do it", "1b run a", "1c run b"])
    #expect(read.commands() == ["cd /srv", "ls", "pwd"])
  }

  @Test(arguments: [
    // One number is no list.
    "# 1. only\nls",
    // Inside a here-document, a quote, a compound command, a continued line.
    "cat > a <<EOF\n# 1. a\n# 2. b\nEOF",
    "echo '\n# 1. a\n# 2. b\n'",
    "if true; then\n# 1. a\nls\n# 2. b\npwd\nfi",
    "for i in a; do\n# 1. a\nls\ndone\n",
    "(\n# 1. a\nls\n# 2. b\npwd\n)",
    "run() {\n# 1. a\nls\n# 2. b\npwd\n}",
    // Where the shell's structure cannot be told, nothing is cut.
    "# 1. a\necho \"open\n# 2. b\nls",
    // Not counting up.
    "# 2. a\nls\n# 1. b\npwd",
    // Versions and sizes are no numbers of parts.
    "# 1.5 GB are needed\nls\n# 2.5 GB too\npwd",
  ])
  func otherCommentsCutNothing(_ text: String) throws {
    let read = try fence(text)
    #expect(read.steps.count == 1)
    #expect(read.commands() == [text.trimmingLineEnds()])
  }

  @Test func partsAreWholeCommandsOfTheSource() throws {
    let read = try fence(
      "# 1. a\necho a \\\n  b |\n  cat\n# 2. b\ncat <<'X'\n# 3. no\nX\n# 3. c\nif a; then b; fi")
    #expect(
      read.commands() == [
        "echo a \\\n  b |\n  cat", "cat <<'X'\n# 3. no\nX", "if a; then b; fi",
      ])
    for step in read.steps {
      let command = try #require(step.command)
      let bytes = try #require(command.bytes)
      #expect(read.document.source.text(bytes) == command.text)
    }
  }

  @Test func moreThanTwentySixPartsGoOn() throws {
    let read = try fence((1...28).map { "# \($0). p\($0)\ncmd\($0)" }.joined(separator: "\n"))
    #expect(read.steps.map(\.number).suffix(3) == ["1z", "1aa", "1ab"])
  }

  @Test func transcriptsKeepCommandsAndOutputApart() throws {
    let read = try fence(
      "$ kubectl get pods\nNAME READY\nweb  1/1\n$ cat <<EOF\n> a\n> EOF\n$ echo \\\n  b\nb",
      label: "console")
    #expect(read.lines == ["1a session kubectl get pods", "1b session cat <<EOF"])
    #expect(read.commands() == ["kubectl get pods", "cat <<EOF\na\nEOF\necho \\\n  b"])
    #expect(read.steps.map { $0.expectedOutput?.raw } == ["NAME READY\nweb  1/1", "b"])
  }

  @Test func aConsoleWithoutPromptIsAnExample() throws {
    let read = try runbook(
      "# T\n\n```sh\nls\n```\n\n```console\nfile\n```\n\n```output\nsecond\n```\n")
    #expect(read.lines == ["1 run T"])
    #expect(read.steps[0].expectedOutput?.raw == "file")
  }

  @Test(arguments: [
    "Results:", "Example output:", "Expected output", "**Output:**",
    "The output is similar to the following example:", "結果:",
  ])
  func whatFollowsSuchWordsIsAnExample(_ words: String) throws {
    let read = try runbook(
      "# T\n\n```sh\nls\n```\n\n\(words)\n\n<!-- expected_similarity=0.3 -->\n\n```JSON\n{}\n```\n")
    #expect(read.steps.map { $0.expectedOutput?.raw } == ["{}"])
  }

  @Test func aScriptToSaveIsShown() throws {
    let text = "#!/bin/bash\nset -e\nls"
    let saved = try runbook("# T\n\nSave as `/srv/x.sh`:\n\n```bash\n\(text)\n```\n")
    #expect(saved.steps.map(\.kind) == [.show])
    #expect(try fence(text).steps.map(\.kind) == [.run])
  }
}

extension String {
  /// Without line ends at its end.
  fileprivate func trimmingLineEnds() -> String {
    var text = self
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
