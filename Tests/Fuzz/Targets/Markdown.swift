@testable import Notebook
@testable import Plot

extension FuzzTarget {
  /// Markdown as HTML, as plain text, and as Pango's markup that is set on paper.
  static let markdown = FuzzTarget(
    name: "markdown",
    seeds: {
      [
        "One *two* **three** `four` <b>five</b> & six\\\nseven [eight](nine)\n\n- ten\n- eleven\n",
        "# Head\n\n> quoted\n\n```\ncode <tt>\n```\n\n1. one\n   - two\n\n---\n![p](q \"r\")\n",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = Markdown.html(text)
      _ = Markdown.inlineHTML(text)
      _ = Markdown.plain(text)
      for markup in Markdown.markup(text) {
        _ = TextLayout(markup, isMarkup: true, font: Font(size: 10), width: 300)
      }
    })
}
