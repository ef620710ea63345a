/// What a template's fields stand for, in an order that is the same whenever they are made the same way.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  /// Texts, bytes, whether something is so, fields, and lists of texts or fields.
  package typealias Value = any Sendable

  private(set) var all: [(name: String, value: Value)]

  package init(dictionaryLiteral elements: (String, Value)...) {
    all = elements.map { ($0, $1) }
  }

  init(_ texts: [String: String]) {
    all = texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  package subscript(name: String) -> Value? {
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

  /// As Mustache looks fields up; `leaf` gives what is written for a value that holds no others.
  func dictionary(_ leaf: (Value) -> Value) -> [String: Value] {
    // Values in their order, since `leaf` may count them.
    Dictionary(all.map { ($0.name, Self.looked($0.value, leaf)) }) { $1 }
  }

  private static func looked(_ value: Value, _ leaf: (Value) -> Value) -> Value {
    switch value {
    case let isTrue as Bool: isTrue
    case let list as [Fields]: list.map { $0.dictionary(leaf) }
    case let list as [String]: list.map(leaf)
    case let fields as Fields: fields.dictionary(leaf)
    default: leaf(value)
    }
  }
}
