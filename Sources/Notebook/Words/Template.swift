import Plot

/// A text with fields to fill in, in the language of Mustache: `{{field}}` and `{{{unescaped}}}` or `{{&unescaped}}`,
/// `{{#section}}…{{/section}}`, `{{^inverted section}}…{{/inverted section}}`, `{{!comment}}`, `{{field.of.fields}}`, and `{{.}}`
/// for the value that a section is rendered for.
///
/// A field's value is text, whatever it holds: it is escaped so that the language that the template is in shows it as it is.
package struct Template: Sendable {
  private let nodes: [Node]
  private let language: TextLanguage

  /// A part of a template.
  enum Node: Sendable {
    case text([UInt8])
    case field(FieldName, isEscaped: Bool)
    case section(FieldName, [Node])
    case invertedSection(FieldName, [Node])
    /// What stands between two runs of so many backticks in Markdown, where nothing can be escaped.
    case code(ticks: Int, [Node])
  }

  /// The names that lead to a value, one in the other: two for `words.size`, none for `.`.
  struct FieldName: Sendable, Equatable, CustomStringConvertible {
    let parts: [String]

    var description: String { parts.isEmpty ? "." : parts.joined(separator: ".") }
  }

  package init(_ text: String, _ language: TextLanguage) throws(TemplateSyntaxError) {
    nodes = try TemplateParser.parse(text, language)
    self.language = language
  }

  package func render(_ fields: Fields) -> String {
    String(decoding: bytes(fields), as: UTF8.self)
  }

  /// The filled text as plain text, whatever language the template is in.
  package func plain(_ fields: Fields) -> String {
    String(decoding: bytes(fields, .plain), as: UTF8.self)
  }

  /// The filled text in UTF-8.
  package func bytes(_ fields: Fields) -> [UInt8] { bytes(fields, language) }

  private func bytes(_ fields: Fields, _ language: TextLanguage) -> [UInt8] {
    var renderer = TemplateRenderer(fields, language)
    renderer.write(nodes)
    return renderer.output
  }
}

/// What a template is in, and so how the values of its fields are escaped.
package enum TextLanguage: Sendable {
  case plain, html
  /// Here `{{{field}}}` is escaped too: what is Markdown already is a ``FieldValue/composed(_:)``.
  case markdown
}

/// Writes the parts of templates, with the values of fields.
private struct TemplateRenderer {
  private(set) var output: [UInt8] = []
  /// The fields, and the values of the sections around what is written.
  private var scopes: [FieldValue]
  private let language: TextLanguage
  private var isInCode = false
  /// Where in the output the pipes are that values hold in the code span that is being written.
  private var pipes: [Int] = []

  init(_ fields: Fields, _ language: TextLanguage) {
    scopes = [.fields(fields)]
    self.language = language
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
      case .code(let ticks, let nodes): writeCode(nodes, ticks: ticks)
      }
    }
  }

  /// Writes a code span with as many backticks as its contents need. A pipe in a value would end the cell of a table even here,
  /// where nothing can be escaped, so it stands between two spans.
  private mutating func writeCode(_ nodes: [Template.Node], ticks: Int) {
    let fence = [UInt8](repeating: UInt8(ascii: "`"), count: ticks)
    // Inside another span it is text.
    guard !isInCode else {
      output += fence
      write(nodes)
      output += fence
      return
    }
    let start = output.count
    isInCode = true
    write(nodes)
    isInCode = false
    var spans: [ArraySlice<UInt8>] = []
    var begin = start
    for pipe in pipes {
      spans.append(output[begin..<pipe])
      begin = pipe + 1
    }
    spans.append(output[begin...])
    pipes = []
    let isWhole = spans.count == 1
    let codes = spans.map {
      $0.isEmpty && !isWhole ? [] : Self.code($0, ticks: ticks, isWhole: isWhole)
    }
    output.replaceSubrange(start..., with: Array(codes.joined(separator: #"\|"#.utf8)))
  }

  /// - Parameter isWhole: whether the contents have the ends that the template gives them, which may be spaces that are not shown.
  private static func code(
    _ content: ArraySlice<UInt8>, ticks: Int, isWhole: Bool
  ) -> [UInt8] {
    let (tick, space) = (UInt8(ascii: "`"), UInt8(ascii: " "))
    let longest = content.split(whereSeparator: { $0 != tick }).map(\.count).max() ?? 0
    // A space beside a backtick is not shown, nor one at either end; and a span cannot be empty.
    let isPadded =
      content.isEmpty || content.first == tick || content.last == tick
      || !isWhole && content.first == space && content.last == space
    let padding = isPadded ? [space] : []
    let fence = [UInt8](repeating: tick, count: max(ticks, longest + 1))
    return fence + padding + content + (content.isEmpty ? [] : padding) + fence
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
    case .composed(let text)?: output += text.utf8
    case .bytes(let parts)?: for part in parts { output += part }
    case .flag(let flag)?: output += "\(flag)".utf8
    case .list?, .fields?, nil: break
    }
  }

  private mutating func escape(_ text: String) {
    switch language {
    case .html: escapeHTML(text)
    case .markdown where !isInCode:
      output += Markdown.escaped(text, beginsLine: isAtLineStart).utf8
    case .markdown, .plain:
      for byte in text.oneLine.utf8 {
        if isInCode, byte == UInt8(ascii: "|") { pipes.append(output.count) }
        output.append(byte)
      }
    }
  }

  /// Whether there is nothing in the line that is written but signs and digits, so that a sign may still make it another
  /// thing than a paragraph.
  private var isAtLineStart: Bool {
    let line = output.reversed().prefix { $0 != UInt8(ascii: "\n") }
    return !line.contains { $0.isLetter || $0 >= 0x80 }
  }

  private mutating func escapeHTML(_ text: String) {
    var text = text.visible
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
