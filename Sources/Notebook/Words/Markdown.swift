import CMark

/// CommonMark as HTML, by cmark.
enum Markdown {
  /// Raw HTML in the text is left out.
  static func html(_ text: String) -> String {
    guard let bytes = cmark_markdown_to_html(text, text.utf8.count, CMARK_OPT_DEFAULT) else {
      return ""
    }
    defer { cmark_get_default_mem_allocator().pointee.free(bytes) }
    return String(cString: bytes)
  }

  /// The text without its signs.
  static func plain(_ text: String) -> String {
    guard let document = cmark_parse_document(text, text.utf8.count, CMARK_OPT_DEFAULT) else {
      return text
    }
    defer { cmark_node_free(document) }
    var result = ""
    guard let iterator = cmark_iter_new(document) else { return text }
    defer { cmark_iter_free(iterator) }
    while cmark_iter_next(iterator) != CMARK_EVENT_DONE {
      let node = cmark_iter_get_node(iterator)
      if let literal = cmark_node_get_literal(node) { result += String(cString: literal) }
    }
    return result
  }

  /// One paragraph's HTML without its `<p>`, for places that are a paragraph already.
  static func inlineHTML(_ text: String) -> String {
    let paragraph = html(text)
    let (start, end) = ("<p>", "</p>\n")
    guard paragraph.hasPrefix(start), paragraph.hasSuffix(end) else { return paragraph }
    return String(paragraph.dropFirst(start.count).dropLast(end.count))
  }
}
