/// Why a text is not a template.
package struct MustacheError: Error {
  /// From 1.
  package let line: Int
  package let reason: String
}

/// Reads a template.
struct MustacheParser {
  private let bytes: [UInt8]
  private var position = 0
  /// Where the text begins that no part holds yet.
  private var start = 0

  static func parts(_ text: String) throws -> [MustacheTemplate.Part] {
    var parser = MustacheParser(bytes: Array(text.utf8))
    return try parser.parts(of: nil)
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A tag, `{{# name }}`.
  private struct Tag {
    /// `#`, `^`, `/`, `!`, `&`, `{`, or 0 for a plain field.
    let sign: UInt8
    let name: String
    let range: Range<Int>
  }

  /// The parts up to the end, or to the end of a section.
  private mutating func parts(of section: Tag?) throws -> [MustacheTemplate.Part] {
    var parts: [MustacheTemplate.Part] = []
    while let tag = try nextTag() {
      let standsAlone = "#^/!".utf8.contains(tag.sign)
      let removed = standsAlone ? wholeLine(tag.range) ?? tag.range : tag.range
      if removed.lowerBound > start {
        parts.append(.text(Array(bytes[start..<removed.lowerBound])))
      }
      start = removed.upperBound
      position = removed.upperBound
      switch tag.sign {
      case UInt8(ascii: "#"), UInt8(ascii: "^"):
        let inner = try self.parts(of: tag)
        parts.append(
          .section(Self.name(tag), isInverted: tag.sign == UInt8(ascii: "^"), inner))
      case UInt8(ascii: "/"):
        guard tag.name == section?.name else {
          throw error(
            tag.range.lowerBound, "a section is closed by another name than it was opened with")
        }
        return parts
      case UInt8(ascii: "!"): break
      case UInt8(ascii: "{"), UInt8(ascii: "&"):
        parts.append(.field(Self.name(tag), isEscaped: false))
      default:
        parts.append(.field(Self.name(tag), isEscaped: true))
      }
    }
    if let section { throw error(section.range.lowerBound, "a section is not closed") }
    if start < bytes.count { parts.append(.text(Array(bytes[start...]))) }
    return parts
  }

  private mutating func nextTag() throws -> Tag? {
    guard let opening = find("{{", from: position) else { return nil }
    var first = opening + 2
    var sign: UInt8 = 0
    if first < bytes.count, "#^/!&{=<>$%".utf8.contains(bytes[first]) {
      sign = bytes[first]
      first += 1
    }
    let end: StaticString = sign == UInt8(ascii: "{") ? "}}}" : "}}"
    guard let closing = find(end, from: first) else {
      throw error(opening, "a field's braces are not closed")
    }
    let text = String(decoding: bytes[first..<closing], as: UTF8.self)
    let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if "=<>$%".utf8.contains(sign) {
      throw error(
        opening, "templates here have fields and sections, and no '{{\(UnicodeScalar(sign))'")
    }
    if sign != UInt8(ascii: "!"), name.isEmpty || name.contains(where: { " {}\n".contains($0) }) {
      throw error(opening, "a field's braces are not closed")
    }
    return Tag(sign: sign, name: name, range: opening..<closing + end.utf8CodeUnitCount)
  }

  private func find(_ text: StaticString, from start: Int) -> Int? {
    let count = text.utf8CodeUnitCount
    var index = start
    while index + count <= bytes.count {
      if (0..<count).allSatisfy({ bytes[index + $0] == text.utf8Start[$0] }) { return index }
      index += 1
    }
    return nil
  }

  /// A tag's line with its end, where nothing else is on it.
  private func wholeLine(_ tag: Range<Int>) -> Range<Int>? {
    var first = tag.lowerBound
    while first > start, bytes[first - 1].isBlank { first -= 1 }
    guard first == 0 || bytes[first - 1] == UInt8(ascii: "\n") else { return nil }
    var end = tag.upperBound
    while end < bytes.count, bytes[end].isBlank || bytes[end] == UInt8(ascii: "\r") { end += 1 }
    guard end < bytes.count else { return first..<end }
    return bytes[end] == UInt8(ascii: "\n") ? first..<end + 1 : nil
  }

  private static func name(_ tag: Tag) -> MustacheTemplate.Name {
    tag.name.split(separator: ".").map(String.init)
  }

  private func error(_ position: Int, _ reason: String) -> MustacheError {
    MustacheError(
      line: 1 + bytes[..<position].count { $0 == UInt8(ascii: "\n") }, reason: reason)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
