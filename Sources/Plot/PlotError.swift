/// Why a picture cannot be drawn.
public enum PlotError: Error, Equatable {
  case size(width: Int, height: Int)
  case cairo(String)
  case png(String)
  case noFonts
}

extension PlotError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .size(let width, let height):
      "a picture of \(width) × \(height) pixels cannot be drawn; Cairo draws 1 to "
        + "\(Surface.largestSide) pixels a side"
    case .cairo(let message):
      "Cairo cannot draw the picture: \(message)"
    case .png(let message):
      "the picture cannot be written as PNG: \(message)"
    case .noFonts:
      "no font is installed to set text in; install one, such as Debian's package fonts-dejavu-core"
    }
  }
}
