extension Tensor {
  /// A map (h, w) enlarged bilinearly to the pixels of the network's input: (height, width).
  /// - Parameter grid: where the map's places lie on those pixels.
  public func upsampledBilinearly(_ grid: PlaceGrid) -> Tensor {
    let (height, width) = (grid.size.height, grid.size.width)
    let rows = BilinearTap.taps(grid.rows, to: height)
    let columns = BilinearTap.taps(grid.columns, to: width)
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

  /// The rows of a map (h, w), each enlarged along itself: h · `columns.count` values. One row serves many rows of the enlarged
  /// map.
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

  /// The elements' places between the smallest and the largest, 0 … 255, cut to whole numbers, as the notebook's
  /// `np.uint8((x - min) / (max - min) * 255)`; all 0 where all elements are the same, or one is not finite.
  public func minMaxNormalized() -> [UInt8] {
    guard let statistics, statistics.maximum > statistics.minimum else {
      return [UInt8](repeating: 0, count: count)
    }
    let minimum = statistics.minimum
    let range = statistics.maximum - minimum
    return withUnsafeElements { elements in
      // By way of a number with a sign, since conversion to those is one instruction, and a map has many values.
      elements.map { UInt8(truncatingIfNeeded: Int32(($0 - minimum) / range * 255)) }
    }
  }
}

/// Where one pixel of an enlarged map reads the source along one axis: two neighbours, and a place between them.
struct BilinearTap {
  let first: Int
  /// The next source pixel, or the first one again at the source's end.
  let second: Int
  /// How far from the first to the second the pixel lies, from 0 to less than 1.
  let fraction: Float

  /// The taps of `count` pixels along an axis.
  static func taps(_ axis: PlaceGrid.Axis, to count: Int) -> [BilinearTap] {
    (0..<count).map { index in
      let position = axis.position(of: index)
      let first = Int(position)
      return BilinearTap(
        first: first, second: min(first + 1, axis.places - 1), fraction: position - Float(first))
    }
  }
}
