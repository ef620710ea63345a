import CMark

extension Markdown {
  /// Inline Markdown as Pango's markup, a text for each paragraph or list item.
  static func markup(_ text: String) -> [String] {
    guard let document = cmark_parse_document(text, text.utf8.count, CMARK_OPT_DEFAULT),
      let iterator = cmark_iter_new(document)
    else { return [PangoMarkup.escaped(text)] }
    defer {
      cmark_iter_free(iterator)
      cmark_node_free(document)
    }
    var paragraphs: [String] = []
    var current = ""
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { break }
      let node = cmark_iter_get_node(iterator)
      let isEntering = event == CMARK_EVENT_ENTER
      let literal =
        cmark_node_get_literal(node).map { PangoMarkup.escaped(String(cString: $0)) } ?? ""
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT: current += literal
      case CMARK_NODE_CODE:
        current += "<span font_family=\"DejaVu Sans Mono\" size=\"90%\">\(literal)</span>"
      case CMARK_NODE_CODE_BLOCK: current += "<tt>\(literal)</tt>"
      case CMARK_NODE_SOFTBREAK: current += " "
      case CMARK_NODE_LINEBREAK: current += "\n"
      case CMARK_NODE_STRONG: current += isEntering ? "<b>" : "</b>"
      case CMARK_NODE_EMPH: current += isEntering ? "<i>" : "</i>"
      case CMARK_NODE_ITEM: if isEntering { current += "•\u{2002}" }
      case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING:
        if !isEntering {
          paragraphs.append(current)
          current = ""
        }
      default: break
      }
    }
    if !current.isEmpty { paragraphs.append(current) }
    return paragraphs
  }
}

enum PangoMarkup {
  /// Text that Pango's markup shows as it is.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
