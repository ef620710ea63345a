import CMark

/// CommonMark and GitHub's tables as HTML, by cmark-gfm.
enum Markdown {
  /// Raw HTML in the text is left out.
  static func html(_ text: String) -> String {
    guard let document = MarkdownDocument(text),
      let bytes = cmark_render_html(
        document.root, CMARK_OPT_TABLE_PREFER_STYLE_ATTRIBUTES, nil)
    else { return "" }
    defer { cmark_get_default_mem_allocator().pointee.free(bytes) }
    // A wide table scrolls by itself, also by keys. No other `<table>` is left: raw ones are left out.
    return String(cString: bytes)
      .replacing("<table>", with: "<div class=\"scroll\" tabindex=\"0\"><table>")
      .replacing("</table>", with: "</table></div>")
  }

  /// The text without its signs.
  static func plain(_ text: String) -> String {
    guard let document = MarkdownDocument(text) else { return text }
    var result = ""
    document.visit { node, _ in
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

/// A text in Markdown as cmark-gfm reads it.
struct MarkdownDocument: ~Copyable {
  let root: OpaquePointer

  /// Registers GitHub's extensions, once.
  private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

  init?(_ text: String) {
    Self.registered
    guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return nil }
    defer { cmark_parser_free(parser) }
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"))
    cmark_parser_feed(parser, text, text.utf8.count)
    guard let root = cmark_parser_finish(parser) else { return nil }
    self.root = root
  }

  deinit { cmark_node_free(root) }

  /// Gives each node to `body` as it begins, and as it ends where there can be others in it.
  func visit(_ body: (_ node: OpaquePointer?, _ isEntering: Bool) -> Void) {
    guard let iterator = cmark_iter_new(root) else { return }
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { break }
      body(cmark_iter_get_node(iterator), event == CMARK_EVENT_ENTER)
    }
  }
}
