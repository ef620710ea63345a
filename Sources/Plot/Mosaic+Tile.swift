extension Mosaic {
  /// One feature map, as places between its smallest and its largest value.
  public struct Tile: Sendable {
    public let label: String
    /// 0 … 255, row by row.
    let levels: [UInt8]
    public let width: Int
    public let height: Int

    /// What is not finite, and a map of one value, is drawn low.
    /// - Parameter values: width · height of them, row by row.
    /// - Precondition: `values.count == width * height`, both at least 1.
    public init(label: String, values: [Float], width: Int, height: Int) {
      precondition(values.count == width * height && !values.isEmpty)
      self.init(label: label, levels: Self.levels(values), width: width, height: height)
    }

    private init(label: String, levels: [UInt8], width: Int, height: Int) {
      self.label = label
      self.levels = levels
      self.width = width
      self.height = height
    }

    private static func levels(_ values: [Float]) -> [UInt8] {
      let (low, high) = finiteRange(values)
      let range = high - low
      guard range > 0, range.isFinite else { return [UInt8](repeating: 0, count: values.count) }
      return [UInt8](unsafeUninitializedCapacity: values.count) { levels, count in
        values.withUnsafeBufferPointer { values in
          for (index, value) in values.enumerated() {
            levels[index] = (value.isFinite ? (value - low) / range * 255 : 0).level
          }
        }
        count = values.count
      }
    }

    /// The smallest and the largest of the values that are finite, in eight parts, since each comparison waits for the one
    /// before it.
    private static func finiteRange(_ values: [Float]) -> (low: Float, high: Float) {
      var low = SIMD8<Float>(repeating: .infinity)
      var high = SIMD8<Float>(repeating: -.infinity)
      values.withUnsafeBytes { bytes in
        for index in stride(from: 0, to: values.count, by: values.count < 8 ? 1 : 8) {
          // The last eight once more where there are fewer left.
          let start = min(index, values.count - 8)
          let eight =
            start < 0
            ? SIMD8(repeating: values[index])
            : bytes.loadUnaligned(fromByteOffset: start &* 4, as: SIMD8<Float>.self)
          low.replace(with: eight, where: eight .< low .& eight .> -.infinity)
          high.replace(with: eight, where: eight .> high .& eight .< .infinity)
        }
      }
      return (low.min(), high.max())
    }

    func raster(_ colormap: Colormap) -> Raster {
      Raster(width: width, height: height, pixels: colormap.pixels(levels))
    }

    /// The tile no larger than `side` a side: means of as many neighbours as it takes.
    func reduced(side: Int) -> Tile {
      let factor = (max(width, height) + side - 1) / side
      guard factor > 1 else { return self }
      let (newWidth, newHeight) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
      var reduced: [UInt8] = []
      reduced.reserveCapacity(newWidth * newHeight)
      for row in stride(from: 0, to: height, by: factor) {
        for column in stride(from: 0, to: width, by: factor) {
          let rows = row..<min(row + factor, height)
          let columns = column..<min(column + factor, width)
          var sum = 0
          for y in rows { for x in columns { sum += Int(levels[y * width + x]) } }
          reduced.append(UInt8(sum / (rows.count * columns.count)))
        }
      }
      return Tile(label: label, levels: reduced, width: newWidth, height: newHeight)
    }
  }
}
