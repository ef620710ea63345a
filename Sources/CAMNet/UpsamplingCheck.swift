/// Upsampling after the weighted sum compared with the notebook's order: upsampling every feature map, then summing.
///
/// Both are linear, so upsample(Σₖ wₖ fₖ) = Σₖ wₖ · upsample(fₖ); done after, one map is enlarged instead of all.
public struct UpsamplingCheck: Sendable, Hashable {
  /// Output pixels at which both orders were computed.
  public let pixels: Int
  /// The largest difference between the two, as a fraction of the map's range.
  public let largestDifference: Double
  /// How many times less work upsampling takes after the sum: the number of feature maps.
  public let channels: Int

  /// - Parameters:
  ///   - upsampled: the class activation map, upsampled after the sum: (height, width).
  ///   - features: the feature maps it was made from, (1, h, w, channels).
  public init(upsampled: Tensor, map: ClassActivationMap, features: Tensor) {
    let (height, width) = (upsampled.shape[0], upsampled.shape[1])
    let channels = features.shape[3]
    let sourceWidth = features.shape[2]
    let rows = BilinearTap.taps(from: features.shape[1], to: height)
    let columns = BilinearTap.taps(from: sourceWidth, to: width)
    let weights = map.classWeights.elements
    // A lattice of about 32 × 32 pixels, off the source's own grid.
    let step = max(height / 32, 1)
    var pixels = 0
    var largest = 0.0
    features.withUnsafeElements { source in
      for y in stride(from: step / 2, to: height, by: step) {
        for x in stride(from: step / 2, to: width, by: step) {
          var sum = 0.0
          for channel in 0..<channels {
            let value = bilinear(rows[y], columns[x]) {
              source[($0 * sourceWidth + $1) * channels + channel]
            }
            sum += Double(weights[channel]) * Double(value)
          }
          largest = max(largest, abs(sum - Double(upsampled[flat: y * width + x])))
          pixels += 1
        }
      }
    }
    let range = upsampled.statistics.map { Double($0.maximum) - Double($0.minimum) } ?? 0
    self.pixels = pixels
    self.largestDifference = range > 0 ? largest / range : largest
    self.channels = channels
  }
}
