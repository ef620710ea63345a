/// Values as Python writes them.
enum PythonLiteral {
  /// A text as Python's `repr` has it: single quotes, unless there is one inside and no double quote.
  static func string(_ text: String) -> String {
    let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let (letter, count) =
            scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
          let digits = String(scalar.value, radix: 16)
          result += "\\\(letter)" + String(repeating: "0", count: count - digits.count) + digits
        }
      }
    }
    return result + String(quote)
  }

  /// Whether Python shows the character itself.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  static func list(_ texts: [String]) -> String {
    "[" + texts.map(string).joined(separator: ", ") + "]"
  }

  /// `(1, 2)`, `(1,)`
  static func tuple(_ items: [some CustomStringConvertible]) -> String {
    let list = items.map(\.description).joined(separator: ", ")
    return "(\(list)\(items.count == 1 ? "," : ""))"
  }

  /// Four significant digits, as a report prints them.
  static func number(_ value: Double) -> String { number(Formatted.significant(value)) }

  /// A number that a report prints.
  static func number(_ text: String) -> String { text.replacing("−", with: "-") }
}
