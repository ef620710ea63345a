import Notebook
import Testing

/// Pages as templates and fields make them.
@Suite struct TemplateTests {
  private let template = """
    {{title}}{{#rows}}[{{name}}{{#last}}!{{/last}}]{{/rows}}{{^rows}}none{{/rows}}\
    {{#note}}<{{{note}}}>{{/note}} {{words.hello}} {{{picture}}}{{#list}}({{.}}){{/list}}
    """

  private func page(
    title: String, rows: [(String, Bool)], note: String? = nil, list: [String] = ["x"]
  ) -> Fields {
    var fields: Fields = [
      "title": title, "rows": rows.map { ["name": $0.0, "last": $0.1] as Fields },
      "words": ["hello": "hi"] as Fields, "picture": FieldValue.bytes([Array("a<b".utf8)]),
      "list": list,
    ]
    fields["note"] = note
    return fields
  }

  @Test func `one template gives each page what its own fields say`() throws {
    let template = try Template(template, isHTML: true)
    let pages = [
      page(title: "A & <B>", rows: [("p", false), ("q", true)]),
      page(title: "'\"", rows: [("<q>", false), ("r", true)]),
      page(title: "12<\u{1}", rows: [("1", true), ("0", false)], list: ["2", "{{title}}"]),
      page(title: "none", rows: [], note: "<b>&</b>", list: []),
      page(title: "again", rows: [], note: "", list: []),
    ]
    let expected = [
      "A &amp; &lt;B&gt;[p][q!] hi a<b(x)",
      "&#39;&quot;[&lt;q&gt;][r!] hi a<b(x)",
      "12&lt;\u{1}[1!][0] hi a<b(2)({{title}})",
      "nonenone<<b>&</b>> hi a<b",
      "againnone<> hi a<b",
    ]
    for _ in 0..<2 {
      for (page, text) in zip(pages, expected) {
        #expect(String(decoding: template.bytes(page), as: UTF8.self) == text)
      }
    }
  }

  @Test func `plain text is not escaped`() throws {
    let template = try Template("{{x}}", isHTML: false)
    #expect(template.render(["x": "<"]) == "<")
    #expect(template.bytes(["x": "<"]) == [UInt8(ascii: "<")])
  }
}
