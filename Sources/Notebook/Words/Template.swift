/// A text with fields to fill in, in the language of Mustache: `{{field}}` and `{{{unescaped}}}` or `{{&unescaped}}`,
/// `{{#section}}…{{/section}}`, `{{^inverted section}}…{{/inverted section}}`, `{{!comment}}`, `{{field.of.fields}}`, and `{{.}}`
/// for the value that a section is rendered for.
package struct Template: Sendable {
  private let nodes: [Node]

  /// A part of a template.
  enum Node: Sendable {
    case text([UInt8])
    case field(FieldName, isEscaped: Bool)
    case section(FieldName, [Node])
    case invertedSection(FieldName, [Node])
  }

  /// The names that lead to a value, one in the other: two for `words.size`, none for `.`.
  struct FieldName: Sendable, Equatable {
    let parts: [String]
  }

  /// - Parameter isHTML: whether fields' values become HTML.
  package init(_ text: String, isHTML: Bool) throws(TemplateSyntaxError) {
    nodes = try TemplateParser.parse(text, isHTML: isHTML)
  }

  package func render(_ fields: Fields) -> String {
    String(decoding: bytes(fields), as: UTF8.self)
  }

  /// The filled text in UTF-8.
  package func bytes(_ fields: Fields) -> [UInt8] {
    var renderer = TemplateRenderer(fields)
    renderer.write(nodes)
    return renderer.output
  }
}

/// Writes the parts of templates, with the values of fields.
private struct TemplateRenderer {
  private(set) var output: [UInt8] = []
  /// The fields, and the values of the sections around what is written.
  private var scopes: [FieldValue]

  init(_ fields: Fields) {
    scopes = [.fields(fields)]
    // Most of a page is pictures: what the template adds is little.
    let size = fields.size
    output.reserveCapacity(size + size / 4)
  }

  mutating func write(_ nodes: [Template.Node]) {
    for node in nodes {
      switch node {
      case .text(let text): output += text
      case .field(let name, let isEscaped): write(value(of: name), isEscaped: isEscaped)
      case .section(let name, let nodes):
        switch value(of: name) {
        case nil, .flag(false)?: break
        case .flag(true)?: write(nodes)
        case .list(let values)?: for value in values { write(nodes, in: value) }
        case let value?: write(nodes, in: value)
        }
      case .invertedSection(let name, let nodes):
        switch value(of: name) {
        case nil, .flag(false)?: write(nodes)
        case .list(let values)? where values.isEmpty: write(nodes)
        default: break
        }
      }
    }
  }

  private mutating func write(_ nodes: [Template.Node], in scope: FieldValue) {
    scopes.append(scope)
    write(nodes)
    scopes.removeLast()
  }

  private func value(of name: Template.FieldName) -> FieldValue? {
    guard let first = name.parts.first else { return scopes.last }
    // Inner scopes hide outer ones.
    for case .fields(let fields) in scopes.reversed() {
      guard let value = fields.value(of: first) else { continue }
      return name.parts.dropFirst().reduce(value) { value, part in
        if case .fields(let fields)? = value { fields.value(of: part) } else { nil }
      }
    }
    return nil
  }

  private mutating func write(_ value: FieldValue?, isEscaped: Bool) {
    switch value {
    case .text(let text)?: if isEscaped { escape(text) } else { output += text.utf8 }
    case .bytes(let parts)?: for part in parts { output += part }
    case .flag(let flag)?: output += "\(flag)".utf8
    case .list?, .fields?, nil: break
    }
  }

  private mutating func escape(_ text: String) {
    var text = text
    text.withUTF8 { text in
      // Most texts have nothing to escape.
      var rest = text[...]
      while let place = rest.firstIndex(where: { Self.entity($0) != nil }) {
        output += rest[..<place]
        output += (Self.entity(rest[place]) ?? "").utf8
        rest = rest[(place + 1)...]
      }
      output += rest
    }
  }

  private static func entity(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
