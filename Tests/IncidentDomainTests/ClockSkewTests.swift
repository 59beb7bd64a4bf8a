import IncidentDomain
import Testing
import TextGate

@Suite struct ClockSkewTests {
  @Test func aClockThatIsBehindIsSaid() throws {
    var story = try Story(by: .ana, now: .noon + 90)
    // Bob's machine is 90 seconds behind: what he writes is recorded with Ana's time.
    story.now = .noon
    try story.tell(.note("I see it too"), by: .bob)
    try story.tell(.note("still there"), by: .bob, after: 30)
    let skews = story.incident.clockSkews
    #expect(skews.map(\.host) == ["jump-2"])
    #expect(skews.first?.sentence == "the clock of jump-2 is 90 s or more behind that of jump-1")
  }

  @Test(arguments: [0, 1, 2]) func aLittleIsNot(seconds: Int) throws {
    var story = try Story(by: .ana, now: .noon + seconds)
    story.now = .noon
    try story.tell(.note("I see it too"), by: .bob)
    #expect(story.incident.clockSkews.isEmpty)
  }

  @Test func whatIsToldLateIsNoSkew() throws {
    var story = try Story(by: .ana)
    try story.tell(.note("seen before"), by: .bob, at: ToldTime(.noon - 600), after: 5)
    #expect(story.incident.clockSkews.isEmpty)
  }
}
