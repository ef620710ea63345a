extension RGBImage {
  /// The picture at another size, byte for byte as Pillow's `Image.resize` makes it.
  public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> RGBImage
  {
    if newWidth == width && newHeight == height { return self }
    if filter == .nearest { return nearest(newWidth, newHeight) }
    let rows = ResizeTaps(from: height, to: newHeight, filter: filter)
    // Columns first, and of the rows only those that the second pass reads; bytes in between, as in Pillow.
    let firstRow = newHeight == height ? 0 : rows.first[0]
    let lastRow =
      newHeight == height ? height : rows.first[newHeight - 1] + rows.count[newHeight - 1]
    let columns = ResizeTaps(from: width, to: newWidth, filter: filter)
    let narrow =
      newWidth == width ? self : horizontally(columns, newWidth, rows: firstRow..<lastRow)
    guard newHeight != height else { return narrow }
    return narrow.vertically(rows, newHeight, skipped: newWidth == width ? 0 : firstRow)
  }

  private func nearest(_ newWidth: Int, _ newHeight: Int) -> RGBImage {
    // Positions are accumulated, as in Pillow: the sums' rounding decides which pixel is nearest.
    func positions(_ input: Int, _ output: Int) -> [Int] {
      let step = Double(input) / Double(output)
      var position = step * 0.5
      return (0..<output).map { _ in
        defer { position += step }
        return min(Int(position), input - 1)
      }
    }
    let columns = positions(width, newWidth)
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * 3)
    for row in positions(height, newHeight) {
      for column in columns {
        let offset = (row * width + column) * 3
        result += pixels[offset..<offset + 3]
      }
    }
    return RGBImage(width: newWidth, height: newHeight, pixels: result)
  }

  private func horizontally(_ taps: ResizeTaps, _ newWidth: Int, rows: Range<Int>) -> RGBImage {
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * rows.count * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        taps.weights.withUnsafeBufferPointer { weights in
          var next = 0
          for row in rows {
            for column in 0..<newWidth {
              var sums = SIMD4<Int32>(repeating: 1 << (Int32(ResizeTaps.precision) - 1))
              var offset = (row * width + taps.first[column]) * 3
              for tap in 0..<taps.count[column] {
                let weight = weights[column * taps.largest + tap]
                sums &+=
                  SIMD4(
                    Int32(source[offset]), Int32(source[offset + 1]), Int32(source[offset + 2]), 0)
                  &* weight
                offset += 3
              }
              for channel in 0..<3 { target[next + channel] = clipped(sums[channel]) }
              next += 3
            }
          }
        }
      }
      count = newWidth * rows.count * 3
    }
    return RGBImage(width: newWidth, height: rows.count, pixels: result)
  }

  /// `skipped` rows of the source were left out above the first row here.
  private func vertically(_ taps: ResizeTaps, _ newHeight: Int, skipped: Int) -> RGBImage {
    let line = width * 3
    let result = [UInt8](unsafeUninitializedCapacity: line * newHeight) { target, count in
      pixels.withUnsafeBufferPointer { source in
        var sums = [Int32](repeating: 0, count: line)
        for row in 0..<newHeight {
          for index in 0..<line { sums[index] = 1 << (Int32(ResizeTaps.precision) - 1) }
          for tap in 0..<taps.count[row] {
            let weight = taps.weights[row * taps.largest + tap]
            let offset = (taps.first[row] - skipped + tap) * line
            for index in 0..<line { sums[index] &+= Int32(source[offset + index]) &* weight }
          }
          for index in 0..<line { target[row * line + index] = clipped(sums[index]) }
        }
      }
      count = line * newHeight
    }
    return RGBImage(width: width, height: newHeight, pixels: result)
  }

  /// A fixed-point sum as a byte; overshoot is cut off.
  private func clipped(_ sum: Int32) -> UInt8 {
    UInt8(min(max(sum >> Int32(ResizeTaps.precision), 0), 255))
  }
}
