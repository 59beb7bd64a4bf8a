import Glibc

/// Programs that were built together with the tests.
public enum Binary {
  /// The path of the executable `name` beside the test bundle.
  public static func path(named name: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw HarnessError("cannot tell where the tests are", errno: errno) }
    let bundle = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = bundle.split(separator: "/").dropLast().joined(separator: "/")
    let path = "/\(folder)/\(name)"
    guard access(path, X_OK) == 0 else {
      throw HarnessError("there is no program \(path): build it before its tests run")
    }
    return path
  }
}
