import CMark

/// CommonMark as HTML, by cmark.
enum Markdown {
  /// Raw HTML in the text is left out, so that names from files cannot add any.
  static func html(_ text: String) -> String {
    guard let bytes = cmark_markdown_to_html(text, text.utf8.count, CMARK_OPT_DEFAULT) else {
      return ""
    }
    defer { cmark_get_default_mem_allocator().pointee.free(bytes) }
    return String(cString: bytes)
  }

  /// One paragraph's HTML without its `<p>`, for places that are a paragraph already.
  static func inlineHTML(_ text: String) -> String {
    let paragraph = html(text)
    let (start, end) = ("<p>", "</p>\n")
    guard paragraph.hasPrefix(start), paragraph.hasSuffix(end) else { return paragraph }
    return String(paragraph.dropFirst(start.count).dropLast(end.count))
  }
}
