/// Reads the parts of a template from its text.
struct TemplateParser {
  private let text: [UInt8]
  private let language: TextLanguage
  private var position = 0
  /// Where the tag begins that is being read.
  private var tag = 0

  private init(text: [UInt8], _ language: TextLanguage) {
    self.text = text
    self.language = language
  }

  static func parse(
    _ text: String, _ language: TextLanguage
  ) throws(TemplateSyntaxError) -> [Template.Node] {
    var parser = TemplateParser(text: Array(text.utf8), language)
    return try parser.nodes(of: nil, atLineStart: true)
  }

  /// A section that is being read: its name, and where the tag begins that opened it.
  private struct Section {
    let name: Template.FieldName
    let start: Int
  }

  /// Reads the parts of a section and the tag that closes it, or those of the whole text.
  ///
  /// A line with nothing but a section's tag or a comment is left out.
  private mutating func nodes(
    of section: Section?, atLineStart: Bool
  ) throws(TemplateSyntaxError) -> [Template.Node] {
    var nodes: [Template.Node] = []
    var atLineStart = atLineStart
    /// Blanks that are left out with a tag, and written before anything else.
    var indentation: ArraySlice<UInt8> = []
    func writeIndentation() {
      if !indentation.isEmpty { nodes.append(.text(Array(indentation))) }
      indentation = []
    }
    while position < text.count {
      if atLineStart { indentation = read(while: \.isBlank) }
      let line = readTextOfLine()
      if !line.isEmpty {
        writeIndentation()
        nodes.append(.text(Array(line)))
        atLineStart = line.last == UInt8(ascii: "\n")
      }
      tag = position
      guard read("{{") else { continue }
      let sign = position < text.count ? text[position] : 0
      switch sign {
      case UInt8(ascii: "#"), UInt8(ascii: "^"):
        position += 1
        let start = tag
        let name = try readName()
        let isAlone = atLineStart && readLineEnd()
        if !isAlone { writeIndentation() }
        let inner = try self.nodes(of: Section(name: name, start: start), atLineStart: isAlone)
        nodes.append(
          sign == UInt8(ascii: "#") ? .section(name, inner) : .invertedSection(name, inner))
        atLineStart = isAlone
      case UInt8(ascii: "/"):
        position += 1
        let name = try readName()
        guard let section else { throw error("section '\(name)' is closed and was not opened") }
        guard name == section.name else {
          throw error(
            "section '\(section.name)', which begins in line \(lineNumber(at: section.start)), "
              + "is closed as '\(name)'")
        }
        let isAlone = atLineStart && readLineEnd()
        if !isAlone { writeIndentation() }
        return withCode(nodes)
      case UInt8(ascii: "!"):
        try readComment()
        atLineStart = atLineStart && readLineEnd()
      case UInt8(ascii: "{"), UInt8(ascii: "&"):
        position += 1
        writeIndentation()
        nodes.append(.field(try readName(), isEscaped: language != .html))
        guard sign == UInt8(ascii: "&") || read("}") else { throw error(Self.openBraces) }
        atLineStart = false
      case UInt8(ascii: ">"):
        throw error(
          "there are no partials, templates inside a template: write out what the partial holds")
      case UInt8(ascii: "<"), UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "%"):
        throw error(
          "braces hold a field, a section's name or a comment, and nothing else of Mustache")
      default:
        writeIndentation()
        nodes.append(.field(try readName(), isEscaped: true))
        atLineStart = false
      }
    }
    if let section {
      tag = section.start
      throw error("section '\(section.name)' is not closed; {{/\(section.name)}} closes it")
    }
    return withCode(nodes)
  }

  /// The parts with those between two runs of as many backticks as one, in Markdown. A run that has no other in its paragraph
  /// and its section is text: what is escaped then cannot leave a code span but as escaped text.
  private func withCode(_ nodes: [Template.Node]) -> [Template.Node] {
    let tick = UInt8(ascii: "`")
    guard language == .markdown,
      nodes.contains(where: { if case .text(let text) = $0 { text.contains(tick) } else { false } })
    else { return nodes }
    // Text and runs of backticks, each a part.
    let parts = nodes.flatMap { node -> [Template.Node] in
      guard case .text(let text) = node else { return [node] }
      return text.chunked { ($0 == tick) == ($1 == tick) }.map { .text($0) }
    }
    func run(_ index: Int) -> Int? {
      if case .text(let text) = parts[index], text.first == tick { text.count } else { nil }
    }
    var result: [Template.Node] = []
    var index = 0
    while index < parts.count {
      if let ticks = run(index), result.last?.last != UInt8(ascii: "\\"),
        let end = parts.indices.dropFirst(index + 1)
          .prefix(while: { !(parts[$0].isBlankLine && parts[$0 - 1].endsLine) })
          .first(where: { run($0) == ticks })
      {
        result.append(.code(ticks: ticks, Array(parts[index + 1..<end])))
        index = end + 1
      } else {
        result.append(parts[index])
        index += 1
      }
    }
    return result
  }

  /// Reads text up to the next tag, at most to the end of its line.
  private mutating func readTextOfLine() -> ArraySlice<UInt8> {
    let start = position
    while position < text.count, !isAt("{{") {
      position += 1
      if text[position - 1] == UInt8(ascii: "\n") { break }
    }
    return text[start..<position]
  }

  /// Reads the rest of a line if there is nothing in it.
  private mutating func readLineEnd() -> Bool {
    if position == text.count { return true }
    let start = position
    _ = read(while: \.isBlank)
    if read("\n") || read("\r\n") { return true }
    position = start
    return false
  }

  /// Reads a name and the braces that close its tag.
  private mutating func readName() throws(TemplateSyntaxError) -> Template.FieldName {
    _ = read(while: \.isWhitespace)
    let name = String(decoding: read(while: \.isInFieldName), as: UTF8.self)
    _ = read(while: \.isWhitespace)
    guard read("}}") else { throw error(Self.openBraces) }
    return Template.FieldName(parts: name.split(separator: ".").map(String.init))
  }

  private mutating func readComment() throws(TemplateSyntaxError) {
    while !read("}}") {
      guard position < text.count else { throw error("a comment's braces are not closed") }
      position += 1
    }
  }

  private mutating func read(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let read = text[position...].prefix(while: isWanted)
    position = read.endIndex
    return read
  }

  /// Reads a token if the text continues with it.
  private mutating func read(_ token: StaticString) -> Bool {
    guard isAt(token) else { return false }
    position += token.utf8CodeUnitCount
    return true
  }

  private func isAt(_ token: StaticString) -> Bool {
    token.withUTF8Buffer { text[position...].starts(with: $0) }
  }

  private static let openBraces =
    "a field's braces are not closed: they hold one name, as {{name}} does"

  /// An error in the tag that is being read.
  private func error(_ reason: String) -> TemplateSyntaxError {
    TemplateSyntaxError(line: lineNumber(at: tag), reason: reason)
  }

  private func lineNumber(at position: Int) -> Int {
    text[..<position].count { $0 == UInt8(ascii: "\n") } + 1
  }
}

