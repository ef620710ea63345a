/// A photo made to fit a network, and what part of the photo that is.
public struct PreparedInput: Sendable, Hashable {
  /// The network's input, in its size.
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
  public var size: InputSize { InputSize(height: height, width: width) }

  /// The picture as a network reads it: (1, height, width, 3), 0 to 255.
  package var networkInput: Tensor { tensor.reshaped(Network.inputShape(size)) }

  /// The photo as a network's input of a size.
  ///
  /// Cut out, the photo is resized to cover the input divided by the fraction, and the centre cut out, as torchvision's `Resize` and
  /// `CenterCrop` do.
  public func prepared(
    size: InputSize, filter: ResizeFilter, fitting: Fitting
  ) -> PreparedInput {
    guard fitting.crops else {
      return PreparedInput(
        image: resized(width: size.width, height: size.height, filter: filter),
        region: .init(x: 0, y: 0, width: Double(width), height: Double(height)))
    }
    let covered = fitting.covered(size)
    let isWide = width * covered.height >= height * covered.width
    let newWidth = isWide ? covered.height * width / height : covered.width
    let newHeight = isWide ? covered.height : covered.width * height / width
    // Half to even, as Python rounds.
    let left = Int((Double(newWidth - size.width) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(newHeight - size.height) / 2).rounded(.toNearestOrEven))
    let scaleX = Double(width) / Double(newWidth)
    let scaleY = Double(height) / Double(newHeight)
    return PreparedInput(
      image: resized(
        width: newWidth, height: newHeight, filter: filter, columns: left..<left + size.width,
        rows: top..<top + size.height),
      region: .init(
        x: Double(left) * scaleX, y: Double(top) * scaleY, width: Double(size.width) * scaleX,
        height: Double(size.height) * scaleY))
  }
}
