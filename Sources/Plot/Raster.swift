/// A picture of 8-bit red, green and blue, row by row from the top.
public struct Raster: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// Red, green, blue of each pixel in turn: height · width · 3 bytes.
  public let pixels: [UInt8]

  /// - Precondition: `pixels.count == width * height * 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture as a PNG file's bytes; every pixel is kept as it is.
  /// - Parameter isPhoto: whether it is a photo rather than a drawing: the same pixels, sooner and smaller.
  public func pngData(isPhoto: Bool = false) throws(PlotError) -> [UInt8] {
    // What nothing here could draw again is not written either.
    try Surface.checkSize(width: width, height: height)
    return try PNGFile.bytes(width: width, height: height, pixels: pixels, isPhoto: isPhoto)
  }
}
