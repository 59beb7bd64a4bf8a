import Runbooks
import Testing

@Suite struct PlaceholderTests {
  private func names(_ command: String) throws -> [String] {
    let read = try runbook("# T\n\n```bash\n\(command)\n```\n")
    let step = try #require(read.steps.first)
    let blocked = step.blocked.compactMap { reason -> String? in
      if case .placeholder(let name) = reason { name } else { nil }
    }
    #expect(blocked == step.placeholders.map(\.name))
    return blocked
  }

  @Test(arguments: [
    ("git checkout <COMMIT_HASH>", ["COMMIT_HASH"]),
    ("oc logs <pod-name> -n <namespace> <pod-name>", ["pod-name", "namespace"]),
    ("echo '<value of the user's label>'", ["value of the user's label"]),
    ("curl https://<host>/a?b=<c>", ["host", "c"]),
    ("echo \"<name>\" {{name}} {{ other }}", ["name", "other"]),
    ("open https://x.y/[TEAM]/z", ["TEAM"]),
    ("echo [PAGE_ID] [your thing]", ["PAGE_ID", "your thing"]),
    ("tar xzf backup-YYYYMMDD.tar.gz", ["YYYYMMDD"]),
    ("restore --time YYYY-MM-DDTHH:MM:SS", ["YYYY-MM-DDTHH:MM:SS"]),
    ("kubectl logs web-xxxxx", ["xxxxx"]), ("echo AKIAXXXXXXXX", ["XXXXXXXX"]),
    ("export T='sbp_...'", ["sbp_..."]), ("cmd ...", ["..."]), ("cmd --token=…", ["…"]),
    ("export K=\"your-api-key\"", ["your-api-key"]), ("ssh your_user@h", ["your_user"]),
    ("curl https://yourdomain.com", ["yourdomain"]),
    ("cat <<EOF\nname: <name>\nEOF", ["name"]), ("cat <<'EOF'\n<storage>\nEOF", ["storage"]),
    ("x=$(oc get <pod> -o name)", ["pod"]), ("cmd > <file>", ["file"]),
    ("oc get <pod|node>", ["pod|node"]),
    ("oc adm <日本語>", ["日本語"]), ("echo {{<name>}}", ["<name>"]),
  ])
  func whatHasToBeFilled(_ command: String, names: [String]) throws {
    #expect(try self.names(command) == names)
  }

  @Test(arguments: [
    "cat <<EOF\na\nEOF", "cat <<-'END'\n\ta\n\tEND", "diff <(ls a) <(ls b)", "cmd <in >out",
    "sort <in.txt 2>err", "while read x; do a; done <<< \"$y\"", "[[ -f $a ]] && [ -d $b ]",
    "if [[ $A == B ]]; then c; fi", "docker ps --format '{{.Names}}'",
    "docker inspect -f '{{range .Mounts}}{{.Name}}{{end}}' x", "oc get x -o template='{{.a}}'",
    "go test ./...", "git diff main...HEAD", "echo \"Rebuilding...\"", "printf 'wait...\\n'",
    "mktemp /tmp/run.XXXXXX", "ls # <not code>", "date +%Y%m%d", "ls [A-Z]* [a-z0-9]",
    "echo $XX ${ARR[0]}", "cat > a.html <<EOF\n<html><h1>Down</h1><br/></html>\nEOF",
    "cat <<EOF\n<config><host>x</host></config>\nEOF", "grep '\\<word\\>' f",
    "awk '$1 < 3 && $2 > 4'",
    "echo a => b -> c", "x=$((1 << 3))", "curl -f https://example.com", "grep -P '(?<id>\\d+)' f",
  ])
  func whatStandsForItself(_ command: String) throws {
    #expect(try names(command) == [])
  }

  @Test func doubtIsMarked() throws {
    let read = try runbook("# T\n\n```sh\ngrep 'x[ERR]*' a; cmd ... <b>\n```\n")
    let found = try #require(read.steps.first?.placeholders)
    #expect(found.map(\.name) == ["ERR", "...", "b"])
    #expect(found.map(\.isDoubtful) == [true, true, false])
  }

  @Test func showStepsAreNotBlocked() throws {
    let read = try runbook("# T\n\n```powershell\nGet-It <name>\n```\n")
    #expect(read.steps[0].kind == .show && read.steps[0].blocked.isEmpty)
  }
}
