import CAMNet
import Foundation
import Notebook
import TestSupport
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
    let template = try Template(template, .html)
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
      "12&lt;\u{FFFD}[1!][0] hi a<b(2)({{title}})",
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
    let template = try Template("{{x}}", .plain)
    #expect(template.render(["x": "<"]) == "<")
    #expect(template.bytes(["x": "<"]) == [UInt8(ascii: "<")])
  }

  @Test(arguments: [
    ("{{x}} {{{x}}}", "**b**", "\\*\\*b\\*\\* \\*\\*b\\*\\*"),
    ("`{{x}}`", "a*b", "`a*b`"), ("`{{x}}` {{x}}", "a`b", "``a`b`` a\\`b"),
    // A pipe would end a table's cell.
    ("| `{{x}}` |", "a|b|", "| `a`\\|`b`\\| |"), ("| {{x}} |", "a|b", "| a\\|b |"),
    ("`{{x}}|`", "a\\|`", "`a\\`\\|`` `| ``"), ("a\n{{x}}", ":-", "a\n\\:-"),
    ("`{{x}}`", "a | b | c", "`a `\\|`  b  `\\|` c`"), ("`` `{{x}}` ``", "a", "`` `a` ``"),
    ("`{{x}}`", "`", "`` ` ``"),
    ("``{{x}}``", "a``b\nc", "```a``b c```"), ("`{{x}}`", "", "` `"),
    // No code span: a backtick alone, one that is escaped, one in another paragraph, one in a section.
    ("` {{x}}", "*", "` \\*"), ("\\`{{x}}`", "*", "\\`\\*`"), ("`a\n\n{{x}}`", "*", "`a\n\n\\*`"),
    ("{{#x}}`{{/x}}{{x}}`", "*", "`\\*`"), ("`{{#x}}{{x}}{{/x}}`", "*", "`*`"),
    ("a {{x}}", "# b", "a # b"), ("{{x}}", "# b", "\\# b"), ("- **{{x}}", "1. b", "- **1\\. b"),
    ("a\n{{x}}", "- b", "a\n\\- b"), ("a {{x}}", "1. b - c", "a 1. b - c"),
    ("{{x}}", "snake_case _b_ 5 < 6 & 7 &lt;", "snake_case \\_b\\_ 5 &lt; 6 & 7 &amp;lt;"),
  ])
  func `in Markdown a value is text, in a code span and out of it`(
    text: String, value: String, rendered: String
  ) throws {
    #expect(try Template(text, .markdown).render(["x": value]) == rendered)
  }

  @Test(arguments: [
    ("a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n"),
    ("a\r\n  {{#yes}}  \r\n  b\r\n\t{{/yes}}\r\nc", "a\r\n  b\r\nc"),
    ("  {{^yes}}\nb\n  {{/yes}}\n  {{^no}}\n  c\n{{/no}}", "  c\n"),
    ("  {{! a\ncomment }}\n  {{!another}} a", "   a"),
    ("  {{yes}}\n{{{no}}}\n", "  true\nfalse\n"),
    ("a {{#yes}}\n b {{/yes}}\n", "a \n b \n"),
    // What stands behind a section is at the line's start where the section's first tag was.
    ("{{#yes}}\na{{/yes}} {{#yes}}\nb{{/yes}}", "ab"),
    ("a{{#yes}}b\n{{/yes}}\n{{#yes}}\nc\n{{/yes}}", "ab\n\nc\n"),
  ])
  func `a line with nothing but a section's tag or a comment is left out`(
    text: String, rendered: String
  ) throws {
    let fields: Fields = ["yes": true, "no": false]
    #expect(try Template(text, .html).render(fields) == rendered)
  }

  @Test(arguments: [
    ("{{text}} {{{text}}} {{&text}} {{ text }} {{&\ntext\n}}", "&lt;b&gt; <b> <b> &lt;b&gt; <b>"),
    (
      "{{#outer}}{{name}} {{text}} {{inner.name}}{{#inner}} {{name}}{{/inner}}{{/outer}}",
      "o &lt;b&gt; i i"
    ),
    ("{{outer.inner.name}}{{outer.none.name}}{{text.name}}{{outer}}{{none}}", "i"),
    ("{{#list}}{{.}}{{#text}}{{{.}}}{{/text}}{{/list}}{{^list}}none{{/list}}", "1<b>2<b>"),
    ("{{^none}}none{{/none}}{{^text}}none{{/text}}{{#empty}}there{{/empty}}", "nonethere"),
    ("{ {text} {{text}}} }}", "{ {text} &lt;b&gt;} }}"),
  ])
  func `names are looked for from the inside out`(text: String, rendered: String) throws {
    let fields: Fields = [
      "text": "<b>", "list": ["1", "2"], "empty": "",
      "outer": ["name": "o", "inner": ["name": "i"] as Fields] as Fields,
    ]
    #expect(try Template(text, .html).render(fields) == rendered)
  }

  @Test(arguments: [
    (
      "a\n\n{{#b}}\n{{/c}}\n", "4: section 'b', which begins in line 3, is closed as 'c'"
    ),
    ("a\n{{/b}}", "2: section 'b' is closed and was not opened"),
    ("a\n{{#b}}\nc\n", "2: section 'b' is not closed; {{/b}} closes it"),
    ("a\n\n\n{{b c}}", "4: \(openBraces)"), ("a {{{b}} c", "1: \(openBraces)"),
    ("a {{b", "1: \(openBraces)"), ("a {{b\n\nc", "1: \(openBraces)"),
    ("a {{! b\nc", "1: a comment's braces are not closed"),
    (
      "a\n{{> b}}",
      "2: there are no partials, templates inside a template: write out what the partial holds"
    ),
    (
      "a\n{{=<% %>=}}",
      "2: braces hold a field, a section's name or a comment, and nothing else of Mustache"
    ),
  ])
  func `an error says what is wrong in which line`(text: String, sentence: String) {
    let error = #expect(throws: TemplateSyntaxError.self) { try Template(text, .html) }
    #expect(error.map { "\($0.line): \($0.reason)" } == sentence)
  }
}

