/// A picture of 8-bit red, green and blue, row by row from the top.
public struct RGBImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// Red, green and blue of each pixel in turn: height · width · 3 bytes.
  public let pixels: [UInt8]

  /// - Precondition: `pixels.count == width * height * 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The most pixels on a side that a file may claim, 2¹⁶, a little more than JPEG can; a longer picture is refused before
  /// memory is allocated for it.
  public static let largestSide = 1 << 16

  /// The most pixels that a file may claim, 2²⁸: those of the largest cameras and a quarter more.
  public static let largestPixelCount = 1 << 28
}
