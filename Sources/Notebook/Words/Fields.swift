/// What a template is filled with: values by name.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  private var values: [(name: String, value: FieldValue)]

  /// Fields of the values that are not nil.
  package init(dictionaryLiteral elements: (String, (any FieldConvertible)?)...) {
    values = []
    values.reserveCapacity(elements.count)
    for case (let name, let value?) in elements { values.append((name, value.fieldValue)) }
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

  /// These fields and others, which have no names of these.
  func adding(_ others: Fields) -> Fields {
    var fields = self
    fields.values += others.values
    return fields
  }

  /// The names of all fields.
  var names: Set<String> { Set(values.map(\.name)) }

  /// The first value of the name.
  func value(of name: String) -> FieldValue? {
    values.first { $0.name == name }?.value
  }

  /// How many bytes the values' texts and data are.
  var size: Int { values.reduce(0) { $0 + $1.value.size } }
}

/// The value of a template's field.
package enum FieldValue: Sendable {
  case text(String)
  /// Text that camreport composed in the template's language: never escaped.
  case composed(String)
  /// Large data, such as a picture's address: the parts are written one after the other and never escaped.
  case bytes([[UInt8]])
  /// Whether a section is rendered.
  case flag(Bool)
  /// What a section is rendered for, one time each.
  case list([FieldValue])
  /// Fields inside a field, known in its section and by names with dots: `words.size`.
  case fields(Fields)

  /// How many bytes the texts and data are.
  fileprivate var size: Int {
    switch self {
    case .text(let text), .composed(let text): text.utf8.count
    case .bytes(let parts): parts.reduce(0) { $0 + $1.count }
    case .flag: 0
    case .list(let values): values.reduce(0) { $0 + $1.size }
    case .fields(let fields): fields.size
    }
  }
}

/// A type whose values a template's fields can have.
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
  package var fieldValue: FieldValue { .list(map { $0.fieldValue }) }
}

extension Fields: FieldConvertible {
  package var fieldValue: FieldValue { .fields(self) }
}
