import Foundation
import Plot

extension String {
  /// The text as one line, in which everything is visible.
  var oneLine: String {
    let ends: Set<Character> = ["\n", "\r", "\r\n", "\t"]
    guard contains(where: ends.contains) else { return visible }
    return String(map { ends.contains($0) ? " " : $0 }).visible
  }

  /// The text, or what it begins with where it is longer than any name that a person reads.
  var beginning: String {
    let limit = 200
    guard unicodeScalars.count > limit else { return self }
    return String(unicodeScalars.prefix(limit - 1)) + "…"
  }

  /// The path as an address relative to a page beside it, whatever the path begins with: `javascript:` is a folder's name too.
  var relativeAddress: String {
    addingPercentEncoding(withAllowedCharacters: .pathsOfAddresses) ?? self
  }
}

extension CharacterSet {
  /// What may stand as it is in a path that begins an address, also in Markdown.
  fileprivate static let pathsOfAddresses = urlPathAllowed.subtracting(
    CharacterSet(charactersIn: ":()'"))
}

extension Markdown {
  /// Text that every reader of Markdown shows as it is: CommonMark's, GitHub's, Jupyter's. Only what has a meaning in its place
  /// is escaped.
  /// - Parameter beginsLine: whether the text is the first of its line.
  static func escaped(_ text: String, beginsLine: Bool = false) -> String {
    let scalars = Array(text.oneLine.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if let escape = escape(scalar, index, scalars, beginsLine: beginsLine) {
        result += escape.unicodeScalars
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// What stands for a character in its place; nil for the character itself.
  private static func escape(
    _ scalar: Unicode.Scalar, _ index: Int, _ scalars: [Unicode.Scalar], beginsLine: Bool
  ) -> String? {
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    let escaped = "\\\(scalar)"
    let reference = "&#\(scalar.value);"
    switch scalar {
    case "`", "*", "[", "]", "~", "|": return escaped
    // Also where a letter follows: MathJax reads what a page shows, and `\begin` there is mathematics, as `$` is.
    case "\\", "$": return reference
    case "<": return "&lt;"
    case ">": return beginsLine && index == 0 ? "&gt;" : nil
    case "&": return after?.isWord != false || after == "#" ? "&amp;" : nil
    // Inside a word it is no emphasis.
    case "_": return before?.isWord == true && after?.isWord == true ? nil : escaped
    // What would become an address to click on.
    case ":" where after == "/": return reference
    // A table's line of dashes may begin with it.
    case ":": return beginsLine && index == 0 ? escaped : nil
    case "@": return before?.isWord != false && after?.isWord != false ? reference : nil
    case "." where endsWithWWW(scalars[..<index]): return reference
    case "#", "-", "+", "=": return beginsLine && index == 0 ? escaped : nil
    // At the ends of what is set in bold it would leave the stars stand.
    case " ": return before == nil || after == nil ? reference : nil
    // A number of a list.
    case ".", ")":
      let isNumber = beginsLine && index > 0 && scalars[..<index].allSatisfy(\.isDigit)
      return isNumber && (after == nil || after == " ") ? escaped : nil
    default: return nil
    }
  }

  private static func endsWithWWW(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    scalars.suffix(3).elementsEqual("www".unicodeScalars) {
      $0.properties.lowercaseMapping == String($1)
    } && scalars.dropLast(3).last?.isWord != true
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

  fileprivate var isWord: Bool { properties.isAlphabetic || properties.numericType != nil }
}
