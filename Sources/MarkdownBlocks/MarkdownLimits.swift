/// How much of a file is read as Markdown. What passes a limit is shown as it stands.
///
/// The Markdown library of Debian 12 takes time and memory that grow with the square of some inputs
/// (wide tables, deep nesting, long link definitions); below these bounds a file of the greatest
/// size opens in well under two seconds (RELIABILITY 26).
public enum MarkdownLimits {
  /// Bytes of a file: 1 MiB.
  public static let fileBytes = 1 << 20
  /// Lines of a file. The largest of 1,190 public runbooks has under 4,000.
  public static let fileLines = 65_536
  /// Bytes of the front matter: 64 KiB.
  public static let frontMatterBytes = 64 << 10
  /// Bytes of a line that may be a row of a table.
  public static let tableLineBytes = 1_000
  /// Bars in a line that may be a row of a table.
  static let tableLineBars = 128
  /// Cells of all tables, rows that are too short counted in full.
  static let tableCells = 50_000
  /// Blocks within blocks.
  public static let depth = 64
  /// Marks of inline style, links and tags in a file.
  static let marksInFile = 150_000
  /// Bytes that the definitions of links may grow to where they are used.
  static let definitionGrowth = 8 << 20
}
