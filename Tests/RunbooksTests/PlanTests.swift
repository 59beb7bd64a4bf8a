import Glibc
import IncidentDomain
import Runbooks
import Testing
import TextGate

@Suite struct PlanTests {
  /// Files whose plans a person has read.
  private static let reviewed = [
    "postgres-replica.md", "corpus/omniops/05-OPERATIONS__RUNBOOK_ROLLBACK_PROCEDURES.md",
    "corpus/omniops/05-OPERATIONS__RUNBOOK_DISASTER_RECOVERY.md",
    "corpus/omniops/09-REFERENCE__REFERENCE_TELEMETRY_RUNBOOK.md",
    "corpus/openshift-runbooks/alerts__cluster-etcd-operator__etcdMembersDown.md",
    "corpus/openshift-runbooks/alerts__openshift-container-storage-operator__ODFOperatorNotUpgradeable.md",
    "corpus/openshift-runbooks/alerts__openshift-virtualization-operator__HAControlPlaneDown.md",
    "corpus/openshift-runbooks/alerts__machine-config-operator__MachineConfigDaemonPivotError.md",
    "corpus/govuk-developer-docs/manual__alerts__signon-api-user-token-expires-soon.html.md",
    "corpus/govuk-developer-docs/manual__howto-modify-change-note.html.md",
    "corpus/executable-docs/CreateRHELVMAndSSH__create-rhel-vm-ssh.md",
    "corpus/executable-docs/SupportArticles-docs__support__azure__azure-kubernetes__connectivity__user-cannot-get-cluster-resources.md",
    "corpus/openshift-runbooks/alerts__openshift-virtualization-operator__GuestVCPUQueueHighCritical.md",
    "corpus/openshift-runbooks/alerts__openshift-virtualization-operator__HighCPUWorkload.md",
    "corpus/openshift-runbooks/alerts__cluster-monitoring-operator__KubeNodeNotReady.md",
    "corpus/openshift-runbooks/alerts__cluster-etcd-operator__etcdNoLeader.md",
    "corpus/openshift-runbooks/alerts__advanced-cluster-management-operator__ACMMetricsCollectorForwardRemoteWriteError.md",
    "corpus/openshift-runbooks/alerts__machine-config-operator__MachineConfigControllerDrainError.md",
    "corpus/govuk-developer-docs/manual__find-a-rails-template-based-on-a-govuk-url.html.md",
    "corpus/govuk-developer-docs/kubernetes__manage-app__roll-back-app__index.html.md",
    "corpus/govuk-developer-docs/manual__add-support-new-language.html.md",
    "corpus/govuk-developer-docs/manual__fall-back-to-aws-cloudfront.html.md",
    "corpus/govuk-developer-docs/manual__logit.html.md",
    "corpus/govuk-developer-docs/manual__emergency-publishing.html.md",
    "corpus/govuk-developer-docs/manual__convert-postgres-to-use-owner-roles.html.md",
    "corpus/executable-docs/FixFstabIssuesRepairVM__fix-fstab-issues-repair-vm.md",
    "corpus/executable-docs/azure-aks-docs__articles__aks__kubelet-logs.md",
    "corpus/executable-docs/azure-aks-docs__articles__aks__auto-upgrade-node-os-image.md",
    "corpus/executable-docs/azure-docs__articles__virtual-machines__linux__quick-create-cli.md",
    "corpus/executable-docs-ja/scenarios__CreateStaticWebApp__README.md",
    "corpus/omniops/02-GUIDES__GUIDE_GDPR_AUDIT_RUNBOOK.md",
    "corpus/omniops/07-TROUBLESHOOTING__FIX_PGVECTOR.md",
  ]

