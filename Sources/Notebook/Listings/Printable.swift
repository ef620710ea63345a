import Plot

extension String {
  /// The text as a line of a terminal, or of a log, that shows it and obeys nothing in it: what is not visible is written as
  /// Swift writes it, `\u{1b}`, and so are the signs by which a line commands those who run it: `::error::` at its beginning and
  /// `##[error]` anywhere GitHub's runner, `##vso[` Azure's.
  package var printable: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      default:
        if scalar.isVisible {
          line.unicodeScalars.append(scalar)
        } else {
          line += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    line.replace("##", with: "#\\u{23}")
    let text = line.drop { $0.isWhitespace }
    guard text.hasPrefix("::") else { return line }
    return line.prefix(upTo: text.startIndex) + "\\u{3a}" + text.dropFirst()
  }
}
