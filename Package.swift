// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors everywhere: a warning that nobody reads hides the next one.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The static runtime brings 100,000 relocations of 24 bytes, read at each start: packed they take
/// 20 KB, and the start is a tenth shorter. Only this linker of the toolchain can; glibc 2.36 reads it.
let packed: [LinkerSetting] = [
  .unsafeFlags(
    ["-Xclang-linker", "-fuse-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
    .when(platforms: [.linux], configuration: .release))
]

let package = Package(
  name: "mayday",
  products: [.executable(name: "mayday", targets: ["mayday"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // Text from outside, and the one gate that makes it showable. Pure.
    .target(name: "TextGate", swiftSettings: strict),
    // Phases, events, the fold, decisions, timers. Pure: time is a parameter.
    .target(name: "IncidentDomain", dependencies: ["TextGate"], swiftSettings: strict),
    // Cells, styles by role, frames, display width, keys, glyph sets. Pure.
    .target(name: "Grid", dependencies: ["TextGate"], swiftSettings: strict),
    // The Markdown library, as Debian ships it.
    .systemLibrary(
      name: "CCmarkGFM",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    // Markdown blocks with lines and byte ranges, limits, repair of mojibake. Pure.
    .target(
      name: "MarkdownBlocks", dependencies: ["TextGate", "CCmarkGFM"], swiftSettings: strict),
    // YAML looked over before it is composed. Pure.
    .target(name: "SafeYAML", dependencies: ["Yams"], swiftSettings: strict),
    // Blocks to sections, steps, decisions; catalogue and search. Pure.
    .target(
      name: "Runbooks",
      dependencies: [
        "TextGate", "IncidentDomain", "MarkdownBlocks", "SafeYAML", "Yams",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // The policy file: reading, checking with line and column, importing from Markdown.
    .target(
      name: "Policies",
      dependencies: ["TextGate", "IncidentDomain", "MarkdownBlocks", "SafeYAML", "Yams"],
      swiftSettings: strict),
    // Timeline and post-mortem as text. Pure: same events, same bytes.
    .target(
      name: "Reports",
      dependencies: ["TextGate", "IncidentDomain", "Runbooks"], swiftSettings: strict),
    // The record: append, read after, watch, verify; SQLite.
    .target(
      name: "Journal",
      dependencies: [
        "TextGate", "IncidentDomain", "CSystem",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),
    // libpq, loaded when a PostgreSQL store is named (libpq-dev has the header, libpq5 the library).
    .target(name: "CPostgres"),
    // The same promises over PostgreSQL.
    .target(
      name: "JournalPostgres",
      dependencies: ["TextGate", "IncidentDomain", "Journal", "CSystem", "CPostgres"],
      swiftSettings: strict),
    // What Swift cannot say of the operating system: pseudo-terminals, spawn, signals, inotify.
    .target(name: "CSystem"),
    // Runs a step's command in a pseudo-terminal of its own.
    .target(
      name: "Execution",
      dependencies: [
        "TextGate", "IncidentDomain", "CSystem",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // ncursesw, behind a header that Swift can read, and the crash guard.
    .target(
      name: "CTerminal",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    // The only room that knows ncurses. No domain.
    .target(
      name: "Terminal", dependencies: ["TextGate", "Grid", "CTerminal", "CSystem"],
      swiftSettings: strict),
    // The screens: update(model, message) and view(model, size). Pure.
    .target(
      name: "Console", dependencies: ["TextGate", "IncidentDomain", "Runbooks", "Reports", "Grid"],
      swiftSettings: strict),
    // The event loop, the mailbox, effects carried out.
    .target(
      name: "Host",
      dependencies: [
        "TextGate", "IncidentDomain", "Runbooks", "Reports", "Grid", "Console", "Terminal",
        "Journal", "Execution", "CSystem",
      ], swiftSettings: strict),
    // The command line, one file a subcommand.
    .executableTarget(
      name: "mayday",
      dependencies: [
        "TextGate", "IncidentDomain", "Grid", "MarkdownBlocks", "Policies", "Runbooks", "Reports",
        "Console", "Terminal", "Journal", "JournalPostgres", "Execution", "Host", "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict, linkerSettings: packed),

    // A real pseudo-terminal and a terminal emulator's screen, for tests.
    .systemLibrary(
      name: "CVTerm", path: "Tests/CVTerm", providers: [.apt(["libvterm-dev"])]),
    .target(
      name: "TerminalHarness", dependencies: ["CSystem", "CVTerm"], path: "Tests/TerminalHarness",
      swiftSettings: strict),
    // A PostgreSQL server of the tests' own.
    .target(
      name: "PostgresHarness", dependencies: ["TerminalHarness"], path: "Tests/PostgresHarness",
      swiftSettings: strict),
    // Writes into a store until it is killed, or its disk fails: what tests watch.
    .executableTarget(
      name: "journal-writer", dependencies: ["Journal", "IncidentDomain", "TextGate"],
      path: "Tests/JournalWriter", swiftSettings: strict),
    // Measures the console beside other programs: `make bench`.
    .executableTarget(
      name: "mayday-benchmark",
      dependencies: [
        "TerminalHarness", "PostgresHarness", "Journal", "JournalPostgres", "IncidentDomain",
        "TextGate",
      ],
      path: "Tests/Benchmark", swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(
      name: "TextGateTests", dependencies: ["TextGate"], exclude: ["Hostile"],
      swiftSettings: strict),
    .testTarget(
      name: "IncidentDomainTests", dependencies: ["IncidentDomain"], swiftSettings: strict),
    .testTarget(name: "GridTests", dependencies: ["Grid"], swiftSettings: strict),
    .testTarget(
      name: "MarkdownBlocksTests", dependencies: ["MarkdownBlocks"], swiftSettings: strict),
    .testTarget(
      name: "RunbooksTests", dependencies: ["Runbooks", "MarkdownBlocks", "IncidentDomain"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "PoliciesTests",
      dependencies: ["Policies", "IncidentDomain", "TextGate", "MarkdownBlocks"],
      exclude: ["Fixtures", "Golden"], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "Runbooks", "Journal", "IncidentDomain", "TextGate", "CCmarkGFM",
        "TerminalHarness",
      ],
      exclude: ["Fixtures", "Golden"], swiftSettings: strict),
    .testTarget(
      name: "JournalTests",
      dependencies: [
        "Journal", "JournalPostgres", "TerminalHarness", "PostgresHarness", "mayday",
        "journal-writer", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "JournalPostgresTests",
      dependencies: [
        "JournalPostgres", "Journal", "TerminalHarness", "PostgresHarness", "mayday",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExecutionTests", dependencies: ["Execution", "TerminalHarness"],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests",
      dependencies: ["Console", "IncidentDomain", "Grid", "Runbooks", "TextGate"],
      exclude: ["Screens"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["mayday", "TerminalHarness", "Journal", "Console", "IncidentDomain"],
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["mayday", "TerminalHarness", "PostgresHarness", "Terminal", "Grid"],
      exclude: ["Fixtures"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
