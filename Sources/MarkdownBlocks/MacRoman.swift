/// The character set of the classic Macintosh, still a common misreading.
enum MacRoman {
  /// 0x80 to 0xFF (unicode.org, APPLE/ROMAN.TXT).
  private static let high: [Unicode.Scalar] = Array(
    """
    ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ\
    ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ
    """.unicodeScalars)

  private static let bytes: [Unicode.Scalar: UInt8] = {
    var bytes: [Unicode.Scalar: UInt8] = [:]
    for (index, scalar) in high.enumerated() {
      bytes[scalar] = UInt8(truncatingIfNeeded: index + 0x80)
    }
    // Before Mac OS 8.5 the place of the euro sign was the currency sign's.
    bytes["\u{A4}"] = 0xDB
    return bytes
  }()

  /// The byte that is read as `scalar`; nil when none is.
  static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    scalar.value < 0x80 ? UInt8(scalar.value) : bytes[scalar]
  }
}
