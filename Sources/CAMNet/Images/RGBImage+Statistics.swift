extension RGBImage {
  /// (height, width, 3)
  public var shape: Shape { [height, width, 3] }

  /// Statistics of the bytes, 0 … 255.
  public var statistics: TensorStatistics? {
    var histogram = [Int](repeating: 0, count: 256)
    for byte in pixels { histogram[Int(byte)] += 1 }
    guard let minimum = histogram.firstIndex(where: { $0 > 0 }),
      let maximum = histogram.lastIndex(where: { $0 > 0 })
    else { return nil }
    let count = Double(pixels.count)
    let sum = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.element) }
    let squares = histogram.enumerated().reduce(0.0) {
      $0 + Double($1.offset * $1.offset * $1.element)
    }
    let mean = sum / count
    return TensorStatistics(
      minimum: Float(minimum), maximum: Float(maximum), mean: mean,
      standardDeviation: max(squares / count - mean * mean, 0).squareRoot(),
      l2Norm: squares.squareRoot())
  }

  /// The pixels as a tensor (height, width, 3) of values 0 … 255.
  public var tensor: Tensor {
    Tensor(shape: shape) { destination in
      for index in pixels.indices { destination[index] = Float(pixels[index]) }
    }
  }
}
