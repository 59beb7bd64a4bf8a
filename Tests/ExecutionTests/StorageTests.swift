import Glibc
import IncidentDomain
import TerminalHarness
import Testing
import TextGate

@testable import Execution

@Suite("What is kept of the output", .timeLimit(.minutes(1)))
struct StorageTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(
    "is the beginning and the end, with the cut told, however much comes and in whatever parts",
    arguments: [0, 1, 499, 999, 1000, 1001, 1500, 2000, 5000, 12_345], [1, 7, 300, 4000])
  func cut(total: Int, part: Int) throws {
    let limit = 1000
    var file = try CappedFile(path: folder.path + "/file", limit: limit)
    let bytes = (0..<total).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    var rest = bytes[...]
    while !rest.isEmpty {
      file.append(Array(rest.prefix(part)))
      rest = rest.dropFirst(part)
    }
    file.finish()
    let stored = try folder.read(folder.path + "/file")
    #expect(file.problem == nil)
    if total <= limit {
      #expect(stored == bytes)
      #expect(file.leftOut == 0)
    } else {
      let tail = limit - limit / 2 - 64
      #expect(stored.count == limit)
      #expect(stored.prefix(limit / 2) == bytes.prefix(limit / 2))
      #expect(stored.suffix(tail) == bytes.suffix(tail))
      #expect(file.leftOut == total - limit / 2 - tail)
      let notice = String(decoding: stored[(limit / 2)..<(limit / 2 + 64)], as: UTF8.self)
      #expect(notice.hasPrefix("\n[mayday left out \(file.leftOut) bytes here "))
      #expect(notice.hasSuffix(" ]\n"))
    }
  }

  @Test("is at most 8 MiB of a command's output, and the digest is of all of it")
  func command() async throws {
    let command = try Watched(request("seq 1 1200000"), in: folder)
    let report = try await command.end()
    let stored = try folder.read(report.output.path)
    let all = try Command.run(
      "/bin/sh",
      ["-c", "seq 1 1200000 | sed 's/$/\\r/' | tee \"$0\" | sha256sum", folder.path + "/all"])
    let bytes = try folder.read(folder.path + "/all")
    #expect(report.output.bytes == bytes.count)
    #expect(command.seen == bytes)
    #expect(report.output.digest == all.out.prefix(64))
    #expect(stored.count == 8 << 20)
    #expect(stored.prefix(4 << 20) == bytes.prefix(4 << 20))
    #expect(stored.suffix(1 << 20) == bytes.suffix(1 << 20))
    #expect(report.output.leftOutOfFile == bytes.count - (8 << 20) + 64)
    #expect(report.output.excerptIsCut)
    let excerpt = report.output.excerpt.raw
    #expect(excerpt.hasPrefix("1\n2\n3\n") && excerpt.hasSuffix("1199999\n1200000"))
    #expect(excerpt.contains("\n[\(bytes.count - 6144) bytes left out here]\n"))
    #expect(excerpt.utf8.count < 6300)
  }

  @Test(
    "holds no secret: not in the file, the excerpt, the digest's bytes, what is shown, or the text")
  func secrets() async throws {
    var wanted = request(
      """
      printf 'one sesame'; sleep 0.1; echo '99opens two'
      echo $DB_PASSWORD; export NEW_TOKEN=abc123abc123; echo plain
      """, environment: ["DB_PASSWORD": "door2door"])
    wanted.secrets = [Secret("sesame99opens")]
    let command = try Watched(wanted, in: folder)
    let report = try await command.end()
    let expected =
      "one <redacted: secret> two\r\n<redacted: password>\r\nplain\r\n"
    #expect(command.text == expected)
    #expect(try folder.read(report.output.path) == Array(expected.utf8))
    #expect(report.output.excerpt == "one <redacted: secret> two\n<redacted: password>\nplain")
    let record = report.record(run: nil, step: "3")
    #expect(record.command.raw.contains("export NEW_TOKEN=<redacted: token>"))
    #expect(record.output == report.output.excerpt && !record.outputCut)
    #expect(record.directory == "/" && record.step == "3" && record.outcome == .exited(0))
    // What is carried over holds the real value, which the next command's output must not show.
    guard case .carried(let carried) = report.carryOver else {
      Issue.record("nothing was carried")
      return
    }
    #expect(carried.environment["NEW_TOKEN"] == "abc123abc123")
    let next = try Watched(
      CommandRequest(text: "echo $NEW_TOKEN", directory: "/", environment: carried.environment),
      in: folder, named: "next")
    _ = try await next.end()
    #expect(next.text == "<redacted: token>\r\n")
  }

  @Test("is told to be missing when the disk is full, and all else goes on")
  func fullDisk() throws {
    let full = CappedFile(descriptor: open("/dev/full", O_RDWR), path: "/dev/full", limit: 1000)
    var recorder = OutputRecorder(secrets: [], file: full)
    #expect(recorder.feed("first\n".utf8) == Array("first\n".utf8))
    #expect(recorder.feed("second\n".utf8) == Array("second\n".utf8))
    _ = recorder.finish()
    let summary = recorder.summary
    #expect(summary.bytes == 13 && summary.excerpt == "first\nsecond")
    #expect(
      summary.storageProblem
        == """
        The output is not stored in full: /dev/full could not be written \
        (No space left on device); make room.
        """)
  }
}

@Suite("The syntax check")
struct SyntaxCheckTests {
  @Test(
    "passes what bash takes, and runs nothing",
    arguments: [
      "echo fine", "for i in a b; do\n echo $i\ndone", "cat <<EOF\n$(x)\nEOF",
      "touch /tmp/mayday-ran",
      "", "echo <a> b",
    ])
  func fine(text: String) throws {
    #expect(try SyntaxCheck.check(Untrusted(text)) == .fine)
    #expect(access("/tmp/mayday-ran", F_OK) != 0)
  }

  @Test("names the line and the reason")
  func wrong() throws {
    #expect(
      try SyntaxCheck.check("echo ok\nif ; then\n")
        == .wrong(line: 2, message: "syntax error near unexpected token `;'"))
    guard case .wrong(let line, let message) = try SyntaxCheck.check("echo 'open") else {
      Issue.record("taken for fine")
      return
    }
    #expect(line == 1 && message.raw.contains("matching"))
    #expect(throws: CannotStart.holdsNull(.command)) { try SyntaxCheck.check("a\u{0}") }
  }

  @Test("takes a text that is larger than a pipe")
  func large() throws {
    let text = String(repeating: "echo line\n", count: 50_000)
    #expect(try SyntaxCheck.check(Untrusted(text)) == .fine)
    guard case .wrong(let line, _) = try SyntaxCheck.check(Untrusted(text + "fi")) else {
      Issue.record("taken for fine")
      return
    }
    #expect(line == 50_001)
  }
}
