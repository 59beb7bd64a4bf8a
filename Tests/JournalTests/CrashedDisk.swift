/// The files of a folder as programs see them, and what of it a power cut may leave.
///
/// POSIX promises of a file what it held at its last sync, and of a folder the names it had then.
/// What came after may be there or not, in any order, by sectors of 512 bytes. One promise more is
/// taken, which file systems with a log keep: when a cut of a file's length is lost, so is what was
/// written to that file after it.
struct CrashedDisk {
  static let sector = 512

  private struct File {
    var synced: [UInt8]
    var changes: [(place: Int, change: Change)] = []
  }

  private enum Change {
    case write(offset: Int, bytes: [UInt8])
    case resize(Int)
  }

  private enum NameChange {
    case link(String, Int)
    case unlink(String)
    case rename(String, String)
  }

  private var files: [File] = []
  private var syncedNames: [String: Int] = [:]
  private var nameChanges: [(place: Int, change: NameChange)] = []
  /// What programs have printed.
  private(set) var said: [String] = []

  init(_ recording: DiskRecording) {
    for (number, name) in recording.initialNames.enumerated() {
      files.append(File(synced: recording.initial[name] ?? []))
      syncedNames[name] = number
    }
  }

  /// Goes on by one event, which is at `place` of the recording.
  mutating func happen(_ event: DiskEvent, at place: Int) {
    switch event {
    case .write(let file, let offset, let bytes):
      files[file].changes.append((place, .write(offset: offset, bytes: bytes)))
    case .resize(let file, let size):
      files[file].changes.append((place, .resize(size)))
    case .sync(let file, let begun):
      let covered = files[file].changes.prefix { $0.place < begun }
      for (_, change) in covered { Self.apply(change, &files[file].synced) }
      files[file].changes.removeFirst(covered.count)
    case .syncFolder(let begun):
      let covered = nameChanges.prefix { $0.place < begun }
      for (_, change) in covered { Self.apply(change, &syncedNames) }
      nameChanges.removeFirst(covered.count)
    case .link(let name, let file):
      if file == files.count { files.append(File(synced: [])) }
      nameChanges.append((place, .link(name, file)))
    case .unlink(let name): nameChanges.append((place, .unlink(name)))
    case .rename(let from, let to): nameChanges.append((place, .rename(from, to)))
    case .said(let line): said.append(line)
    }
  }

  /// The files as programs see them now.
  var seen: [String: [UInt8]] {
    var names = syncedNames
    for (_, change) in nameChanges { Self.apply(change, &names) }
    return names.mapValues { number in
      var bytes = files[number].synced
      for (_, change) in files[number].changes { Self.apply(change, &bytes) }
      return bytes
    }
  }

  /// What a power cut now may leave.
  func image(using generator: inout Steps) -> [String: [UInt8]] {
    var names = syncedNames
    let share: Double = [0.0, 0.5, 1.0].randomElement(using: &generator) ?? 1
    for (_, change) in nameChanges where Double.random(in: 0..<1, using: &generator) < share {
      Self.apply(change, &names)
    }
    // In the order of the names, so that a seed always gives the same.
    var images: [String: [UInt8]] = [:]
    for (name, file) in names.sorted(by: { $0.key < $1.key }) {
      images[name] = Self.image(of: files[file], using: &generator)
    }
    return images
  }

  private static func image(
    of file: File, using generator: inout Steps
  ) -> [UInt8] {
    // Between nothing and all of it, the two ends among them.
    let share: Double = [0.0, 0.05, 0.5, 0.95, 1.0].randomElement(using: &generator) ?? 1
    var cached = file.synced
    var disk = file.synced
    var sizes = [disk.count]
    for (_, change) in file.changes {
      apply(change, &cached)
      switch change {
      case .write(let offset, let bytes):
        guard !bytes.isEmpty else { continue }
        for number in (offset / sector)...((offset + bytes.count - 1) / sector)
        where Double.random(in: 0..<1, using: &generator) < share {
          let range = (number * sector)..<min((number + 1) * sector, cached.count)
          if disk.count < range.upperBound { apply(.resize(range.upperBound), &disk) }
          disk.replaceSubrange(range, with: cached[range])
        }
      case .resize(let size) where size < sizes[sizes.count - 1]:
        // Lost, and with it what came after.
        guard Double.random(in: 0..<1, using: &generator) < max(share, 0.1) else {
          apply(.resize(sizes.randomElement(using: &generator) ?? disk.count), &disk)
          return disk
        }
        apply(.resize(size), &disk)
        sizes = []
      case .resize: break
      }
      sizes.append(cached.count)
    }
    let size =
      Bool.random(using: &generator) ? cached.count : sizes.randomElement(using: &generator)
    apply(.resize(size ?? cached.count), &disk)
    return disk
  }

  private static func apply(_ change: Change, _ bytes: inout [UInt8]) {
    switch change {
    case .write(let offset, let new):
      let end = offset + new.count
      if bytes.count < end { apply(.resize(end), &bytes) }
      bytes.replaceSubrange(offset..<end, with: new)
    case .resize(let size):
      if size < bytes.count {
        bytes.removeLast(bytes.count - size)
      } else {
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
      }
    }
  }

  private static func apply(_ change: NameChange, _ names: inout [String: Int]) {
    switch change {
    case .link(let name, let file): names[name] = file
    case .unlink(let name): names[name] = nil
    case .rename(let from, let to): names[to] = names.removeValue(forKey: from)
    }
  }
}
