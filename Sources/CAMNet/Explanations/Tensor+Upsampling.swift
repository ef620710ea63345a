extension Tensor {
  /// A map (h, w) enlarged bilinearly by TensorFlow 1's rule (`align_corners=False`, no half-pixel centres):
  /// output pixel i reads the source at i · h / height, its neighbour clamped to the last row.
  public func upsampledBilinearly(height: Int, width: Int) -> Tensor {
    let rows = BilinearTap.taps(from: shape[0], to: height)
    let columns = BilinearTap.taps(from: shape[1], to: width)
    let lines = enlargedRows(columns)
    return Tensor(shape: [height, width]) { destination in
      lines.withUnsafeBufferPointer { lines in
        for (y, row) in rows.enumerated() {
          let (target, upper, lower) = (y * width, row.first * width, row.second * width)
          for x in 0..<width {
            let value = lines[upper &+ x]
            destination[target &+ x] = value + (lines[lower &+ x] - value) * row.fraction
          }
        }
      }
    }
  }

  /// The rows of a map (h, w), each enlarged along itself: they serve many rows of the output.
  private func enlargedRows(_ columns: [BilinearTap]) -> [Float] {
    let width = shape[1]
    return withUnsafeElements { source in
      (0..<shape[0]).flatMap { row in
        columns.map { column in
          let left = source[row * width + column.first]
          return left + (source[row * width + column.second] - left) * column.fraction
        }
      }
    }
  }

  /// Values scaled to 0 … 255 by the minimum and maximum and cut to integers, as the notebook's
  /// `np.uint8((x - min) / (max - min) * 255)`; all 0 for a constant tensor.
  public func minMaxNormalized() -> [UInt8] {
    guard let statistics, statistics.maximum > statistics.minimum else {
      return [UInt8](repeating: 0, count: count)
    }
    let minimum = statistics.minimum
    let range = statistics.maximum - minimum
    return withUnsafeElements { elements in
      // Values are as many as pixels; conversion to whole numbers with a sign is one instruction.
      elements.map { UInt8(truncatingIfNeeded: Int32(($0 - minimum) / range * 255)) }
    }
  }
}

/// Where one output pixel reads along one axis: two neighbours and how far it lies towards the second.
struct BilinearTap {
  let first: Int
  let second: Int
  let fraction: Float

  static func taps(from input: Int, to output: Int) -> [BilinearTap] {
    let scale = Float(input) / Float(output)
    return (0..<output).map { index in
      let position = Float(index) * scale
      let first = min(Int(position), input - 1)
      return BilinearTap(
        first: first, second: min(first + 1, input - 1), fraction: position - Float(first))
    }
  }
}
