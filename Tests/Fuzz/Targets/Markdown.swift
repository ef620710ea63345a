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
        "| a | b\\|c |\n|:-:|---:|\n| `d` | **e** |\n| f |\n",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = Markdown.html(text)
      _ = Markdown.inlineHTML(text)
      _ = Markdown.plain(text)
      for block in Markdown.blocks(text) {
        let texts =
          switch block {
          case .paragraph(let markup): [markup]
          case .table(let table): table.rows.flatMap { $0 }
          }
        for text in texts { _ = TextLayout(text, isMarkup: true, font: Font(size: 10), width: 300) }
      }
    })
}
