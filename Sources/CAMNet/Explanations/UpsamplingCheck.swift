/// Upsampling after the weighted sum compared with the notebook's order: upsampling every feature map, then summing.
///
/// Both are linear, so upsample(Σₖ wₖ fₖ) = Σₖ wₖ · upsample(fₖ); done after, one map is enlarged instead of all.
public struct UpsamplingCheck: Sendable, Hashable {
  /// How many pixels of the enlarged map were computed in both orders.
  public let pixels: Int
  /// The largest difference between a pixel's values in the two orders, as a fraction of the map's range.
  public let largestDifference: Double
  /// The number of feature maps, which is how many times less work upsampling takes after the sum.
  public let channels: Int

  /// Upsamples and then sums at some of the map's pixels, and compares.
  /// - Parameters:
  ///   - upsampled: the class activation map, upsampled after the sum: (height, width).
  ///   - map: the class activation map as it was summed.
  ///   - features: the feature maps that it was made from, (1, h, w, channels).
  ///   - grid: where their places lie.
  public init(upsampled: Tensor, map: ClassActivationMap, features: Tensor, grid: PlaceGrid) {
    let (height, width) = (upsampled.shape[0], upsampled.shape[1])
    let channels = features.shape[3]
    let sourceWidth = features.shape[2]
    let rows = BilinearTap.taps(grid.rows, to: height)
    let columns = BilinearTap.taps(grid.columns, to: width)
    let weights = map.classWeights.elements
    // A lattice of about 32 × 32 pixels, off the source's own grid.
    let step = max(height / 32, 1)
    var pixels = 0
    var largest = 0.0
    features.withUnsafeElements { source in
      for x in stride(from: step / 2, to: width, by: step) {
        // The feature maps' rows at this column serve all output pixels between two of them.
        let lines = Self.interpolated(source, columns[x], sourceWidth, channels)
        for y in stride(from: step / 2, to: height, by: step) {
          let sum = Self.weightedSum(weights, lines, rows[y])
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

  /// All rows of all feature maps at one column of the enlarged map: (h, channels).
  private static func interpolated(
    _ source: UnsafeBufferPointer<Float>, _ column: BilinearTap, _ width: Int, _ channels: Int
  ) -> [Float] {
    let height = source.count / (width * channels)
    return [Float](unsafeUninitializedCapacity: height * channels) { target, count in
      for row in 0..<height {
        let left = (row * width + column.first) * channels
        let right = (row * width + column.second) * channels
        for channel in 0..<channels {
          let first = source[left &+ channel]
          target[row &* channels &+ channel] =
            first + (source[right &+ channel] - first) * column.fraction
        }
      }
      count = height * channels
    }
  }

  /// All feature maps at one pixel of the enlarged map, weighed and summed in double precision.
  private static func weightedSum(
    _ weights: [Float], _ lines: [Float], _ row: BilinearTap
  ) -> Double {
    let channels = weights.count
    let (top, bottom) = (row.first * channels, row.second * channels)
    precondition(max(top, bottom) + channels <= lines.count)
    return lines.withUnsafeBufferPointer { lines in
      guard let start = lines.baseAddress else { return 0 }
      return KernelSet.current.table.pointee.weighted_sum(
        start + top, start + bottom, row.fraction, weights, channels)
    }
  }
}
