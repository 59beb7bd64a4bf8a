import Glibc
import MarkdownBlocks
import TextGate

/// Reads the files of a catalogue. The one place in this room that touches the disk.
///
/// Each part of a path is opened from the folder above it without following links, so that nothing
/// outside the root is opened even while someone swaps files; only regular files up to 1 MiB are
/// opened, so that a FIFO or a device cannot hold it up or take an opening for a sign (RELIABILITY
/// 27).
public enum CatalogueReader {
  /// Why a folder or a file cannot be read.
  public enum ReadError: Error, Hashable, Sendable {
    case notFound(path: String)
    case notFolder(path: String)
    case notRegular(path: String)
    case isLink(path: String)
    case tooLarge(path: String)
    case system(path: String, code: Int32)

    /// One sentence: what, where, what to do.
    public var message: Showable {
      switch self {
      case .notFound(let path): "there is no \(Untrusted(path).showable); check the path"
      case .notFolder(let path):
        "\(Untrusted(path).showable) is no folder; name a folder of runbooks"
      case .notRegular(let path):
        "\(Untrusted(path).showable) is no regular file; name a Markdown file"
      case .isLink(let path):
        "\(Untrusted(path).showable) is a link, and links are not followed; name the file itself"
      case .tooLarge(let path):
        "\(Untrusted(path).showable) is larger than \(MarkdownLimits.fileBytes) bytes; split it"
      case .system(let path, let code):
        "\(Untrusted(path).showable) cannot be read: \(Self.words(code))"
      }
    }

    /// The same as a clause about a file that is named already.
    var reason: Showable {
      switch self {
      case .notFound: "it is no longer there"
      case .notFolder: "it is no folder"
      case .notRegular: "it is no regular file"
      case .isLink: "it is a link, and links are not followed"
      case .tooLarge: "it is larger than \(MarkdownLimits.fileBytes) bytes; split it"
      case .system(_, let code): "it cannot be read: \(Self.words(code))"
      }
    }

    private static func words(_ code: Int32) -> Showable {
      Untrusted(String(cString: strerror(code))).showable
    }
  }

  /// Folders deeper than this are not entered.
  private static let depth = 16
  /// More files than this are not read.
  private static let files = 20_000
  /// More bytes than this are not kept.
  private static let bytes = 64 << 20

  /// Reads the Markdown files under the roots, in the order of their paths; hidden files and folders
  /// are left out. Of two files with one path the first root's counts.
  ///
  /// - Throws: ``ReadError`` when a root is no folder that can be read. A file that cannot be read is
  ///   listed as refused.
  public static func read(roots: [String]) throws(ReadError) -> Catalogue {
    var walk = Walk()
    for root in roots {
      let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else {
        switch errno {
        case ENOENT: throw .notFound(path: root)
        case ENOTDIR: throw .notFolder(path: root)
        default: throw .system(path: root, code: errno)
        }
      }
      walk.folder(descriptor, path: "", depth: 0)
    }
    return Catalogue(files: walk.found, refused: walk.refused)
  }

  /// Reads one file that a person named by its path.
  ///
  /// - Throws: ``ReadError``
  public static func readFile(_ path: String) throws(ReadError) -> Catalogue.File {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT ? .notFound(path: path) : .system(path: path, code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .notFound(path: path) : .system(path: path, code: errno)
    }
    defer { close(descriptor) }
    return Catalogue.File(path: path, bytes: try contents(of: descriptor, path: path))
  }

  /// Reads a file whose path came from a runbook; it cannot lead out of the root.
  ///
  /// - Parameter path: relative to the root, without `.` and `..`.
  /// - Throws: ``ReadError``
  public static func readFile(
    _ path: String, under root: String
  ) throws(ReadError) -> Catalogue.File {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.last, parts.allSatisfy(isName) else { throw .notFound(path: path) }
    var folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .notFound(path: root) }
    defer { close(folder) }
    for part in parts.dropLast() {
      let inner = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard inner >= 0 else { throw .notFound(path: path) }
      close(folder)
      folder = inner
    }
    let descriptor = try openFile(name, in: folder, path: path)
    defer { close(descriptor) }
    return Catalogue.File(path: path, bytes: try contents(of: descriptor, path: path))
  }

  /// Whether it names something right in a folder.
  private static func isName(_ part: String) -> Bool {
    !part.isEmpty && part != "." && part != ".." && !part.utf8.contains(0)
  }

  /// Opens a regular file; the caller closes it. What it is is looked up first, since opening alone
  /// may already do something: a FIFO's writer goes on, a tape winds back.
  private static func openFile(
    _ name: String, in folder: Int32, path: String
  ) throws(ReadError) -> Int32 {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw errno == ENOENT ? .notFound(path: path) : .system(path: path, code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .isLink(path: path)
    default: throw .notRegular(path: path)
    }
    // It may have become something else since: then it is refused here or by what reads it.
    let descriptor = openat(
      folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw errno == ELOOP ? .isLink(path: path) : .system(path: path, code: errno)
    }
    return descriptor
  }

  private struct Walk {
    var found: [Catalogue.File] = []
    var refused: [Catalogue.Refused] = []
    private var bytes = 0

    /// Takes over the descriptor.
    mutating func folder(_ descriptor: Int32, path: String, depth: Int) {
      guard let stream = fdopendir(descriptor) else {
        close(descriptor)
        return
      }
      defer { closedir(stream) }
      var names: [String] = []
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
        }
        guard let name, !name.hasPrefix(".") else { continue }
        names.append(name)
      }
      names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for name in names where found.count < CatalogueReader.files {
        entry(name, in: descriptor, path: path.isEmpty ? name : "\(path)/\(name)", depth: depth)
      }
    }

    private mutating func entry(_ name: String, in folder: Int32, path: String, depth: Int) {
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard depth < CatalogueReader.depth else {
          refused.append(Catalogue.Refused(path: path, reason: "folders are nested too deep here"))
          return
        }
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner >= 0 {
          self.folder(inner, path: path, depth: depth + 1)
        } else {
          refused.append(
            Catalogue.Refused(
              path: path, reason: ReadError.system(path: path, code: errno).reason))
        }
        return
      }
      guard name.lowercased().hasSuffix(".md") else { return }
      do {
        let descriptor = try CatalogueReader.openFile(name, in: folder, path: path)
        defer { close(descriptor) }
        let contents = try CatalogueReader.contents(of: descriptor, path: path)
        bytes += contents.count
        guard bytes <= CatalogueReader.bytes else {
          refused.append(
            Catalogue.Refused(
              path: path,
              reason: "the runbooks before it are \(CatalogueReader.bytes) bytes; split the folder")
          )
          return
        }
        found.append(Catalogue.File(path: path, bytes: contents))
      } catch {
        refused.append(Catalogue.Refused(path: path, reason: error.reason))
      }
    }
  }

  static func contents(of descriptor: Int32, path: String) throws(ReadError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    let limit = MarkdownLimits.fileBytes
    guard status.st_size <= limit else { throw .tooLarge(path: path) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(path: path, code: errno) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      // It may have grown since its size was told.
      guard bytes.count <= limit else { throw .tooLarge(path: path) }
    }
  }
}