private let openBraces = "a field's braces are not closed: they hold one name, as {{name}} does"

/// Words of one's own.
@Suite struct OwnWordsTests {
  private func words(_ text: String, language: Language = .english) throws -> Words {
    let folder = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appending(path: "walkthrough.en.md"))
    return try Words(language, TemplateFiles(folder: folder.path))
  }

  private func report(_ words: Words, _ model: Model) throws -> Report {
    try Walkthrough(
      model: LoadedModel(model, weights: .synthetic(seed: "words")),
      options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze), words: words
    ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
  }

  private func expectError(
    _ text: String, saying parts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(throws: TemplateError.self, sourceLocation: sourceLocation) {
      _ = try self.report(self.words(text), OwnNetworks.small())
    }
    for part in parts {
      #expect("\(error)".contains(part), "\(error)", sourceLocation: sourceLocation)
    }
  }

  @Test func `one's own entry comes before camreport's, however particular that is`() throws {
    let words = try words("# convolution\nMy {{name}}\n\nMine, {{kernel}}, {{in_channels}}.\n")
    let report = try report(words, OwnNetworks.small())
    let step = try #require(report.steps.first { $0.name == "conv" })
    #expect(step.title == "My conv" && step.prose == "Mine, 5×3, 3.")
  }

  @Test func `an entry may be for one layer or step of one model, which is there`() throws {
    _ = try words("# vgg16-cam.conv5_3\nThe last\n\n{{name}}\n")
    _ = try words("# vgg16-cam.class_map\nThe map\n\n{{channels}}\n")
    try expectError(
      "# vgg16-cam.conv9_9\nThe last\n\nMine.\n", saying: "vgg16-cam", "conv9_9", ":1")
    try expectError("# some-network.conv\nThe last\n\nMine.\n", saying: "some-network.conv", ":1")
  }

  @Test func `a field that an entry does not have is named with the entry, the file and the line`()
    throws
  {
    try expectError(
      "# max_pooling\nPool\n\nMine, {{relu6}}.\n", saying: "'relu6'", "'max_pooling'", ":4")
    try expectError("# page.photo\nThe photo {{size}}\n", saying: "'size'", "'page.photo'", ":2")
    try expectError(
      "# softmax\nThe end\n\nMine.\n---\nIt says {{lead}}.\n", saying: "'lead'", "'softmax'", ":6")
    try expectError("# softmax\nThe end\n\nMine, {{nothing}}.\n", saying: "'nothing'", ":4")
  }
}
