import ArgumentParser
import Glibc
import Journal
import TextGate

struct StoreKey: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Make a key that exports are signed with, or show its public half.",
    usage: "mayday store key FILE [--json]",
    discussion: """
      Writes the private key to FILE (mode 0600) and the public one to FILE.pub, unless FILE is \
      there already. timeline --format json --sign FILE signs; verify EXPORT --key FILE.pub checks.
      """)

  @Argument(
    help: ArgumentHelp("The file of the private key.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    var status = stat()
    let isThere = lstat(file, &status) == 0
    let key: SigningKey
    if isThere {
      key = try KeyFile.signingKey(file)
    } else {
      if options.observer {
        throw Failure(.notPermitted, "this session only observes: no key can be made")
      }
      guard lstat(file + ".pub", &status) != 0 else {
        throw Failure(
          .cannotWrite,
          "\(Untrusted(file + ".pub").showable) is there already and stays as it is; give another name"
        )
      }
      key = SigningKey()
      try ExportFile.write(Array(key.pem.utf8), to: file)
      try ExportFile.write(Array(key.verifyingKey.pem.utf8), to: file + ".pub")
    }
    let hex = key.verifyingKey.hex
    if options.json {
      session.output.json(["key": .string(hex), "made": .bool(!isThere)])
    } else {
      session.output.line("public key \(hex.showableWord)")
      if !isThere {
        session.output.line(
          "keep \(Untrusted(file).showable) to yourself; give \(Untrusted(file + ".pub").showable) to reviewers, by another way than the exports"
        )
      }
    }
  }
}

/// Reads files of keys.
enum KeyFile {
  /// - Throws: a ``Failure`` when there is none, or others can read it.
  static func signingKey(_ path: String) throws(Failure) -> SigningKey {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
      throw Failure(
        .notPermitted,
        "\(Untrusted(path).showable) can be read by others; make it private with chmod 600, or make a new key"
      )
    }
    guard let key = SigningKey(pem: try text(path)) else {
      throw Failure(
        .badData,
        "\(Untrusted(path).showable) holds no Ed25519 private key in PEM; mayday store key makes one"
      )
    }
    return key
  }

  /// - Throws: a ``Failure`` when there is none.
  static func verifyingKey(_ path: String) throws(Failure) -> VerifyingKey {
    guard let key = VerifyingKey(try text(path)) else {
      throw Failure(
        .badData,
        "\(Untrusted(path).showable) holds no Ed25519 public key; mayday store key FILE writes FILE.pub"
      )
    }
    return key
  }

  private static func text(_ path: String) throws(Failure) -> String {
    String(decoding: try ExportFile.read(path, atMost: 1 << 16), as: UTF8.self)
  }
}
