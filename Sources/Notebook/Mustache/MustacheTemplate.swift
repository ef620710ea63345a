/// A text with fields to fill in: Mustache (<https://mustache.github.io/mustache.5.html>) without partials, lambdas and
/// other delimiters. A page has thousands of fields, so what is filled in goes straight into one list of bytes.
package struct MustacheTemplate: Sendable {
  enum Part: Sendable {
    case text([UInt8])
    /// `{{name}}`, `{{{name}}}`
    case field(Name, isEscaped: Bool)
    /// `{{#name}}…{{/name}}`, `{{^name}}…{{/name}}`
    case section(Name, isInverted: Bool, [Part])
  }

  /// `words.skip` as its parts; `.`, what a section is about, has none.
  typealias Name = [String]

  let parts: [Part]
  /// Whether fields' values become HTML.
  private let isHTML: Bool

  /// - Throws: ``MustacheError``
  package init(_ text: String, isHTML: Bool = true) throws {
    parts = try MustacheParser.parts(text)
    self.isHTML = isHTML
  }

  /// - Parameter fields: strings, truth values, bytes to be written as they are; for sections lists of strings or of
  ///   fields, or fields.
  package func render(_ fields: Fields) -> String {
    String(decoding: bytes(fields), as: UTF8.self)
  }

  /// - Parameter capacity: how many bytes there will be, about: as many as are not copied while the list grows.
  func bytes(_ fields: Fields, capacity: Int = 0) -> [UInt8] {
    var writer = Writer(isHTML: isHTML)
    writer.bytes.reserveCapacity(capacity)
    writer.stack = [.fields(fields)]
    writer.write(parts)
    return writer.bytes
  }
}

/// What is known at one depth of sections.
private enum Scope {
  case fields(Fields)
  case strings([String: String])
  case value(any Sendable)

  init(_ value: any Sendable) {
    // In this order: a dictionary of strings would become one of anything too, entry by entry.
    if let strings = value as? [String: String] {
      self = .strings(strings)
    } else if let fields = value as? Fields {
      self = .fields(fields)
    } else {
      self = .value(value)
    }
  }

  subscript(name: String) -> (any Sendable)? {
    switch self {
    case .fields(let fields): fields[name]
    case .strings(let strings): strings[name]
    case .value: nil
    }
  }

  var whole: any Sendable {
    switch self {
    case .fields(let fields): fields
    case .strings(let strings): strings
    case .value(let value): value
    }
  }
}

private struct Writer {
  let isHTML: Bool
  var bytes: [UInt8] = []
  var stack: [Scope] = []

  init(isHTML: Bool) {
    self.isHTML = isHTML
  }

  mutating func write(_ parts: [MustacheTemplate.Part]) {
    for part in parts {
      switch part {
      case .text(let text):
        bytes += text
      case .field(let name, let isEscaped):
        guard let value = value(name) else { continue }
        if let raw = value as? [UInt8] {
          bytes += raw
        } else {
          append(value as? String ?? "\(value)", isEscaped: isEscaped && isHTML)
        }
      case .section(let name, false, let parts):
        if let value = value(name) { write(parts, for: value) }
      case .section(let name, true, let parts):
        if value(name).map(Self.isNothing) ?? true { write(parts) }
      }
    }
  }

  private mutating func write(_ parts: [MustacheTemplate.Part], for value: any Sendable) {
    if let isTrue = value as? Bool {
      if isTrue { write(parts) }
    } else if let list = value as? [Fields] {
      for fields in list { write(parts, in: .fields(fields)) }
    } else if let list = value as? [String] {
      for text in list { write(parts, in: .value(text)) }
    } else {
      write(parts, in: Scope(value))
    }
  }

  private mutating func write(_ parts: [MustacheTemplate.Part], in scope: Scope) {
    stack.append(scope)
    write(parts)
    stack.removeLast()
  }

  private static func isNothing(_ value: any Sendable) -> Bool {
    if let isTrue = value as? Bool { return !isTrue }
    if let list = value as? [Fields] { return list.isEmpty }
    if let list = value as? [String] { return list.isEmpty }
    return false
  }

  /// The first part of a name is looked up from the innermost section outwards, the rest in what is found.
  private func value(_ name: MustacheTemplate.Name) -> (any Sendable)? {
    guard let first = name.first else { return stack.last?.whole }
    for scope in stack.reversed() {
      guard let found = scope[first] else { continue }
      if name.count == 1 { return found }
      return name.dropFirst().reduce(found) { value, part in value.flatMap { Scope($0)[part] } }
    }
    return nil
  }

  private mutating func append(_ text: String, isEscaped: Bool) {
    var text = text
    text.withUTF8 { text in
      guard isEscaped else {
        bytes += text
        return
      }
      for byte in text {
        switch byte {
        case UInt8(ascii: "<"): bytes += "&lt;".utf8
        case UInt8(ascii: ">"): bytes += "&gt;".utf8
        case UInt8(ascii: "&"): bytes += "&amp;".utf8
        case UInt8(ascii: "\""): bytes += "&quot;".utf8
        case UInt8(ascii: "'"): bytes += "&#39;".utf8
        default: bytes.append(byte)
        }
      }
    }
  }
}
