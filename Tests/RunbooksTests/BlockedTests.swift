import Runbooks
import Testing

/// Sessions, commands that never end, hidden characters, danger.
@Suite struct BlockedTests {
  private func step(_ command: String, label: String = "bash") throws -> Step {
    let read = try runbook("# T\n\n```\(label)\n\(command)\n```\n")
    return try #require(read.steps.first)
  }

  @Test(arguments: [
    "ssh web-1\nuptime", "ssh -i key -p 22 a@b\nls", "psql -U postgres\n\\dt",
    "sudo -i\nls", "sudo su - postgres\nls", "docker exec -it db bash\nls",
    "mysql -u root -p\nshow databases;",
    "docker exec -ti db psql -U x\nselect 1;", "kubectl exec -it web -- /bin/sh\nls",
    "oc rsh web\nls",
    "oc rsh -c a -n b $(oc get pods -o name)\nls", "oc debug node/a\nchroot /host",
    "python3\nprint(1)",
    "redis-cli -h x\nPING", "bundle exec rails console\nA.b", "docker compose exec app sh\nls",
    "su - postgres\npsql", "telnet a 25\nHELO", "vim a\nls",
  ])
  func openersWithLinesAfterAreBlocked(_ command: String) throws {
    let step = try step(command)
    #expect(
      step.blocked.contains { if case .opensSession(_, line: 4) = $0 { true } else { false } })
    #expect(step.command?.offers.first == .ownTerminal)
  }

  @Test(arguments: [
    "ssh web-1 uptime\nls", "psql -U p -c 'select 1'\nls", "psql < dump.sql\nls",
    "echo 'select 1' | docker exec -i db psql -U p\nls", "docker exec db ls\nls",
    "docker exec -it db ls -l\nls", "kubectl exec -it web -- ls\nls", "oc rsh web ls\nls",
    "oc debug node/a -- chroot /host crictl ps\nls", "python3 a.py\nls", "redis-cli PING\nls",
    "mysql -e 'show databases'\nls", "bash a.sh\nls", "ssh a <<EOF\nls\nEOF\nls",
    "sudo systemctl restart x\nls", "sqlite3 a.db .dump\nls", "su -c ls x\nls",
  ])
  func commandsThatEndAreNot(_ command: String) throws {
    #expect(try step(command).blocked.isEmpty)
  }

  @Test(arguments: [
    ("ssh web-1", true), ("docker exec -it db bash", true), ("cd /srv\npsql -U x", true),
    ("ssh web-1 ls", false), ("kubectl -n apps exec -it deploy/a -- rails c", true),
    ("kubectl --context=a -n apps exec -it deploy/a -- ls", false),
    ("gds aws x -- kubectl -n apps exec -it p -- bash", true), ("npm run a -- bash.sh", false),
  ])
  func anOpenerAtTheEndTakesTheTerminal(_ command: String, isTTY: Bool) throws {
    let step = try step(command)
    #expect(step.kind == (isTTY ? .tty : .run))
    #expect(step.blocked.isEmpty)
  }

  @Test(arguments: [
    "tail -f log\nls", "docker-compose logs -f app\nls", "docker logs --follow a\nls",
    "watch ls\nls",
    "kubectl port-forward svc/a 1:2\nls", "journalctl -fu x\nls", "kubectl get pods -w\nls",
    "ping host\nls", "tcpdump -i any\nls",
  ])
  func commandsThatNeverEndAreBlockedUnlessLast(_ command: String) throws {
    let blocked = try step(command)
    #expect(blocked.blocked.contains { if case .neverEnds = $0 { true } else { false } })
    let last = command.split(separator: "\n").reversed().joined(separator: "\n")
    #expect(try step(last).blocked.isEmpty)
  }

  @Test(arguments: [
    "tail -f log &\nls", "rm -f a\nls", "curl -f http://a\nls", "ping -c 3 a\nls",
    "kubectl apply -f a\nls",
    "docker compose -f a.yml up -d\nls", "grep -f a b\nls",
  ])
  func otherOptionsOfThatNameAreNot(_ command: String) throws {
    #expect(try step(command).blocked.isEmpty)
  }

  @Test func aCommandCanBeSplitWhereItStops() throws {
    let step = try step("cd /srv\nssh web-1\nuptime\nls")
    let offers = try #require(step.command?.offers)
    #expect(
      offers == [
        .ownTerminal, .openerOnTerminal("cd /srv\nssh web-1"),
        .split("cd /srv\nssh web-1", "uptime\nls"),
      ])
    // Inside a loop there is no place to cut.
    let loop = try self.step("for h in a b; do\nssh $h\nls\ndone")
    #expect(loop.command?.offers == [.ownTerminal])
  }

  @Test(arguments: [
    "ls\u{1B}[2J", "ls\u{200B}", "ls \u{202E}cod", "ls\u{A0}-l", "l\u{AD}s", "ls\rrm",
    "ls\u{E0041}",
    "ls\u{0}",
  ])
  func hiddenCharactersBlock(_ command: String) throws {
    let step = try step("true\n" + command)
    #expect(step.blocked == [.hiddenCharacter(line: 5)])
  }

  @Test(arguments: ["ls\t-l", "echo 日本語 🔥 é \u{26A0}\u{FE0F}", "echo “quoted”"])
  func visibleCharactersDoNot(_ command: String) throws {
    #expect(try step(command).blocked.isEmpty)
  }

  @Test func openFencesAndOtherEncodingsBlock() throws {
    let open = try runbook("# T\n\n1. A\n```sh\necho hi\n2. B\n")
    #expect(open.steps.map(\.blocked) == [[], [.unclosedFence]])
    let latin = try Runbook(
      path: "a.md", bytes: Array("# T\n```sh\necho caf".utf8) + [0xE9] + Array("\n```\n".utf8))
    #expect(latin.steps[0].blocked == [.notUTF8])
  }

  @Test func aTerminalTakesSessionsButNothingHidden() throws {
    let read = try runbook("# T\n\n<!-- mayday: tty -->\n```sh\nssh a\nls\u{200B}\n```\n")
    #expect(read.steps[0].kind == .tty)
    #expect(read.steps[0].blocked == [.hiddenCharacter(line: 6)])
  }

  @Test(arguments: [
    ("rm -rf /a", ["rm -r"]), ("kubectl delete pod a --force", ["delete", "--force"]),
    ("kubectl drain n", ["drain"]), ("kill -9 1", ["kill -9"]), ("sudo reboot", ["reboot"]),
    ("psql -c 'DROP TABLE a; delete from b'", ["drop", "delete"]),
    ("git reset --hard", ["reset --hard"]),
    ("aws ec2 delete-volume a", ["delete"]), ("docker system prune", ["prune"]),
    ("curl -X DELETE http://a", ["delete"]), ("terraform destroy", ["destroy"]), ("rm a", []),
    ("ls # rm -r", []), ("grep -r a", []), ("dropbox start", []),
  ])
  func dangerIsHinted(_ command: String, words: [String]) throws {
    #expect(try step(command).dangers == words)
  }
}
