import IncidentDomain
import TextGate

/// The situation of CONSOLE.md's pictures, and a runbook to walk.
extension FakeHost {
  static let postgres = """
    # PostgreSQL HA recovery

    **Criticality:** HIGH
    **Owner:** Database team

    ## When to Use
    The cluster has no leader.

    ## Procedure
    1. Find the leader (2 min).

       ```bash
       patronictl list
       ```
    2. Check replication lag (1 min).
    3. Is the old leader reachable?
       - Yes: go on with step 5
       - No: go on with step 4
    4. Fail over to the best replica (5 min).

       ```bash
       patronictl failover --candidate <REPLICA> --force
       ```
    5. Verify writes succeed (2 min).
    6. Re-point the pooler (3 min).

    ## Rollback
    1. Start the old leader again.

    """

  static let disk = """
    # Disk full

    ## Procedure
    1. Find what is large.

       ```bash
       du -xh --max-depth=1 / | sort -h | tail
       ```
    2. Remove what can go.

    """

  /// Three incidents; the first is in the midst of it.
  static func busy() -> FakeHost {
    var host = FakeHost()
    host.files = [
      ("04-data/postgres-ha-recovery.md", postgres), ("core/disk-full.md", disk),
    ]
    let checkout = host.declare(
      "Checkout returns 503", .sev1, ago: 2052,
      impact: "~30 % of card payments fail since 13:25 UTC", service: "postgres")
    host.declare("Kafka under-replicated", .sev2, ago: 1152, by: "bob")
    host.declare("Report export slow", .sev3, ago: 3600, by: "bob")
    host.did("alice", .acknowledge, on: checkout, ago: 1862)
    host.did("alice", .assign(.commander, "alice"), on: checkout, ago: 1850)
    host.did("alice", .setSeverity(.sev1, because: nil), on: checkout, ago: 1845)
    host.did("alice", .move(to: .triage, because: nil, overriding: false), on: checkout, ago: 1840)
    host.did(
      "alice", .move(to: .mitigation, because: nil, overriding: false), on: checkout, ago: 1800)
    host.did("alice", .assign(.operations, "bob"), on: checkout, ago: 1700)
    host.did("alice", .offer(.communications, to: "carol", brief: nil), on: checkout, ago: 1650)
    host.did("alice", .escalate(level: 2, because: nil), on: checkout, ago: 1600)
    host.did(
      "alice", .publishUpdate("We are looking into failed payments.", .public), on: checkout,
      ago: 700)
    host.send(.storeChanged)
    return host
  }

  /// The first incident, open, with the runbook under way: bob is on the second step.
  static func walking() -> FakeHost {
    var host = busy()
    host.press("<Enter>r<Enter><Enter><Enter>")
    host.pass(-600)
    host.press("b<Enter>")
    host.pass(62)
    host.press("<Space>leader is pg-1<Enter>")
    host.other("bob", .moveStep(run: nil, step: "2", .started, takingOver: false), on: 1)
    host.pass(538)
    return host
  }
}
