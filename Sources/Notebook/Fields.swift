/// What a template's fields stand for, in an order that is the same whenever they are made the same way.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  private(set) var all: [(name: String, value: any FieldValue)]

  /// What is nil is left out.
  package init(dictionaryLiteral elements: (String, (any FieldValue)?)...) {
    all = elements.compactMap { name, value in value.map { (name, $0) } }
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

  /// As Mustache looks fields up.
  func dictionary(_ leaf: (any FieldValue) -> any Sendable) -> [String: any Sendable] {
    // Values in their order, since `leaf` may count them.
    Dictionary(all.map { ($0.name, $0.value.looked(leaf)) }) { $1 }
  }
}

/// Texts, bytes, whether something is so, fields, and lists of texts or fields.
package protocol FieldValue: Sendable {
  /// Says what it holds, and which fields there are in it.
  func add(to content: inout TemplateContent)
  /// As Mustache looks it up; `leaf` gives what is written for a value that holds no others.
  func looked(_ leaf: (any FieldValue) -> any Sendable) -> any Sendable
}

extension FieldValue {
  package func looked(_ leaf: (any FieldValue) -> any Sendable) -> any Sendable { leaf(self) }
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

  package init(_ parts: [UInt8]...) {
    self.parts = parts
  }

  package func add(to content: inout TemplateContent) { content.add(.bytes(parts)) }
}

extension Bool: FieldValue {
  package func add(to content: inout TemplateContent) { content.sign(self ? "+" : "-") }
  package func looked(_ leaf: (any FieldValue) -> any Sendable) -> any Sendable { self }
}

extension Fields: FieldValue {
  package func add(to content: inout TemplateContent) { content.add(self) }
  package func looked(_ leaf: (any FieldValue) -> any Sendable) -> any Sendable {
    dictionary(leaf)
  }
}

extension Array: FieldValue where Element: FieldValue {
  package func add(to content: inout TemplateContent) {
    content.sign("[")
    for element in self { element.add(to: &content) }
    content.sign("]")
  }

  package func looked(_ leaf: (any FieldValue) -> any Sendable) -> any Sendable {
    map { $0.looked(leaf) }
  }
}
