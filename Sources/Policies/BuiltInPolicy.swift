import IncidentDomain

/// The policy of a machine that has no policy file: DOMAIN's numbers, in the form of a file, so that
/// `policy show` prints something to begin with.
public enum BuiltInPolicy {
  /// What places and cards call it.
  public static let name = "built-in policy"

  /// As it would be read from a file.
  public static var document: PolicyDocument {
    PolicyReader(Array(text.utf8), file: "built-in policy").document
  }

  /// The matrix is the one of seed 001, with the shipped runbooks; the card is seed 004's, its
  /// scripts replaced by the shipped runbooks that do the same; the kickoff list is seed 003's.
  static let text = """
    name: built-in

    severities:
      - severity: SEV-1
        aliases: [P0, P1]
        team: all hands
        examples: Complete outage, data loss
        acknowledge: 5 min
        acknowledgement_expires: 30 min
        escalate:
          - {level: 1, after: 5 min}
          - {level: 2, after: 15 min}
          - {level: 3, after: 30 min}
          - {level: 4, after: 60 min}
        update: 15 min
        mitigate: 15 min
        resolve: 30 min
        post_mortem: 3 days
      - severity: SEV-2
        aliases: [P2]
        team: on-call + backup
        examples: Partial outage, degraded performance
        acknowledge: 15 min
        acknowledgement_expires: 60 min
        escalate:
          - {level: 2, after: 30 min}
        update: 30 min
        mitigate: 30 min
        resolve: 2 h
        post_mortem: 5 working days
      - severity: SEV-3
        aliases: [P3]
        team: on-call
        examples: Feature unavailable, slow response
        acknowledge: 1 h
        update: 60 min
        mitigate: 1 working day
        resolve: 1 working day
      - severity: SEV-4
        team: normal hours
        examples: Minor issues, cosmetic bugs
        acknowledge: 4 h
        mitigate: 5 working days
        resolve: 5 working days

    levels:
      - {level: 1, who: on-call engineer, response: 5 min}
      - {level: 2, who: senior engineer, response: 15 min}
      - {level: 3, who: engineering manager, response: 30 min}
      - {level: 4, who: director, response: 1 h}

    tiers:
      - {tier: 1, description: Critical user-facing flows, rpo: 5 min, rto: 1 h}
      - {tier: 2, description: Internal business operations, rpo: 1 h, rto: 4 h}
      - {tier: 3, description: Non-critical, rpo: 24 h, rto: 24 h}

    recovery:
      - {scenario: Service restart, target: 5 min}
      - {scenario: Rollback, target: 15 min}
      - {scenario: Database restore, target: 30 min}
      - {scenario: Full DR, target: 2 h}

    issues:
      - type: Service Outage
        severity: SEV-1
        first_response: 5 min
        escalation: L2 after 15 min
        runbook: core/incident-response-runbook
      - type: Security Incident
        severity: SEV-1
        first_response: immediate
        escalation: Security team
        runbook: core/security-breach
      - type: Performance Degradation
        severity: SEV-2
        first_response: 15 min
        escalation: L2 after 30 min
        runbook: core/high-load
      - type: Container Issues
        severity: SEV-2
        first_response: 15 min
        escalation: L2 after 30 min
        runbook: core/docker-resource-maintenance
      - type: Backup Failure
        severity: SEV-3
        first_response: 1 h
        escalation: Database Admin
        runbook: core/backup-and-restore
      - type: Monitoring Down
        severity: SEV-3
        first_response: 1 h
        escalation: Infrastructure
        runbook: 06-observability/observability-stack-maintenance

    contacts:
      - {role: On-Call Engineer, primary: PagerDuty, backup: Rotation list, after: automatic}
      - {role: Database Admin, primary: DBA team, backup: Vendor support, after: +15 min}
      - {role: Security, primary: Security team, backup: CISO, after: immediate}
      - {role: Infrastructure, primary: DevOps lead, backup: CTO, after: +30 min}

    checklists:
      - name: Kickoff
        repeats: kickoff
        items:
          - item: Environment Hierarchy
            question: Are environments defined (dev/staging/prod) and promotion rules agreed?
          - item: Deployment Strategy
            question: Is the deployment/release strategy decided (manual vs CI/CD; rolling/blue-green/canary)?
          - item: Deployment Approval
            question: Is production approval defined (who approves, what criteria)?
          - item: Health Checks
            question: Does the app expose /healthz and /readyz endpoints?
          - item: Config & Secrets
            question: Is configuration/secrets management decided (env vars, secret manager, etc.)?
          - item: Logging Strategy
            question: Is structured logging defined and where logs are stored/queried?
          - item: Monitoring
            question: Are metrics and dashboards defined (traffic/errors/latency/saturation)?
          - item: Alerts
            question: Are alert thresholds and notification channels defined?
          - item: Incident Response
            question: Is incident process defined (on-call/escalation/post-mortem)?
            required: no
          - item: Backup Strategy
            question: Are backup frequency, retention, and storage location defined?
          - item: RTO/RPO
            question: Are RTO/RPO targets defined as numbers?
            required: no
          - item: Cost Monitoring
            question: Is cost monitoring/alerting and tagging policy defined?
            required: no

    card:
      - emergency: COMPLETE OUTAGE
        steps:
          - "Roll back the last change: core/rollback-procedures"
          - Check the status pages of the providers you depend on
          - Page the on-call engineer
      - emergency: DATABASE CORRUPTION
        steps:
          - Stop all services that write
          - "Restore from backup: core/backup-and-restore"
          - Escalate to the database team
      - emergency: SECURITY BREACH
        steps:
          - "Revoke all tokens: core/security-breach"
          - "Lock the system down: close every way in but yours"
          - Call the security team immediately
      - emergency: HIGH LOAD / DDOS
        steps:
          - Turn on the protection of the network edge
          - "Scale up: core/high-load"
          - Watch the load until it is down

    targets:
      - {measure: Availability, limit: "> 99.9 %"}
      - {measure: Recovery time, scope: SEV-1, limit: < 30 min}
      - {measure: Time between failures, limit: "> 720 h"}
      - {measure: Incident response time, limit: < 5 min}
      - {measure: Security incident response, limit: < 15 min}

    """
}
