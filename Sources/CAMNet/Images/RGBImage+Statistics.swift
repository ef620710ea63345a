extension RGBImage {
  /// The pixels' shape as an array: (height, width, 3).
  public var shape: Shape { [height, width, 3] }

  /// Statistics of the pixels' bytes, 0 … 255, all channels together; nil for a picture without pixels.
  public var statistics: TensorStatistics? { TensorStatistics(pixels) }

  /// The pixels as a tensor (height, width, 3) of values 0 … 255.
  public var tensor: Tensor {
    Tensor(shape: shape) { destination in
      pixels.withUnsafeBufferPointer { pixels in
        for (index, byte) in pixels.enumerated() { destination[index] = Float(byte) }
      }
    }
  }
}

extension TensorStatistics {
  /// Statistics of bytes, from sums in whole numbers that round nothing; nil where there is no byte.
  public init?(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return nil }
    var (minimum, maximum) = (first, first)
    var (sum, squares) = (0, 0)
    // Bytes are added in parts whose sums 32 bits hold, so that the compiler adds many at once.
    for start in stride(from: 0, to: bytes.count, by: 65_536) {
      var (partSum, partSquares) = (UInt32(0), UInt32(0))
      for byte in bytes[start..<min(start + 65_536, bytes.count)] {
        minimum = min(minimum, byte)
        maximum = max(maximum, byte)
        partSum &+= UInt32(byte)
        partSquares &+= UInt32(byte) &* UInt32(byte)
      }
      sum += Int(partSum)
      squares += Int(partSquares)
    }
    let count = Double(bytes.count)
    let mean = Double(sum) / count
    self.init(
      minimum: Float(minimum), maximum: Float(maximum), mean: mean,
      standardDeviation: max(Double(squares) / count - mean * mean, 0).squareRoot(),
      l2Norm: Double(squares).squareRoot())
  }
}
