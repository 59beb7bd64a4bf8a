import TextGate

/// A block of a Markdown document, with the lines it stands on.
public struct Block: Hashable, Sendable {
  /// What a block is.
  public enum Kind: Hashable, Sendable {
    /// 1 to 6.
    case heading(level: Int)
    case paragraph
    /// Its children are items.
    case list(List)
    /// An item of a list; its children are blocks.
    case item(Item)
    /// A code block, fenced or indented.
    case fence(Fence)
    case table(Table)
    /// A block quote; its children are blocks.
    case quote
    /// An HTML comment, markers and all. Whatever stands in it is switched off.
    case comment
    /// Any other HTML.
    case html
    case thematicBreak
    /// The text that a footnote mark points to; its children are blocks.
    case footnote
    /// Lines that define links, or a footnote that nothing points to.
    case definition
    /// The lines between `---` at the head of the file.
    case frontMatter
    /// Blank lines between two other blocks.
    case blank
    /// Lines shown as they stand, because reading them would pass a limit.
    case plain
  }

  /// What it is, with what only that kind has.
  public let kind: Kind
  /// From 1; blank lines after the block are not part of it.
  public let lines: ClosedRange<Int>
  /// The bytes of ``lines``, their line ends with them.
  public let bytes: Range<Int>
  /// The text of a heading, a paragraph or a plain block; empty elsewhere.
  public let inlines: [Inline]
  /// In the order of the text; empty for blocks that hold none.
  public let children: [Block]

  init(
    kind: Kind, lines: ClosedRange<Int>, bytes: Range<Int>, inlines: [Inline] = [],
    children: [Block] = []
  ) {
    self.kind = kind
    self.lines = lines
    self.bytes = bytes
    self.inlines = inlines
    self.children = children
  }

  /// What a list is.
  public struct List: Hashable, Sendable {
    /// Whether its items are numbered.
    public let isOrdered: Bool
    /// The number of the first item; 1 when it is not ordered.
    public let start: Int
  }

  /// What an item is.
  public struct Item: Hashable, Sendable {
    /// Its number in an ordered list.
    public let ordinal: Int?
    /// Whether its box is ticked; nil when it has none.
    public let isTicked: Bool?
  }

  /// A code block.
  public struct Fence: Hashable, Sendable {
    /// False for a block made by indentation alone.
    public let isFenced: Bool
    /// The info string: `bash`, `sh timeout=30`; empty when there is none.
    public let info: Untrusted
    /// False when no closing fence was found.
    public let isClosed: Bool
    /// The line of the first content line, from 1.
    public let firstLine: Int
    /// The bytes of each content line in the source, without its line end and without the
    /// indentation or marks of what it stands in.
    public let contentLines: [Range<Int>]

    /// The first word of the info string in lower case: `bash`.
    public var language: String {
      info.raw.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "{" || $0 == "," })
        .first.map { $0.lowercased() } ?? ""
    }
  }

  /// A table.
  public struct Table: Hashable, Sendable {
    /// The cells of the first row.
    public let header: [Cell]
    /// The rows under the header, in the order of the text.
    public let rows: [Row]

    /// A row with its line, from 1.
    public struct Row: Hashable, Sendable {
      /// Where it stands in the file, from 1.
      public let line: Int
      /// One for each column of the header: a short row is filled up, a long one cut.
      public let cells: [Cell]
    }

    /// A cell's text.
    public struct Cell: Hashable, Sendable {
      /// In the order of the text; none for an empty cell.
      public let inlines: [Inline]
    }
  }
}

extension Block {
  /// The text of the block with its marks dropped.
  public var plainText: String { inlines.plainText }

  /// The fence, when it is one.
  public var fence: Fence? {
    if case .fence(let fence) = kind { fence } else { nil }
  }

  /// The item, when it is one.
  public var item: Item? {
    if case .item(let item) = kind { item } else { nil }
  }

  /// The list, when it is one.
  public var list: List? {
    if case .list(let list) = kind { list } else { nil }
  }
}
