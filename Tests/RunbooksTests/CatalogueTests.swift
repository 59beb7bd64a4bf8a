import Glibc
import Runbooks
import Testing
import TextGate

@Suite struct CatalogueTests {
  private func catalogue(_ files: [String: String]) -> Catalogue {
    Catalogue(files: files.map { Catalogue.File(path: $0.key, bytes: Array($0.value.utf8)) })
  }

  private var sample: Catalogue {
    catalogue([
      "data/postgres-ha-recovery.md":
        "# PostgreSQL HA recovery\n\n## When to Use\nAlert `PostgresReplicaLag`.\n\n## Fail over\n1. Promote the standby\n",
      "data/redis.md":
        "---\nservice: redis-cache, sessions\nalerts: RedisDown\n---\n# Redis is down\n1. Restart\n",
      "net/redis.md": "# Redis network\n",
      "README.md": "# Index\n[a](data/redis.md) [b](net/redis.md) [c](data/x.md)\n",
      "alerts__etcd__etcdNoLeader.md": "# etcdNoLeader\n## Meaning\ntext\n",
    ])
  }

  @Test(arguments: [
    ("data/redis.md", "data/redis.md"), ("./data/redis", "data/redis.md"),
    ("net/redis", "net/redis.md"),
    ("postgres-ha-recovery", "data/postgres-ha-recovery.md"),
    ("Postgres-HA-Recovery.md", "data/postgres-ha-recovery.md"),
    ("postgresql ha recovery", "data/postgres-ha-recovery.md"), ("README", "README.md"),
  ])
  func namesFindRunbooks(_ name: String, path: String) throws {
    #expect(try sample.runbook(named: name).path == path)
  }

  @Test func unknownAndAmbiguousNamesAreTold() {
    #expect(
      throws: Catalogue.LookupError.ambiguous(
        name: "redis", paths: ["data/redis.md", "net/redis.md"])
    ) {
      try sample.runbook(named: "redis")
    }
    #expect(
      throws: Catalogue.LookupError.unknown(
        name: "postgres-ha-recvery", near: ["data/postgres-ha-recovery.md"])
    ) {
      try sample.runbook(named: "postgres-ha-recvery")
    }
    #expect(throws: Catalogue.LookupError.unknown(name: "zzz", near: [])) {
      try sample.runbook(named: "zzz")
    }
    #expect(
      throws: Catalogue.LookupError.unknown(
        name: "../data/redis.md", near: ["data/redis.md", "net/redis.md"])
    ) {
      try sample.runbook(named: "../data/redis.md")
    }
  }

  @Test func searchTellsWhereAndWhy() throws {
    let lag = sample.search("replicalag")
    #expect(lag.map(\.path) == ["data/postgres-ha-recovery.md"])
    #expect(lag.first?.place == .alert && lag.first?.line == 4)
    #expect(lag.first?.text.raw == "PostgresReplicaLag")
    let redis = sample.search("Redis")
    #expect(Set(redis.map(\.path)) == ["data/redis.md", "net/redis.md"])
    #expect(redis.first?.place == .title)
    #expect(sample.search("sessions").first?.place == .service)
    #expect(sample.search("fail over").first?.place == .section)
    #expect(sample.search("promote").first?.place == .step)
    #expect(sample.search("postgres recovery").map(\.path) == ["data/postgres-ha-recovery.md"])
    #expect(sample.search("postgres nonsense").isEmpty)
    #expect(sample.search("").count == 5)
  }

  @Test func suggestionsTellWhy() throws {
    let byAlert = sample.suggest(labels: ["alertname": "etcdNoLeader"])
    #expect(byAlert.map(\.path) == ["alerts__etcd__etcdNoLeader.md"])
    #expect(byAlert.first?.why.map(\.text) == ["it is for alert etcdNoLeader"])
    let both = sample.suggest(
      type: "redis", service: "redis-cache",
      labels: ["alertname": "RedisDown", "runbook_url": "https://x.y/runbooks/data/redis.md#top"])
    #expect(both.map(\.path) == ["data/redis.md", "net/redis.md"])
    #expect(both.first?.why.count == 4)
    #expect(sample.suggest(type: "nothing").isEmpty)
    #expect(sample.suggest().isEmpty)
  }

  @Test func choicesLeadToOtherRunbooks() throws {
    let catalogue = catalogue([
      "a/one.md":
        "# One\n## Procedure\n1. Up?\n   - Yes: [two](../b/two.md#here)\n   - No: [gone](gone.md)\n",
      "b/two.md": "# Two\n## Here\n1. x\n",
    ])
    let one = try catalogue.runbook(named: "one")
    let goTo = one.steps[0].choices.compactMap(\.goTo)
    #expect(goTo == ["b/two.md#here", "a/gone.md"])
    let target = catalogue.target(of: goTo[0], in: one)
    #expect(target?.runbook.path == "b/two.md" && target?.anchor == "here")
    #expect(catalogue.target(of: goTo[1], in: one) == nil)
  }

  @Test func filesThatAreTooLargeAreListed() {
    let catalogue = Catalogue(files: [
      Catalogue.File(path: "big.md", bytes: [UInt8](repeating: 0x61, count: 1_100_000))
    ])
    #expect(catalogue.runbooks.isEmpty)
    #expect(catalogue.refused.map(\.path) == ["big.md"])
  }
}

