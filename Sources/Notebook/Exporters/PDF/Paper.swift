/// A size of paper, in points of 1/72 inch.
public enum Paper: String, Sendable, CaseIterable {
  case a4, letter

  var size: (width: Double, height: Double) {
    switch self {
    case .a4: (595.28, 841.89)
    case .letter: (612, 792)
    }
  }
}
