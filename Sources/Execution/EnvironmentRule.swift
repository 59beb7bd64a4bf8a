/// Which variables of the console's own environment a command gets: an allow-list (RUNBOOKS 3.6).
///
/// Everything else stays out, so that neither a database password nor a variable that changes what
/// a shell does reaches a command unseen.
public struct EnvironmentRule: Hashable, Sendable {
  /// Names; one that ends in `*` stands for every name that begins so.
  public var allowed: [String]
  /// Variables that are set whatever the environment holds.
  public var set: [String: String]

  /// A rule; fixed values win over the environment's.
  public init(allowed: [String], set: [String: String] = [:]) {
    self.allowed = allowed
    self.set = set
  }

  /// The rule unless the policy names another. Pagers are `cat`, because nobody can page in a
  /// recorded command.
  public static let standard = EnvironmentRule(
    allowed: [
      "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TZ", "TMPDIR", "TERM",
      "LANG", "LANGUAGE", "LC_*", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME",
      "SSH_AUTH_SOCK", "SSH_CONNECTION", "KUBECONFIG", "DOCKER_HOST", "DOCKER_CONTEXT",
      "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE",
      "AWS_SHARED_CREDENTIALS_FILE", "CLOUDSDK_CONFIG", "CLOUDSDK_ACTIVE_CONFIG_NAME",
      "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CONFIG_DIR", "VAULT_ADDR", "NOMAD_ADDR",
      "CONSUL_HTTP_ADDR", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE",
      "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    ],
    set: ["PAGER": "cat", "GIT_PAGER": "cat", "SYSTEMD_PAGER": "cat"])

  /// The environment of a command, made of the console's own.
  public func environment(from own: [String: String]) -> [String: String] {
    var result = own.filter { allows($0.key) }
    result.merge(set) { _, fixed in fixed }
    return result
  }

  private func allows(_ name: String) -> Bool {
    allowed.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
  }
}
