import CAMNet

/// What is kept of a photo to find its copies by.
public struct PhotoFingerprint: Sendable, Hashable {
  /// The SHA-256 of the photo's sides and pixels.
  let pixels: String
  /// The photo squeezed into ``side`` × ``side`` pixels.
  let picture: RGBImage

  static let side = 64

  /// - Parameter input: the network's input made of the photo.
  init(photo: RGBImage, input: RGBImage) {
    pixels = Hashing.sha256([UInt8]("\(photo.width) \(photo.height) ".utf8) + photo.pixels)
    picture = input.resized(width: Self.side, height: Self.side, filter: .bilinear)
  }
}
