import Foundation

/// How long tests run that can run for ever: `MAYDAY_SOAK=25` in `make soak`.
enum Soak {
  /// 1 for the normal run.
  static let factor = ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) } ?? 1
  static let isOn = factor > 1

  /// A number for the normal run and one for the soak.
  static func number(_ normal: Int, _ long: Int) -> Int { isOn ? long : normal }
}
