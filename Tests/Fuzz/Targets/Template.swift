import Notebook

extension FuzzTarget {
  /// A template, filled with values of every kind.
  static let template = FuzzTarget(
    name: "template",
    seeds: {
      [
        "{{title}} {{{title}}} {{&data}}\n{{! a comment }}\n",
        "{{#steps}}\n- {{.}} {{words.size}}\n{{/steps}}\n{{^steps}}none{{/steps}}\n",
        "{{#words}}{{size}}{{#flag}}yes{{/flag}}{{^flag}}no{{/flag}}{{/words}}",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      for language in [TextLanguage.plain, .html, .markdown] {
        _ = try Template(text, language).bytes(fields)
      }
    })

  private static let fields: Fields = [
    "title": "<a> & 'b'", "data": FieldValue.bytes([Array("data".utf8)]), "flag": true,
    // One value: sections in each other would else make as many as their product.
    "steps": ["one"], "words": ["size": "8", "flag": false] as Fields,
  ]
}
