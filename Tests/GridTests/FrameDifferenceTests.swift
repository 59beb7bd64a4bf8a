import Grid
import Testing
import TextGate

@Suite("Frame differences")
struct FrameDifferenceTests {
  private let size = Size(columns: 12, rows: 3)

  @Test("name the cells that changed and no others")
  func runs() {
    var old = Frame(size: size)
    old.put("update  2:11", row: 0, column: 0)
    old.put("漢字", row: 1, column: 2)
    var new = old
    #expect(FrameDifference(from: old, to: new).isEmpty)
    new.put("0", row: 0, column: 11)
    new.put("U", row: 0, column: 0)
    new.put("字", row: 1, column: 2)
    new.add(.selected, to: Area(row: 2, column: 5, rows: 1, columns: 2))
    #expect(
      FrameDifference(from: old, to: new).runs.map {
        [$0.row, $0.columns.lowerBound, $0.columns.count]
      }
        == [[0, 0, 1], [0, 11, 1], [1, 2, 1], [2, 5, 2]])
  }

  @Test("are whole rows where there is no old frame of the same size")
  func wholeRows() {
    let new = Frame(size: size)
    for old in [
      nil, Frame(size: Size(columns: 12, rows: 2)), Frame(size: Size(columns: 3, rows: 12)),
    ] {
      let runs = FrameDifference(from: old, to: new).runs
      #expect(runs.map(\.row) == [0, 1, 2])
      #expect(runs.allSatisfy { $0.columns == 0..<12 })
    }
    #expect(FrameDifference(from: nil, to: Frame(size: Size(columns: 0, rows: 3))).isEmpty)
  }

  @Test("compare marks by what they are, not by when they were put")
  func marks() {
    var old = Frame(size: size)
    old.put("e\u{301}a\u{302}", row: 0, column: 0)
    var new = Frame(size: size)
    new.put("a\u{302}", row: 0, column: 1)
    new.put("e\u{301}", row: 0, column: 0)
    #expect(FrameDifference(from: old, to: new).isEmpty)
    new.put("e\u{300}", row: 0, column: 0)
    #expect(FrameDifference(from: old, to: new).runs.count == 1)
  }

  @Test("turn one frame into the other when only they are copied")
  func applied() {
    var random = Seeded(3)
    for _ in 0..<300 {
      var old = Frame(size: size)
      for _ in 0..<5 { random.scribble(&old) }
      var new = old
      for _ in 0..<3 { random.scribble(&new) }
      var lines = (0..<size.rows).map { row in (0..<size.columns).map { old[row, $0] } }
      for run in FrameDifference(from: old, to: new).runs {
        for column in run.columns { lines[run.row][column] = new[run.row, column] }
        #expect(run.columns.contains { old[run.row, $0] != new[run.row, $0] })
      }
      #expect(lines == (0..<size.rows).map { row in (0..<size.columns).map { new[row, $0] } })
    }
  }
}

extension Seeded {
  fileprivate mutating func scribble(_ frame: inout Frame) {
    frame.put(
      Untrusted(text(of: number(1...5))).showable, row: number(0...2), column: number(-2...12),
      style: pick([.plain, .due, .selected]))
  }
}