/// A text that is no template.
package struct TemplateSyntaxError: Error {
  /// Counted from 1.
  package let line: Int
  package let reason: String
}

extension UInt8 {
  /// Whether the byte can stand in a field's name.
  var isInFieldName: Bool { isLetter || isDigit || self == UInt8(ascii: ".") }

  var isLetter: Bool {
    self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z")
      || self == UInt8(ascii: "_")
  }

  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  fileprivate var isWhitespace: Bool {
    isBlank || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r")
  }
}

extension Template.Node {
  /// The last byte of text.
  fileprivate var last: UInt8? {
    if case .text(let text) = self { text.last } else { nil }
  }

  fileprivate var endsLine: Bool { last == UInt8(ascii: "\n") }

  fileprivate var isBlankLine: Bool {
    if case .text(let text) = self { endsLine && text.allSatisfy(\.isWhitespace) } else { false }
  }
}

extension Array {
  /// The elements in pieces whose neighbours all belong together.
  func chunked(_ belong: (Element, Element) -> Bool) -> [[Element]] {
    var pieces: [[Element]] = []
    var start = 0
    for index in indices where index + 1 == count || !belong(self[index], self[index + 1]) {
      pieces.append(Array(self[start...index]))
      start = index + 1
    }
    return pieces
  }
}
