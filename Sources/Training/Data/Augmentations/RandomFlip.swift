import CAMNet

/// The mirror image of every other picture.
public struct RandomFlip: Augmentation {
  public let name = "flip"
  public let changesWholePhoto = false

  public init() {}

  public func changed(_ image: RGBImage, _ draws: Draws) -> RGBImage {
    draws.value(0) < 0.5 ? image.mirrored : image
  }
}

extension RGBImage {
  /// The picture with left and right exchanged.
  var mirrored: RGBImage {
    var result = pixels
    for row in 0..<height {
      for column in 0..<width {
        let (source, target) = ((row * width + column) * 3, (row * width + width - 1 - column) * 3)
        for channel in 0..<3 { result[target + channel] = pixels[source + channel] }
      }
    }
    return RGBImage(width: width, height: height, pixels: result)
  }
}
