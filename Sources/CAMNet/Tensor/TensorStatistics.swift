/// What a report says of a tensor's values.
public struct TensorStatistics: Sendable, Hashable {
  public let minimum: Float
  public let maximum: Float
  public let mean: Double
  /// Of the whole population: √(Σ (x − mean)² / n).
  public let standardDeviation: Double
  /// √(Σ x²)
  public let l2Norm: Double
}

extension Tensor {
  /// Statistics in double precision, or nil where a value is NaN or infinite (or there is none).
  public var statistics: TensorStatistics? {
    withUnsafeElements { elements in
      guard let first = elements.first else { return nil }
      var minimum = first
      var maximum = first
      // Four sums side by side, so that the additions need not wait for one another.
      var sums = SIMD4<Double>.zero
      var squaresOfLanes = SIMD4<Double>.zero
      var index = 0
      while index + 4 <= elements.count {
        let lanes = SIMD4<Float>(
          elements[index], elements[index + 1], elements[index + 2], elements[index + 3])
        minimum = Swift.min(minimum, lanes.min())
        maximum = Swift.max(maximum, lanes.max())
        let wide = SIMD4<Double>(lanes)
        sums += wide
        squaresOfLanes += wide * wide
        index += 4
      }
      var sum = sums.sum()
      var squares = squaresOfLanes.sum()
      for value in elements[index...] {
        minimum = Swift.min(minimum, value)
        maximum = Swift.max(maximum, value)
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
      guard sum.isFinite else { return nil }
      let count = Double(elements.count)
      let mean = sum / count
      return TensorStatistics(
        minimum: minimum, maximum: maximum, mean: mean,
        standardDeviation: max(squares / count - mean * mean, 0).squareRoot(),
        l2Norm: squares.squareRoot())
    }
  }
}