  @Test(arguments: reviewed)
  func plansAreAsReviewed(_ path: String) throws {
    let read = try Fixtures.runbook(path)
    var text = ""
    for section in read.sections {
      text += "§ \(section.kind.rawValue) \(section.line) \(section.title.showable.text)\n"
    }
    for line in read.planText { text += line.text + "\n" }
    let name = path.split(separator: "/").last.map { $0.dropLast(3) } ?? ""
    let file = "plans/\(name).txt"
    if getenv("MAYDAY_RECORD") != nil {
      guard let out = fopen("\(Fixtures.folder)/\(file)", "w") else {
        throw ScratchFolder.SystemFailure(code: errno)
      }
      fputs(text, out)
      fclose(out)
    }
    let kept = String(decoding: try Fixtures.bytes(file), as: UTF8.self)
    let old = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, pair) in zip(old, new).enumerated() where pair.0 != pair.1 {
      Issue.record("line \(index + 1) of \(file): was \(pair.0), is \(pair.1)")
      return
    }
    #expect(old.count == new.count, "\(file)")
  }

  /// RUNBOOKS.md 3.5, the text that carries no annotation.
  @Test func theRollbackProceduresComeOutAsPlanned() throws {
    let read = try Fixtures.runbook(
      "corpus/omniops/05-OPERATIONS__RUNBOOK_ROLLBACK_PROCEDURES.md")
    func command(_ number: String) -> String? { read.step(number: number)?.command?.text.raw }
    #expect(command("2a") == "docker-compose down")
    #expect(command("2c") == "git checkout <COMMIT_HASH>")
    #expect(read.step(number: "2c")?.blocked == [.placeholder(name: "COMMIT_HASH")])
    #expect(command("2d") == "DOCKER_BUILDKIT=1 docker-compose build --no-cache")
    #expect(["2a", "2b", "2c", "2d", "2e", "2f"].allSatisfy { read.step(number: $0) != nil })
    #expect(read.step(number: "2g") == nil)
    let choices = try #require(read.step(number: "D1")?.choices)
    #expect(choices.map { $0.goTo.flatMap { read.step(id: $0)?.number } } == ["1a", "2a", "3a"])
    #expect(
      read.step(number: "1b")?.expectedOutput?.raw.hasPrefix("omniops-app    latest") == true)
    #expect(read.fields.criticality == "HIGH" && read.fields.lastUpdated == "2025-11-18")
    #expect(read.step(number: "V1e")?.blocked.isEmpty == false)
  }

  @Test func theJSONHasTheShapeThatScriptsRelyOn() throws {
    let read = try Fixtures.runbook("postgres-replica.md")
    // What is printed can be read back by the strict reader.
    let json = try JSON(reading: read.planJSON.canonical)
    #expect(json["title"]?.string == "PostgreSQL: replica out of sync")
    #expect(
      json["path"]?.string == "postgres-replica.md"
        || json["path"]?.string?.hasSuffix("postgres-replica.md") == true)
    #expect(json["fields"]?["Criticality"]?.string == "HIGH")
    #expect(json["digest"]?.string?.utf8.count == 64)
    let sections = try #require(json["sections"]?.array)
    #expect(
      sections.compactMap { $0["kind"]?.string } == [
        "when", "procedure", "verify", "rollback", "escalate",
      ])
    let steps = try #require(json["steps"]?.array)
    #expect(steps.compactMap { $0["number"]?.string } == ["1", "2", "3", "4", "V1"])
    #expect(
      steps.compactMap { $0["kind"]?.string } == ["run", "decide", "run", "manual", "verify"])
    #expect(steps.compactMap { $0["line"]?.integer } == [17, 22, 25, 30, 34])
    #expect(steps[0]["estimateSeconds"]?.integer == 60)
    #expect(steps[1]["choices"]?.array?.compactMap { $0["label"]?.string } == ["Yes", "No"])
    #expect(steps[1]["choices"]?.array?[0]["goto"]?.string == steps[2]["id"]?.string)
    #expect(steps[2]["placeholders"] == ["node"] && steps[2]["danger"] == ["--force"])
    #expect(steps[2]["blocked"]?.array?.count == 1)
    #expect(steps[3]["command"] == nil && steps[3]["choices"] == nil)
    let findings = try #require(json["findings"]?.array)
    #expect(
      findings.allSatisfy {
        $0["line"] != nil && $0["severity"] != nil && $0["rule"] != nil && $0["message"] != nil
      })
  }

  @Test func theDigestIsThatOfTheFile() throws {
    // printf abc | sha256sum
    #expect(
      try runbook("abc").digest
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
