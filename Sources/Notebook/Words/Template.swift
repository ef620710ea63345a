import Mustache
import Synchronization

/// A text with fields to fill in.
package final class Template: Sendable {
  /// Parsed for the first values.
  private let template: Later<Result<MustacheTemplate, any Error>>
  /// The text where it has no fields.
  private let constant: String?
  private let outlines = Mutex<[(structure: [UInt8], outline: Outline)]>([])

  /// - Parameter isHTML: whether fields' values become HTML.
  package init(_ text: String, isHTML: Bool) {
    template = Later {
      Result { try MustacheTemplate(string: (isHTML ? "" : "{{% CONTENT_TYPE:TEXT}}") + text) }
    }
    constant = text.contains("{{") ? nil : text
  }

  /// Throws where the text is no template; without that, it must be one.
  func check() throws { _ = try template.value.get() }

  package func render(_ fields: Fields) -> String {
    constant ?? String(decoding: bytes(fields), as: UTF8.self)
  }

  /// The text's bytes. Fields may be bytes too, which are written as they are.
  ///
  /// Pages of many photos differ in what their fields say, and hardly in which there are: the template is rendered once for
  /// all that have the same fields, with a mark in the place of each value.
  package func bytes(_ fields: Fields) -> [UInt8] {
    var content = TemplateContent()
    content.add(fields)
    let outline = outlines.withLock { outlines in
      if let known = outlines.first(where: { $0.structure == content.structure }) {
        return known.outline
      }
      guard case .success(let template) = template.value else {
        preconditionFailure("a template that was not checked does not parse")
      }
      var marks = Marks()
      let outline = Outline(template.render(fields.marked(&marks)))
      // Structures are few: what is not seen again soon is forgotten.
      if outlines.count >= 16 { outlines.removeAll() }
      outlines.append((content.structure, outline))
      return outline
    }
    return outline.filled(with: content.values)
  }
}

/// What fields hold, and apart from that which there are.
package struct TemplateContent: Sendable {
  /// What a value is written as.
  enum Value: Sendable {
    case text(String)
    case bytes([[UInt8]])

    var size: Int {
      switch self {
      case .text(let text): text.utf8.count
      case .bytes(let parts): parts.reduce(0) { $0 + $1.count }
      }
    }
  }

  /// Which fields there are and in what lists, but for their values.
  private(set) var structure: [UInt8] = []
  private(set) var values: [Value] = []

  mutating func add(_ fields: Fields) {
    sign("{")
    if let shared = fields.shared?.content {
      structure += shared.structure
      values += shared.values
    }
    for (name, value) in fields.all {
      structure += name.utf8
      value.add(to: &self)
    }
    sign("}")
  }

  mutating func add(_ value: Value) {
    values.append(value)
    sign(".")
  }

  mutating func sign(_ sign: Unicode.Scalar) { structure.append(UInt8(ascii: sign)) }
}

/// A rendered template, cut at its marks.
struct Outline: Sendable {
  private enum Piece: Sendable {
    case text([UInt8])
    case value(Int, isEscaped: Bool)
  }

  private var pieces: [Piece] = []
  /// Of the text between the marks.
  private var size = 0

  /// A character that neither HTML nor a template may have.
  private static let sign: Unicode.Scalar = "\u{1}"

  /// A number, and a letter that a template makes four of where it escapes.
  static func mark(_ number: Int) -> String { "\(sign)\(number)<\(sign)" }

  init(_ rendered: String) {
    let parts = rendered.utf8.split(
      separator: UInt8(ascii: Self.sign), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let digits = part.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      // Texts and marks take turns.
      if index % 2 == 1, let number = Int(String(Substring(digits))) {
        pieces.append(.value(number, isEscaped: part.count > digits.count + 1))
      } else {
        pieces.append(.text(Array(part)))
        size += part.count
      }
    }
  }

  func filled(with values: [TemplateContent.Value]) -> [UInt8] {
    var result: [UInt8] = []
    // With room for what is escaped.
    let size = size + values.reduce(0) { $0 + $1.size }
    result.reserveCapacity(size + size / 32)
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .value(let number, let isEscaped):
        switch values[number] {
        case .bytes(let parts): for part in parts { result += part }
        case .text(let text) where isEscaped: Self.escape(text, into: &result)
        case .text(let text): result += text.utf8
        }
      }
    }
    return result
  }

  private static func escape(_ text: String, into result: inout [UInt8]) {
    var text = text
    text.withUTF8 { text in
      // Most texts have nothing to escape.
      var rest = text[...]
      while let place = rest.firstIndex(where: { entity($0) != nil }) {
        result += rest[..<place]
        result += (entity(rest[place]) ?? "").utf8
        rest = rest[(place + 1)...]
      }
      result += rest
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
