import Foundation
import Testing
import TextGate

/// Text made to act on a terminal or to hide something; each case must hold for its whole class.
struct Hostile: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// Bytes of the original, which may be no UTF-8.
  let bytes: Int

  var testDescription: String { name }

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
    bytes = text.utf8.count
  }

  init(name: String, data: [UInt8]) {
    self.name = name
    text = String(decoding: data, as: UTF8.self)
    bytes = data.count
  }

  /// The texts of `Hostile/strings.jsonl`: name, class and raw bytes of each.
  static func recorded() throws -> [Hostile] {
    struct Line: Decodable {
      let name: String
      let text_base64: String
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Hostile/strings.jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      let line = try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      let data = try #require(Data(base64Encoded: line.text_base64))
      return Hostile(name: line.name, data: Array(data))
    }
  }

  /// Classes of our own, each in several forms.
  static let classes: [Hostile] = {
    var all: [Hostile] = []
    for value in UInt32(0)...0x1F {
      all.append(Hostile("C0 \(value)", "a" + text(value) + "b"))
    }
    for value in UInt32(0x7F)...0x9F { all.append(Hostile("C1 \(value)", text(value) + "31m")) }
    for value in hidden { all.append(Hostile("hidden \(value)", "a" + text(value) + "b")) }
    for value in hidden { all.append(Hostile("only hidden \(value)", text(value))) }
    for mark in [0x301, 0x302, 0x489, 0x20DD, 0x1161, 0x11A8, 0xD7B0, 0x302E, 0x3099] as [UInt32] {
      for count in [1, 4, 5, 300] {
        let marks = String(repeating: text(mark), count: count)
        all.append(Hostile("\(count) marks \(mark)", "e" + marks))
        all.append(Hostile("\(count) marks \(mark) first", marks + "e"))
        all.append(Hostile("\(count) marks \(mark), jammed", "e" + marks + "\u{200D}" + marks))
      }
    }
    all += [
      Hostile("CSI", "\u{1B}[2J\u{1B}[31;1HPassword:"),
      Hostile("OSC title", "\u{1B}]2;owned\u{1B}\\"),
      Hostile("OSC 52", "\u{1B}]52;c;ZWNobw==\u{7}"),
      Hostile("DCS", "\u{1B}P$q\"p\u{1B}\\"),
      Hostile("8-bit CSI", "\u{9B}2J"),
      Hostile("end of paste", "\u{1B}[201~\rtouch x\r"),
      Hostile("carriage return", "NOT fixed\rfixed    "),
      Hostile("line ends", "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}g\u{B}h\u{C}"),
      Hostile("override", "bob\u{202E}ecila\u{202C}"),
      Hostile("isolates", "\u{2066}\u{2067}\u{2068}x\u{2069}"),
      Hostile(
        "tags",
        String(
          String.UnicodeScalarView(
            "rm -rf".unicodeScalars.compactMap {
              Unicode.Scalar($0.value + 0xE0000)
            }))),
      Hostile("emoji sequence", "👩\u{200D}🚒 ⚠\u{FE0F} 🏳\u{FE0F}\u{200D}🌈 👍🏽 🇩🇪"),
      Hostile("selectors as a channel", "a\u{FE00}\u{FE01}\u{FE0F}\u{E0100}\u{E01EF}"),
      Hostile("selectors after a sign", "⚠\u{FE0F}\u{FE0F}\u{FE0E}\u{200D}\u{200D}⚠"),
      Hostile(
        "noncharacters",
        [0xFFFE, 0xFFFF, 0x10FFFF, 0xFDD0, 0xE000, 0x378].map(text).joined()),
      Hostile("blanks", "a\u{2003}\u{205F}\u{1680}\u{3164}\u{2800}\u{A0}\u{3000}b"),
      Hostile("nothing", ""),
    ]
    return all
  }()

  private static let hidden: [UInt32] = [
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x180F, 0x200B, 0x200C,
    0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2064, 0x2066, 0x206F, 0x2800,
    0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0x1BCA0, 0x1D173, 0xE0001, 0xE0020,
    0xE007F, 0xE0100, 0xE01EF, 0xF0000, 0x600, 0x70F, 0x110BD,
  ]

  private static func text(_ value: UInt32) -> String {
    Unicode.Scalar(value).map(String.init) ?? ""
  }

  /// Mixtures of all classes, the same on every run.
  static let mixtures: [Hostile] = {
    var state: UInt64 = 42
    func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
    let pool =
      classes.flatMap { Array($0.text.unicodeScalars.prefix(12)) }
      + Array("ab 漢é\n\t\r".unicodeScalars)
    return (0..<1_500).map { number in
      let scalars = (0..<next(30)).map { _ in pool[next(pool.count)] }
      return Hostile("mixture \(number)", String(String.UnicodeScalarView(scalars)))
    }
  }()

  static func all() throws -> [Hostile] { try recorded() + classes + mixtures }
}
