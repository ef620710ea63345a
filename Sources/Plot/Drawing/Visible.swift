extension Unicode.Scalar {
  /// Whether a reader sees the character, or the place it takes, and nothing else comes of it: not so control characters but
  /// tabs and ends of lines, noncharacters, which neither XML nor Cairo takes, separators of lines, and the signs that turn the
  /// direction of the text around them.
  package var isVisible: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D: true
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF: false
    default: value & 0xFFFE != 0xFFFE
    }
  }
}

extension String {
  /// The text with U+FFFD in the place of what is not visible in it.
  package var visible: String {
    // A look at the bytes that such characters can begin with is enough for most texts.
    guard utf8.contains(where: Self.mayBeginInvisible),
      unicodeScalars.contains(where: { !$0.isVisible })
    else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(scalar.isVisible ? scalar : "\u{FFFD}") }
    return String(text)
  }

  private static func mayBeginInvisible(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 || byte >= 0xEF
  }
}
