import Mustache
import Synchronization

/// A text with fields to fill in.
package final class Template: Sendable {
  private let template: MustacheTemplate
  private let outlines = Mutex<[String: Outline]>([:])

  /// - Parameter isHTML: whether fields' values become HTML.
  package init(_ text: String, isHTML: Bool) throws {
    template = try MustacheTemplate(string: (isHTML ? "" : "{{% CONTENT_TYPE:TEXT}}") + text)
  }

  package func render(_ fields: Fields) -> String { template.render(fields) }

  /// The text's bytes. Fields may be bytes too, which are written as they are.
  ///
  /// Pages of many photos differ in what their fields say, and hardly in which there are: the template is rendered once for
  /// all that have the same fields, with a mark in the place of each value.
  package func bytes(_ fields: Fields) -> [UInt8] {
    var marking = Marking()
    let marked = marking.mark(fields)
    let outline = outlines.withLock { outlines in
      if let outline = outlines[marking.structure] { return outline }
      let outline = Outline(template.render(marked))
      // Structures are few: what is not seen again soon is forgotten.
      if outlines.count >= 16 { outlines.removeAll() }
      outlines[marking.structure] = outline
      return outline
    }
    return outline.filled(with: marking.values)
  }
}

/// Fields with a mark in the place of each value.
private struct Marking {
  /// What a value is written as.
  enum Value {
    case text(String)
    case bytes([UInt8])
  }

  /// Which fields there are and in what lists, but for their values.
  private(set) var structure = ""
  private(set) var values: [Value] = []

  mutating func mark(_ fields: Fields) -> Fields {
    var result = fields
    structure += "{"
    for name in fields.keys.sorted() {
      structure += name
      if let value = fields[name] { result[name] = mark(value) }
    }
    structure += "}"
    return result
  }

  private mutating func mark(_ value: any Sendable) -> any Sendable {
    switch value {
    case let text as String: return mark(.text(text))
    case let isTrue as Bool:
      structure += isTrue ? "+" : "-"
      return isTrue
    case let list as [Fields]:
      structure += "["
      defer { structure += "]" }
      return list.map { mark($0) }
    // After the lists of fields: an empty list is one of anything.
    case let bytes as [UInt8]: return mark(.bytes(bytes))
    case let list as [String]:
      structure += "(\(list.count))"
      return list.map { mark(.text($0)) }
    case let texts as [String: String]: return mark(texts as Fields)
    case let fields as Fields: return mark(fields)
    default: return mark(.text("\(value)"))
    }
  }

  private mutating func mark(_ value: Value) -> String {
    values.append(value)
    structure += "."
    return Outline.mark(values.count - 1)
  }
}

/// A rendered template, cut at its marks.
private struct Outline: Sendable {
  private enum Piece: Sendable {
    case text([UInt8])
    case value(Int, isEscaped: Bool)
  }

  private var pieces: [Piece] = []

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
      }
    }
  }

  func filled(with values: [Marking.Value]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(1 << 20)
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .value(let number, let isEscaped):
        switch values[number] {
        case .bytes(let bytes): result += bytes
        case .text(let text) where isEscaped: Self.escape(text, into: &result)
        case .text(let text): result += text.utf8
        }
      }
    }
    return result
  }

  private static func escape(_ text: String, into result: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      case UInt8(ascii: "'"): result += "&#39;".utf8
      default: result.append(byte)
      }
    }
  }
}
