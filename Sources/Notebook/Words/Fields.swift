import Mustache

/// What a template's fields stand for, in an order that is the same whenever they are made the same way.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  private(set) var all: [(name: String, value: any FieldValue)]
  /// What stands before them.
  private(set) var shared: SharedFields?

  /// What is nil is left out.
  package init(dictionaryLiteral elements: (String, (any FieldValue)?)...) {
    all = elements.compactMap { name, value in value.map { (name, $0) } }
  }

  /// Fields that many pages share, and those of one.
  init(_ shared: SharedFields, _ own: Fields) {
    self = own
    self.shared = shared
  }

  init(_ texts: [String: String]) {
    all = texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  package subscript(name: String) -> (any FieldValue)? {
    get { all.first { $0.name == name }?.value }
    set {
      let index = all.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): all[index].value = value
      case (let index?, nil): all.remove(at: index)
      case (nil, let value?): all.append((name, value))
      case (nil, nil): break
      }
    }
  }
}

/// Fields that are the same on many pages: what they hold is found out once.
final class SharedFields: Sendable {
  let fields: Fields
  let content: TemplateContent

  init(_ fields: Fields) {
    self.fields = fields
    var content = TemplateContent()
    content.add(fields)
    self.content = content
  }
}

/// Texts, bytes, whether something is so, fields, and lists of texts or fields.
package protocol FieldValue: Sendable {
  /// Says what it holds, and which fields there are in it.
  func add(to content: inout TemplateContent)
  /// As Mustache sees it, with a mark in the place of each value that is written, in their order.
  func marked(_ marks: inout Marks) -> Any
}

extension FieldValue {
  package func marked(_ marks: inout Marks) -> Any { marks.next() }
}

/// Hands out marks.
package struct Marks {
  private var count = 0

  fileprivate mutating func next() -> Mark {
    defer { count += 1 }
    return Mark(number: count)
  }
}

/// What a template is rendered with in the place of a value. That Mustache knows its kind spares it most of its search for what
/// a value might be.
private struct Mark: MustacheCustomRenderable, MustacheParent {
  let number: Int

  var renderText: String { Outline.mark(number) }
  var isNull: Bool { false }
  func child(named: String) -> Any? { nil }
}

private struct MarkedFields: MustacheParent {
  let children: [(name: String, value: Any)]

  func child(named name: String) -> Any? { children.first { $0.name == name }?.value }
}

extension String: FieldValue {
  package func add(to content: inout TemplateContent) { content.add(.text(self)) }
}

/// Bytes that are written as they are.
package struct FieldBytes: FieldValue {
  /// One after the other.
  private let parts: [[UInt8]]

  package init(_ parts: [[UInt8]]) {
    self.parts = parts
  }

  package func add(to content: inout TemplateContent) { content.add(.bytes(parts)) }
}

extension Bool: FieldValue {
  package func add(to content: inout TemplateContent) { content.sign(self ? "+" : "-") }
  package func marked(_ marks: inout Marks) -> Any { self }
}

extension Fields: FieldValue {
  package func add(to content: inout TemplateContent) { content.add(self) }
  package func marked(_ marks: inout Marks) -> Any {
    // In the order in which their values are added.
    let fields = (shared?.fields.all ?? []) + all
    return MarkedFields(children: fields.map { ($0.name, $0.value.marked(&marks)) })
  }
}

extension Array: FieldValue where Element: FieldValue {
  package func add(to content: inout TemplateContent) {
    content.sign("[")
    for element in self { element.add(to: &content) }
    content.sign("]")
  }

  package func marked(_ marks: inout Marks) -> Any { map { $0.marked(&marks) } }
}
