import Glibc

extension CatalogueReader {
  /// Reads one file of a catalogue by its path relative to a root, as ``read(roots:)`` would: no
  /// link is followed and nothing outside the root is opened.
  ///
  /// - Returns: nil when the first root that has such a file has none that can be read.
  public static func file(_ path: String, in roots: [String]) -> Catalogue.File? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
    for root in roots {
      var folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      for part in parts.dropLast() where folder >= 0 {
        let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        close(folder)
        folder = next
      }
      guard folder >= 0 else { continue }
      let descriptor = openat(
        folder, parts.last ?? "", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      close(folder)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      return (try? contents(of: descriptor, path: path)).map {
        Catalogue.File(path: path, bytes: $0)
      }
    }
    return nil
  }
}
