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
        if scalar.properties.generalCategory == .control {
          let digits = String(scalar.value, radix: 16)
          result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + String(quote)
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
  static func number(_ value: Double) -> String {
    Formatted.significant(value).replacing("−", with: "-")
  }
}
