import Glibc
import Runbooks
import Synchronization
import Testing

/// Nothing outside the root is opened, and nothing but regular files (RELIABILITY 27).
@Suite(.serialized) struct PathSafetyTests {
  private let outside: ScratchFolder
  private let folder: ScratchFolder

  init() throws {
    outside = try ScratchFolder()
    folder = try ScratchFolder()
    try outside.write("# Secret", to: "a.md")
    try outside.write("# Secret", to: "sub/a.md")
    try folder.write("# Inside", to: "sub/a.md")
  }

  private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  @Test func namesThatLeadOutReadNothing() throws {
    let deep = String(repeating: "x/", count: 5_000) + "a.md"
    let names = [
      "../a.md", "sub/../../a.md", "/etc/hostname", "\(outside.path)/a.md", "", ".", "..", "/",
      "sub//a.md", "./sub/a.md", "sub/./a.md", "sub/a.md/", "sub/a.md\0", "sub\0/a.md", "~/a.md",
      String(repeating: "a", count: 5_000) + ".md", deep, "sub/a.md/b.md", "sub",
      "..\u{2215}a.md", "%2e%2e/a.md", "sub\\..\\a.md",
    ]
    for name in names {
      #expect(throws: CatalogueReader.ReadError.self, "\(name.prefix(40))") {
        try CatalogueReader.readFile(name, under: folder.path)
      }
    }
    let read = try CatalogueReader.readFile("sub/a.md", under: folder.path)
    #expect(read.bytes == Array("# Inside".utf8) && read.path == "sub/a.md")
  }

  /// Names that a file can have are only names, whatever they hold.
  @Test func hostileNamesOfFilesAreReadAsFiles() throws {
    let names = [
      "-rf.md", "a b.md", "$(id).md", "\u{1B}[2J.md", "a\nb.md", "..md.md", "...md", "%2e.md",
      "日本.md", "a\u{202E}b.md",
    ]
    for name in names { try folder.write("# N", to: name) }
    let catalogue = try CatalogueReader.read(roots: [folder.path])
    // `...md` begins with a dot: it is hidden.
    let wanted = names.filter { !$0.hasPrefix(".") } + ["sub/a.md"]
    #expect(Set(catalogue.runbooks.map(\.path)) == Set(wanted))
    #expect(catalogue.refused.isEmpty)
  }

  @Test func linksOfAnyKindAreNotFollowed() throws {
    #expect(symlink("\(outside.path)/a.md", path("file.md")) == 0)
    #expect(symlink(outside.path, path("folder")) == 0)
    #expect(symlink(outside.path, path("folder.md")) == 0)
    #expect(symlink("../\(outside.path.split(separator: "/").last ?? "")/a.md", path("up.md")) == 0)
    #expect(symlink("self.md", path("self.md")) == 0)
    #expect(symlink("/dev/zero", path("zero.md")) == 0)
    let catalogue = try CatalogueReader.read(roots: [folder.path])
    #expect(catalogue.runbooks.map(\.title.raw) == ["Inside"])
    #expect(
      catalogue.refused.map(\.path) == ["file.md", "folder.md", "self.md", "up.md", "zero.md"])
    for name in ["file.md", "folder/a.md", "folder/sub/a.md", "up.md", "self.md", "zero.md"] {
      #expect(throws: CatalogueReader.ReadError.self, "\(name)") {
        try CatalogueReader.readFile(name, under: folder.path)
      }
    }
  }

  /// A FIFO would hold a reader up until somebody writes, a device may have no end.
  @Test func onlyRegularFilesAreOpened() throws {
    #expect(mkfifo(path("pipe.md"), 0o600) == 0)
    mkdir(path("dir.md"), 0o700)
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path("socket.md").utf8)
    try #require(name.count < 100)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    // A device needs rights that a test may not have.
    let isDevice = mknod(path("null.md"), S_IFCHR | 0o600, 0x103) == 0
    let catalogue = try CatalogueReader.read(roots: [folder.path])
    #expect(catalogue.runbooks.map(\.title.raw) == ["Inside"])
    #expect(
      catalogue.refused.map(\.path)
        == (isDevice ? ["null.md"] : []) + ["pipe.md", "socket.md"])
    #expect(throws: CatalogueReader.ReadError.notRegular(path: "pipe.md")) {
      try CatalogueReader.readFile("pipe.md", under: folder.path)
    }
    // A writer that waits for a reader still waits: the pipe was not opened at all.
    let writer = open(path("pipe.md"), O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    #expect(writer < 0 && errno == ENXIO)
  }

  /// A file, and the folder it stands in, become links out while they are read, over and over.
  @Test func swapsWhileItReadsLeadNowhere() throws {
    let swapper = Swapper(path("sub"), path("swap.md"), outside.path)
    try folder.write("# Inside", to: "swap.md")
    try whileSwapping(swapper) {
      for _ in 0..<Self.loops {
        let catalogue = try CatalogueReader.read(roots: [folder.path])
        #expect(!catalogue.runbooks.contains { $0.title.raw == "Secret" })
        for name in ["sub/a.md", "swap.md"] {
          let read = try? CatalogueReader.readFile(name, under: folder.path)
          #expect(read == nil || read?.bytes == Array("# Inside".utf8))
        }
      }
    }
    #expect(swapper.swaps.load(ordering: .relaxed) > 100)
  }

  private static var loops: Int { getenv("MAYDAY_SOAK") == nil ? 2_000 : 10_000 }

  private func whileSwapping(_ swapper: Swapper, _ body: () throws -> Void) throws {
    var thread = pthread_t()
    let retained = Unmanaged.passRetained(swapper)
    let started = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Swapper>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, retained.toOpaque())
    #expect(started == 0)
    defer {
      swapper.isDone.store(true, ordering: .relaxed)
      pthread_join(thread, nil)
    }
    try body()
  }
}

/// Puts a link out in the place of a folder and of a file, and takes it away again.
private final class Swapper: Sendable {
  let isDone = Atomic(false)
  let swaps = Atomic(0)
  private let folder: String
  private let file: String
  private let outside: String

  init(_ folder: String, _ file: String, _ outside: String) {
    self.folder = folder
    self.file = file
    self.outside = outside
  }

  func run() {
    while !isDone.load(ordering: .relaxed) {
      swap(folder, to: outside)
      swap(file, to: outside + "/a.md")
      swaps.add(1, ordering: .relaxed)
    }
  }

  private func swap(_ path: String, to target: String) {
    let kept = path + ".kept"
    guard rename(path, kept) == 0 else { return }
    if symlink(target, path) == 0 { unlink(path) }
    rename(kept, path)
  }
}
