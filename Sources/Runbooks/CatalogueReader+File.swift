extension CatalogueReader {
  /// Reads one file of a catalogue by its path relative to a root, as ``read(roots:)`` would: no
  /// link is followed and nothing outside the root is opened.
  ///
  /// - Returns: nil when the first root that has such a file has none that can be read.
  public static func file(_ path: String, in roots: [String]) -> Catalogue.File? {
    for root in roots {
      do {
        return try readFile(path, under: root)
      } catch .notFound {
        continue
      } catch {
        return nil
      }
    }
    return nil
  }
}
