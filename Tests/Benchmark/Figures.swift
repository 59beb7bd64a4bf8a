/// The samples of one program, by figure, in the order they were first added.
struct Figures {
  private(set) var names: [String] = []
  private var samples: [String: [Double]] = [:]

  mutating func add(_ name: String, _ value: Double) {
    if samples[name] == nil { names.append(name) }
    samples[name, default: []].append(value)
  }

  /// Median and 95th percentile of a figure; nil when there is none.
  func summary(_ name: String) -> (median: Double, p95: Double)? {
    guard let values = samples[name]?.sorted(), !values.isEmpty else { return nil }
    return (values[values.count / 2], values[min(values.count - 1, values.count * 95 / 100)])
  }

  /// A row per figure, a column per program, each median / 95th percentile.
  static func printTable(_ columns: [(String, Figures)]) {
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    print("\n" + cell("median / p95", 30) + columns.map { cell($0.0, 22) }.joined())
    for name in columns.first?.1.names ?? [] {
      let cells = columns.map { column -> String in
        guard let value = column.1.summary(name) else { return cell("-", 22) }
        return cell("\(rounded(value.median)) / \(rounded(value.p95))", 22)
      }
      print(cell(name, 30) + cells.joined())
    }
  }

  static func rounded(_ value: Double) -> String {
    let scaled = (value * 100).rounded() / 100
    return scaled == scaled.rounded() ? String(Int(scaled)) : String(scaled)
  }
}