@Suite struct CatalogueReaderTests {
  @Test func onlyRegularMarkdownInsideTheRootIsRead() throws {
    let outside = try ScratchFolder()
    try outside.write("# Secret", to: "secret.md")
    let folder = try ScratchFolder()
    try folder.write("# B", to: "b.md")
    try folder.write("# A", to: "sub/deep/a.MD")
    try folder.write("no", to: "note.txt")
    try folder.write("# hidden", to: ".git/x.md")
    try folder.write(String(repeating: "a", count: 1_048_577), to: "big.md")
    #expect(symlink("\(outside.path)/secret.md", "\(folder.path)/link.md") == 0)
    #expect(symlink(outside.path, "\(folder.path)/linked.md") == 0)
    #expect(symlink(outside.path, "\(folder.path)/linked") == 0)
    #expect(symlink("b.md", "\(folder.path)/inner.md") == 0)
    #expect(mkfifo("\(folder.path)/pipe.md", 0o600) == 0)
    let catalogue = try CatalogueReader.read(roots: [folder.path])
    #expect(catalogue.runbooks.map(\.path) == ["b.md", "sub/deep/a.MD"])
    #expect(
      catalogue.refused.map(\.path) == ["big.md", "inner.md", "link.md", "linked.md", "pipe.md"])
    #expect(catalogue.refused.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func theFirstRootCounts() throws {
    let one = try ScratchFolder()
    try one.write("# One", to: "a.md")
    let two = try ScratchFolder()
    try two.write("# Two", to: "a.md")
    try two.write("# Also", to: "b.md")
    let catalogue = try CatalogueReader.read(roots: [one.path, two.path])
    #expect(catalogue.runbooks.map(\.title.raw) == ["One", "Also"])
  }

  @Test func whatCannotBeReadIsTold() throws {
    let folder = try ScratchFolder()
    try folder.write("# A", to: "a.md")
    #expect(throws: CatalogueReader.ReadError.notFound(path: "\(folder.path)/none")) {
      try CatalogueReader.read(roots: ["\(folder.path)/none"])
    }
    #expect(throws: CatalogueReader.ReadError.notFolder(path: "\(folder.path)/a.md")) {
      try CatalogueReader.read(roots: ["\(folder.path)/a.md"])
    }
    #expect(throws: CatalogueReader.ReadError.notFound(path: "\(folder.path)/b.md")) {
      try CatalogueReader.readFile("\(folder.path)/b.md")
    }
    #expect(throws: CatalogueReader.ReadError.notRegular(path: folder.path)) {
      try CatalogueReader.readFile(folder.path)
    }
    #expect(throws: CatalogueReader.ReadError.notRegular(path: "/dev/null")) {
      try CatalogueReader.readFile("/dev/null")
    }
    #expect(try CatalogueReader.readFile("\(folder.path)/a.md").bytes == Array("# A".utf8))
  }
}
