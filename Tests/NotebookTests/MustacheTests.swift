import Notebook
import Testing

/// Templates as <https://mustache.github.io/mustache.5.html> says.
@Suite struct MustacheTests {
  @Test(arguments: [
    ("a {{x}} b", "a &lt;&amp;&gt;&quot;&#39; b"),
    ("a {{{x}}} {{&x}} b", "a <&>\"' <&>\"' b"),
    ("{{ x }}{{missing}}", "&lt;&amp;&gt;&quot;&#39;"),
    (
      "{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{^no}}3{{/no}}{{^yes}}4{{/yes}}{{^missing}}5{{/missing}}",
      "135"
    ),
    ("{{#list}}[{{.}}]{{/list}}{{^list}}none{{/list}}", "[a][b]"),
    ("{{#none}}x{{/none}}{{^none}}none{{/none}}", "none"),
    ("{{#rows}}{{name}}:{{outer}}{{^last}}, {{/last}}{{/rows}}", "p:o, q:o"),
    ("{{words.hello}} {{#words}}{{hello}}{{/words}}", "hi hi"),
    ("{{#outer}}<{{.}}>{{/outer}}", "<o>"),
    ("{{! not shown }}shown", "shown"),
    // A section's tag alone on a line takes the line with it.
    ("a\n  {{#yes}}  \nb\n  {{/yes}}\nc\n", "a\nb\nc\n"),
    ("a\n{{! }}\nb", "a\nb"),
    ("a {{#yes}}\nb{{/yes}}", "a \nb"),
    ("{{#yes}}\nb\n{{/yes}}", "b\n"),
    ("{{#yes}}{{#yes}}\nb{{/yes}}{{/yes}}", "\nb"),
    ("{ {x} }} {", "{ {x} }} {"),
  ])
  func `a template gives what its fields say`(text: String, expected: String) throws {
    let fields: Fields = [
      "x": "<&>\"'", "yes": true, "no": false, "list": ["a", "b"], "none": [] as [String],
      "outer": "o",
      "rows": [["name": "p", "last": false], ["name": "q", "last": true]] as [Fields],
      "words": ["hello": "hi"],
    ]
    #expect(try MustacheTemplate(text).render(fields) == expected)
  }

  @Test func `plain text is not escaped`() throws {
    #expect(try MustacheTemplate("{{x}}", isHTML: false).render(["x": "<"]) == "<")
  }

  @Test(arguments: [
    ("a\n{{#x}}\nb", 2), ("a\n\n{{x", 3), ("{{#x}}\n{{/y}}", 2), ("{{/x}}", 1), ("a\n{{>x}}", 2),
    ("{{}}", 1), ("{{{x}}", 1),
  ])
  func `what is no template is refused, with its line`(text: String, line: Int) {
    let error = #expect(throws: MustacheError.self) { try MustacheTemplate(text) }
    #expect(error?.line == line)
  }
}
