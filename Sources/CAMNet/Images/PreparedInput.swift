/// A photo made to fit a network, and what part of the photo that is.
public struct PreparedInput: Sendable, Hashable {
  /// The network's input: size × size pixels.
  public let image: RGBImage
  /// The part of the photo that `image` shows, in the photo's pixels.
  public let region: Region

  /// A rectangle in a photo's pixels; its edges may lie between two pixels.
  public struct Region: Sendable, Hashable {
    public let x: Double
    public let y: Double
    public let width: Double
    public let height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }
}

extension RGBImage {
  /// The photo as a network's input of size × size pixels.
  ///
  /// Without `crop` the whole photo is squeezed into the square. With it the photo's shorter side is resized and the centre cut
  /// out, as torchvision's `Resize` and `CenterCrop` do.
  public func prepared(size: Int, filter: ResizeFilter, crop: Bool) -> PreparedInput {
    guard crop else {
      return PreparedInput(
        image: resized(width: size, height: size, filter: filter),
        region: .init(x: 0, y: 0, width: Double(width), height: Double(height)))
    }
    let short = min(width, height)
    let newWidth = width == short ? size : size * width / short
    let newHeight = height == short ? size : size * height / short
    // Half to even, as Python rounds.
    let left = Int((Double(newWidth - size) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(newHeight - size) / 2).rounded(.toNearestOrEven))
    let scaleX = Double(width) / Double(newWidth)
    let scaleY = Double(height) / Double(newHeight)
    return PreparedInput(
      image: resized(
        width: newWidth, height: newHeight, filter: filter, columns: left..<left + size,
        rows: top..<top + size),
      region: .init(
        x: Double(left) * scaleX, y: Double(top) * scaleY, width: Double(size) * scaleX,
        height: Double(size) * scaleY))
  }
}
