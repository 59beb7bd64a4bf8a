import Glibc
import MarkdownBlocks
import TextGate

/// Reads the files of a catalogue. The one place in this room that touches the disk.
///
/// Each part of a path is opened from the folder above it without following links, so that nothing
/// outside the root is opened even while someone swaps files; only regular files up to 1 MiB are
/// read, so that a FIFO or a device cannot hold it up (RELIABILITY 27).
public enum CatalogueReader {
  /// Why a folder or a file cannot be read.
  public enum ReadError: Error, Hashable, Sendable {
    case notFound(path: String)
    case notFolder(path: String)
    case notRegular(path: String)
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
      case .tooLarge(let path):
        "\(Untrusted(path).showable) is larger than \(MarkdownLimits.fileBytes) bytes; split it"
      case .system(let path, let code):
        "\(Untrusted(path).showable) cannot be read: \(Untrusted(String(cString: strerror(code))).showable)"
      }
    }
  }

  /// Folders deeper than this are not entered.
  private static let depth = 16
  /// More files than this are not read.
  private static let files = 20_000

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
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .notFound(path: path) : .system(path: path, code: errno)
    }
    defer { close(descriptor) }
    return Catalogue.File(path: path, bytes: try contents(of: descriptor, path: path))
  }

  private struct Walk {
    var found: [Catalogue.File] = []
    var refused: [Catalogue.Refused] = []

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
      let isMarkdown = name.lowercased().hasSuffix(".md")
      let descriptor = openat(
        folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      guard descriptor >= 0 else {
        if isMarkdown {
          refused.append(
            Catalogue.Refused(
              path: path,
              reason: errno == ELOOP
                ? "it is a link, and links are not followed"
                : "it cannot be read: \(Untrusted(String(cString: strerror(errno))).showable)"))
        }
        return
      }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        close(descriptor)
        return
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard depth < CatalogueReader.depth else {
          close(descriptor)
          refused.append(Catalogue.Refused(path: path, reason: "folders are nested too deep here"))
          return
        }
        self.folder(descriptor, path: path, depth: depth + 1)
        return
      }
      defer { close(descriptor) }
      guard isMarkdown else { return }
      do {
        found.append(
          Catalogue.File(
            path: path, bytes: try CatalogueReader.contents(of: descriptor, path: path)))
      } catch {
        refused.append(Catalogue.Refused(path: path, reason: error.message))
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
