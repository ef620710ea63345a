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
          let sum = Self.weightedSum(weights, source, rows[y], columns[x], sourceWidth)
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

  /// Every feature map enlarged at one pixel, then weighed and summed, in double precision.
  private static func weightedSum(
    _ weights: [Float], _ source: UnsafeBufferPointer<Float>, _ row: BilinearTap,
    _ column: BilinearTap, _ sourceWidth: Int
  ) -> Double {
    let channels = weights.count
    func start(_ y: Int, _ x: Int) -> Int { (y * sourceWidth + x) * channels }
    let starts = [
      start(row.first, column.first), start(row.first, column.second),
      start(row.second, column.first), start(row.second, column.second),
    ]
    precondition(starts.allSatisfy { $0 >= 0 && $0 + channels <= source.count })
    guard let base = source.baseAddress else { return 0 }
    let (top, topRight) = (base + starts[0], base + starts[1])
    let (bottom, bottomRight) = (base + starts[2], base + starts[3])
    return weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return 0 }
      // Four channels at a time, and four sums, since each addition waits for the one before it.
      func four(_ values: UnsafePointer<Float>, _ channel: Int) -> SIMD4<Float> {
        UnsafeRawPointer(values + channel).loadUnaligned(as: SIMD4<Float>.self)
      }
      var sums = SIMD4<Double>.zero
      let inFours = channels / 4 * 4
      for channel in stride(from: 0, to: inFours, by: 4) {
        let (left, right) = (four(top, channel), four(topRight, channel))
        let (lowerLeft, lowerRight) = (four(bottom, channel), four(bottomRight, channel))
        let upper = left + (right - left) * column.fraction
        let lower = lowerLeft + (lowerRight - lowerLeft) * column.fraction
        let value = upper + (lower - upper) * row.fraction
        sums += SIMD4<Double>(four(weights, channel)) * SIMD4<Double>(value)
      }
      var sum = sums.sum()
      for channel in inFours..<channels {
        let upper = top[channel] + (topRight[channel] - top[channel]) * column.fraction
        let lower = bottom[channel] + (bottomRight[channel] - bottom[channel]) * column.fraction
        sum += Double(weights[channel]) * Double(upper + (lower - upper) * row.fraction)
      }
      return sum
    }
  }
}
