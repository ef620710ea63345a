/// What a template is filled with: values by name.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  private var values: [(name: String, value: FieldValue)]

  /// Fields of the values that are not nil.
  package init(dictionaryLiteral elements: (String, (any FieldConvertible)?)...) {
    values = elements.compactMap { name, value in value.map { (name, $0.fieldValue) } }
  }

  init(_ texts: [String: String]) {
    values = texts.map { ($0.key, .text($0.value)) }
  }

  /// A field's value; setting it to nil removes the field.
  package subscript(name: String) -> (any FieldConvertible)? {
    get { value(of: name) }
    set {
      values.removeAll { $0.name == name }
      if let newValue { values.append((name, newValue.fieldValue)) }
    }
  }

  var names: Set<String> { Set(values.map(\.name)) }

  func value(of name: String) -> FieldValue? {
    values.first { $0.name == name }?.value
  }
}

/// The value of a template's field.
package enum FieldValue: Sendable {
  case text(String)
  /// Bytes that are written one part after the other and as they are, such as a picture's address.
  case bytes([[UInt8]])
  /// Whether a section is rendered.
  case flag(Bool)
  /// Values for each of which a section is rendered.
  case list([FieldValue])
  /// Values that a section names, or that are named after their field: `words.size`.
  case fields(Fields)
}

/// A type whose values can be given for a template's fields.
package protocol FieldConvertible: Sendable {
  var fieldValue: FieldValue { get }
}

extension FieldValue: FieldConvertible {
  package var fieldValue: FieldValue { self }
}

extension String: FieldConvertible {
  package var fieldValue: FieldValue { .text(self) }
}

extension Bool: FieldConvertible {
  package var fieldValue: FieldValue { .flag(self) }
}

extension Array: FieldConvertible where Element: FieldConvertible {
  package var fieldValue: FieldValue { .list(map(\.fieldValue)) }
}

extension Fields: FieldConvertible {
  package var fieldValue: FieldValue { .fields(self) }
}
