import CMark
import Plot

/// A block of Markdown, to be set on paper.
enum MarkupBlock {
  /// A paragraph or list item, as Pango's markup.
  case paragraph(String)
  case table(MarkupTable)
}

/// A table whose cells are Pango's markup; its first row is its head.
struct MarkupTable {
  var rows: [[String]] = []
  /// Of each column.
  let alignments: [TextLayout.Alignment]
}

extension Markdown {
  /// The blocks of Markdown, in order.
  static func blocks(_ text: String) -> [MarkupBlock] {
    guard let document = MarkdownDocument(text) else {
      return [.paragraph(PangoMarkup.escaped(text))]
    }
    var reader = MarkupReader()
    document.visit { reader.read($0, isEntering: $1) }
    return reader.blocks
  }

  /// A line of Markdown, such as a title, as Pango's markup.
  static func markup(_ line: String) -> String {
    blocks(line).compactMap { if case .paragraph(let text) = $0 { text } else { nil } }
      .joined(separator: " ")
  }
}

/// Collects a document's blocks.
private struct MarkupReader {
  private(set) var blocks: [MarkupBlock] = []
  /// What is read of a paragraph or a cell.
  private var current = ""
  /// The table that is being read.
  private var table: MarkupTable?

  mutating func read(_ node: OpaquePointer?, isEntering: Bool) {
    let literal =
      cmark_node_get_literal(node).map { PangoMarkup.escaped(String(cString: $0)) } ?? ""
    switch cmark_node_get_type(node) {
    case CMARK_NODE_TEXT: current += literal
    case CMARK_NODE_CODE:
      current += "<span font_family=\"DejaVu Sans Mono\" size=\"90%\">\(literal)</span>"
    case CMARK_NODE_CODE_BLOCK:
      current += "<tt>\(literal)</tt>"
      endParagraph()
    case CMARK_NODE_SOFTBREAK: current += " "
    case CMARK_NODE_LINEBREAK: current += "\n"
    case CMARK_NODE_STRONG: current += isEntering ? "<b>" : "</b>"
    case CMARK_NODE_EMPH: current += isEntering ? "<i>" : "</i>"
    case CMARK_NODE_ITEM: if isEntering { current += "•\u{2002}" }
    case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING: if !isEntering { endParagraph() }
    default: readTable(node, isEntering: isEntering)
    }
  }

  private mutating func endParagraph() {
    if !current.isEmpty { blocks.append(.paragraph(current)) }
    current = ""
  }

  /// Reads a table's beginning or end, or that of a row or cell: the types of an extension's nodes are known by their names.
  private mutating func readTable(_ node: OpaquePointer?, isEntering: Bool) {
    switch (String(cString: cmark_node_get_type_string(node)), isEntering) {
    case ("table", true):
      endParagraph()
      table = MarkupTable(alignments: Self.alignments(of: node))
    case ("table", false):
      if let table { blocks.append(.table(table)) }
      table = nil
    case ("table_header", true), ("table_row", true): table?.rows.append([])
    case ("table_cell", false):
      if let row = table?.rows.indices.last { table?.rows[row].append(current) }
      current = ""
    default: break
    }
  }

  private static func alignments(of table: OpaquePointer?) -> [TextLayout.Alignment] {
    guard let signs = cmark_gfm_extensions_get_table_alignments(table) else { return [] }
    return (0..<Int(cmark_gfm_extensions_get_table_columns(table))).map { column in
      switch signs[column] {
      case UInt8(ascii: "r"): .right
      case UInt8(ascii: "c"): .center
      default: .left
      }
    }
  }
}

extension MarkupTable {
  /// A step's table: numbers stand at the right.
  init(_ table: StepTable) {
    rows = ([table.head] + table.rows).map { $0.map(PangoMarkup.escaped) }
    alignments = table.isNumeric.map { $0 ? .right : .left }
  }
}

enum PangoMarkup {
  /// Text that Pango's markup shows as it is.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
