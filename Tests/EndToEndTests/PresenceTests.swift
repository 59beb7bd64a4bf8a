import Foundation
import Glibc
import TerminalHarness
import Testing

/// Who looks at an incident, from where: seen by others, gone with the console.
@Suite(.serialized) struct PresenceTests {
  private func files(_ desk: Desk) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: desk.folder + "/journal.sqlite-presence"))
      ?? []
  }

  @Test func whoLooksIsSeenByOthersAndGoneWithTheConsole() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let alice = try desk.console()
    try alice.press("\r", "3 People")
    let bob = try desk.console(
      by: "bob", environment: ["SSH_CONNECTION": "10.0.0.7 5022 10.0.0.1 22"])
    try bob.press("\r", "3 People")
    try alice.waitFor("bob here", within: .seconds(3)) { screen in
      screen.lines.contains { $0.contains("bob") && $0.contains("here") }
    }
    let shown = try desk.run("show", "1")
    #expect(shown.contains("Looks at it"))
    #expect(shown.contains("from 10.0.0.7"))
    // Private, and no part of the record.
    let folder = desk.folder + "/journal.sqlite-presence"
    let modes = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions]
    #expect(modes as? Int == 0o700)
    for file in files(desk) {
      let modes = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)
      #expect(modes[.posixPermissions] as? Int == 0o600)
    }
    #expect(!(try desk.run("timeline", "1", "--format", "json")).contains("10.0.0.7"))
    // One leaves, the other is killed: both are gone for who looks next.
    try bob.send("Q")
    try alice.waitFor("bob gone", within: .seconds(3)) { screen in
      !screen.lines.contains { $0.contains("bob") && $0.contains("here") }
    }
    alice.signal(SIGKILL)
    _ = try alice.waitForExit()
    #expect(!(try desk.run("show", "1")).contains("Looks at it"))
    #expect(files(desk).isEmpty)
  }
}
