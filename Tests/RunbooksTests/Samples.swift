import Glibc
import IncidentDomain
import Runbooks
import TextGate

/// Reads a text as the runbook of a path.
func runbook(_ text: String, path: String = "area/restart-cache.md") throws -> Runbook {
  try Runbook(path: path, bytes: Array(text.utf8))
}

extension Runbook {
  /// Steps as `number kind title`.
  var lines: [String] { steps.map { "\($0.number) \($0.kind.rawValue) \($0.title.raw)" } }

  func commands() -> [String] { steps.compactMap { $0.command?.text.raw } }
}

/// Files that the tests keep.
enum Fixtures {
  static var folder: String {
    let parts = #filePath.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/") + "/Fixtures"
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    try CatalogueReader.readFile("\(folder)/\(path)").bytes
  }

  static func runbook(_ path: String) throws -> Runbook {
    try Runbook(path: path, bytes: try bytes(path))
  }

  /// The kept part of the corpus.
  static func corpus() throws -> Catalogue {
    try CatalogueReader.read(roots: ["\(folder)/corpus"])
  }

  /// The whole corpus, when it lies beside the checkout.
  static func wholeCorpus() -> Catalogue? {
    let parts = #filePath.split(separator: "/").dropLast(4)
    let root = "/" + parts.joined(separator: "/") + "/shared/corpus/runbooks"
    return try? CatalogueReader.read(roots: [root])
  }
}

/// A folder that is gone when the test ends.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/mayday-runbooks-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure(code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  struct SystemFailure: Error { let code: Int32 }

  func write(_ text: String, to name: String) throws {
    let parts = name.split(separator: "/").dropLast()
    var folder = path
    for part in parts {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
    let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw SystemFailure(code: errno) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw SystemFailure(code: errno)
    }
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else {
      unlink(path)
      return
    }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(folder)
    for name in names { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
