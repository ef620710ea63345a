import Kernels

extension RGBImage {
  /// The picture at another size, byte for byte as Pillow's `Image.resize` makes it.
  public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> RGBImage
  {
    resized(
      width: newWidth, height: newHeight, filter: filter, columns: 0..<newWidth,
      rows: 0..<newHeight)
  }

  /// The part of the picture at another size that lies in `columns` and `rows`, counted in pixels of the whole; the rest is
  /// never made.
  func resized(
    width newWidth: Int, height newHeight: Int, filter: ResizeFilter, columns: Range<Int>,
    rows: Range<Int>
  ) -> RGBImage {
    if newWidth == width && newHeight == height { return cropped(columns: columns, rows: rows) }
    if filter == .nearest {
      return nearest(
        nearestPositions(width, newWidth, columns), nearestPositions(height, newHeight, rows))
    }
    let rowTaps = ResizeTaps(from: height, to: newHeight, range: rows, filter: filter)
    let columnTaps = ResizeTaps(from: width, to: newWidth, range: columns, filter: filter)
    let sourceRows = newHeight == height ? rows : rowTaps.source
    let sourceColumns = newWidth == width ? columns : columnTaps.source
    // Two passes with bytes in between, so their order is seen in the result. Pillow 13's rule: columns first, unless
    // the height shrinks by more than twice what the width does.
    let lost = (columns: width - newWidth, rows: height - newHeight)
    if lost.rows > 0 && lost.rows > 2 * lost.columns {
      let low = cropped(columns: sourceColumns, rows: sourceRows)
        .vertically(rowTaps, skipped: sourceRows.lowerBound)
      return newWidth == width
        ? low
        : low.horizontally(columnTaps, rows: 0..<rows.count, skipped: sourceColumns.lowerBound)
    }
    let narrow =
      newWidth == width
      ? cropped(columns: columns, rows: sourceRows)
      : horizontally(columnTaps, rows: sourceRows, skipped: 0)
    return newHeight == height
      ? narrow : narrow.vertically(rowTaps, skipped: sourceRows.lowerBound)
  }

  /// For each output pixel of `range` along one axis, the input pixel that is nearest. Positions are accumulated, as in Pillow,
  /// since the sums' rounding decides which pixel that is.
  private func nearestPositions(_ input: Int, _ output: Int, _ range: Range<Int>) -> [Int] {
    let step = Double(input) / Double(output)
    var position = step * 0.5
    var positions: [Int] = []
    for index in 0..<range.upperBound {
      if index >= range.lowerBound { positions.append(min(Int(position), input - 1)) }
      position += step
    }
    return positions
  }

  /// The pixels of the picture in the given columns and rows, a pixel for each pair.
  private func nearest(_ columns: [Int], _ rows: [Int]) -> RGBImage {
    var result: [UInt8] = []
    result.reserveCapacity(columns.count * rows.count * 3)
    for row in rows {
      for column in columns {
        let offset = (row * width + column) * 3
        result += pixels[offset..<offset + 3]
      }
    }
    return RGBImage(width: columns.count, height: rows.count, pixels: result)
  }

  /// The part of the picture in some columns and rows.
  package func cropped(columns: Range<Int>, rows: Range<Int>) -> RGBImage {
    if columns.count == width && rows.count == height { return self }
    var result: [UInt8] = []
    result.reserveCapacity(columns.count * rows.count * 3)
    for row in rows {
      result +=
        pixels[
          (row * width + columns.lowerBound) * 3..<(row * width + columns.upperBound) * 3]
    }
    return RGBImage(width: columns.count, height: rows.count, pixels: result)
  }

  /// The picture's `rows` with the columns that `taps` make of its columns. The picture begins `skipped` columns behind the
  /// first that the taps count from.
  private func horizontally(_ taps: ResizeTaps, rows: Range<Int>, skipped: Int) -> RGBImage {
    let newWidth = taps.first.count
    let kernels = KernelSet.current.table.pointee
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * rows.count * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        taps.weights.withUnsafeBufferPointer { weights in
          guard let source = source.baseAddress, let weights = weights.baseAddress,
            let target = target.baseAddress
          else { return }
          for (index, row) in rows.enumerated() {
            kernels.weighted_pixels(
              source + (row * width - skipped) * 3, source + pixels.count, taps.first, taps.count,
              weights, taps.largest, Int32(ResizeTaps.precision), target + index * newWidth * 3,
              newWidth)
          }
        }
      }
      count = newWidth * rows.count * 3
    }
    return RGBImage(width: newWidth, height: rows.count, pixels: result)
  }

  /// The picture with the rows that `taps` make of its rows. The picture begins `skipped` rows below the first that the taps
  /// count from.
  private func vertically(_ taps: ResizeTaps, skipped: Int) -> RGBImage {
    let newHeight = taps.first.count
    let line = width * 3
    let kernels = KernelSet.current.table.pointee
    let result = [UInt8](unsafeUninitializedCapacity: line * newHeight) { target, count in
      pixels.withUnsafeBufferPointer { source in
        taps.weights.withUnsafeBufferPointer { weights in
          guard let source = source.baseAddress, let weights = weights.baseAddress,
            let target = target.baseAddress
          else { return }
          for row in 0..<newHeight {
            kernels.weighted_rows(
              source + (taps.first[row] - skipped) * line, line, weights + row * taps.largest,
              taps.count[row], Int32(ResizeTaps.precision), target + row * line, line)
          }
        }
      }
      count = line * newHeight
    }
    return RGBImage(width: width, height: newHeight, pixels: result)
  }
}
