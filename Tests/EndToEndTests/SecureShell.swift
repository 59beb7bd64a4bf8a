import Foundation
import Glibc
import TerminalHarness

/// A private SSH server on this machine, with keys and settings of its own, gone with the test.
///
/// One process a connection: the server is started by the client's proxy command on a pair of pipes
/// (`sshd -i`), so that no port is open and nothing of the machine's own server is touched.
final class SecureShell: Sendable {
  private let folder: String

  /// - Throws: when no key can be made; openssh-server and openssh-client must be installed.
  init(in folder: String) throws {
    self.folder = folder + "/ssh"
    try FileManager.default.createDirectory(
      atPath: self.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
    )
    for name in ["host", "person"] {
      let made = try Command.run(
        "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(self.folder)/\(name)"])
      guard made.status == .exited(0) else { throw HarnessError("ssh-keygen: \(made.err)") }
    }
    try FileManager.default.copyItem(
      atPath: "\(self.folder)/person.pub", toPath: "\(self.folder)/authorized")
    try """
    HostKey \(self.folder)/host
    AuthorizedKeysFile \(self.folder)/authorized
    PidFile none
    UsePAM no
    StrictModes no
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    PermitRootLogin yes
    PermitUserEnvironment no
    AcceptEnv LANG LLVM_PROFILE_FILE
    PrintMotd no
    PrintLastLog no
    ClientAliveInterval 1
    ClientAliveCountMax 2
    """.write(toFile: "\(self.folder)/server", atomically: false, encoding: .utf8)
    // Where the server would keep its unprivileged part; made by its service otherwise.
    mkdir("/run/sshd", 0o755)
  }

  /// Arguments of a client that runs `command` on a terminal of the server, or without one. The
  /// server gives a client up that has been silent for two seconds.
  func arguments(_ command: String, onTerminal: Bool = true) -> [String] {
    [
      onTerminal ? "-tt" : "-T", "-F", "none", "-i", "\(folder)/person", "-o", "IdentitiesOnly=yes",
      "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=\(folder)/known",
      "-o", "LogLevel=ERROR", "-o", "SendEnv=LLVM_PROFILE_FILE",
      "-o", "ProxyCommand=/usr/sbin/sshd -i -f \(folder)/server -E \(folder)/log",
      "private-server", command,
    ]
  }

  /// What the server had to say, for a failure message.
  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }
}
