import ArgumentParser
import Glibc
import IncidentDomain
import TextGate

struct Paths: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "paths", abstract: "Print every path that is used; nothing is opened.",
    usage: "mayday paths [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let program = Program.path() ?? ""
    let folders = RunbookFolders.resolve(options)
    let location = try StoreLocation.resolve(options)
    let output = try location.outputFolder()
    let policy = PolicyInForce.Name.resolve(options)?.path
    if options.json {
      var members: [String: JSON] = [
        "program": .string(program), "store": .string(location.showable.text),
        "output": .string(output), "runbooks": .array(folders.map { .string($0) }),
      ]
      if case .postgresql(let address) = location {
        members["spool"] = .string(try location.spool(of: address))
      }
      members["policy"] = policy.map { .string($0) }
      session.output.json(.object(members))
      return
    }
    var table = Table()
    table.add("program", Untrusted(program).showable)
    switch location {
    case .sqlite(let path, _): table.add("store", location.showable + note(path))
    case .postgresql(let address):
      let spool = try location.spool(of: address)
      table.add("store", location.showable)
      table.add("while it is away", Untrusted(spool).showable + note(spool))
    }
    table.add(
      "output of commands",
      Untrusted(output).showable + note(output))
    if let policy { table.add("policy", Untrusted(policy).showable + note(policy)) }
    for folder in folders { table.add("runbooks", Untrusted(folder).showable + note(folder)) }
    session.output.lines(table.lines())
  }

  private func note(_ path: String) -> Showable {
    access(path, F_OK) == 0 ? .empty : " (not there)"
  }
}

/// The program itself.
enum Program {
  /// Its absolute path, links resolved; nil where the system does not tell.
  static func path() -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Where runbooks are looked for.
enum RunbookFolders {
  /// The folders that were named, else those of the environment, else the shipped ones.
  static func resolve(_ options: GlobalOptions) -> [String] {
    if !options.runbooks.isEmpty { return options.runbooks }
    if let list = Environment["MAYDAY_RUNBOOKS"] {
      return list.split(separator: ":").map(String.init)
    }
    return shipped().map { [$0] } ?? []
  }

  /// Beside the installed program, else in the source folder that the program was built in.
  private static func shipped() -> String? {
    guard var folder = Program.path().map(parent) else { return nil }
    let installed = parent(of: folder) + "/share/mayday/runbooks"
    if access(installed, R_OK) == 0 { return installed }
    while folder != "/" {
      if access(folder + "/runbooks/README.md", R_OK) == 0,
        access(folder + "/Package.swift", R_OK) == 0
      {
        return folder + "/runbooks"
      }
      folder = parent(of: folder)
    }
    return nil
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}
