extension RGBImage {
  /// The picture at another size, byte for byte as Pillow's `Image.resize` makes it.
  public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> RGBImage
  {
    resized(
      width: newWidth, height: newHeight, filter: filter, columns: 0..<newWidth,
      rows: 0..<newHeight)
  }

  /// Some columns and rows of the picture at another size; the others are never made.
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

  /// Positions are accumulated, as in Pillow: the sums' rounding decides which pixel is nearest.
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

  private func cropped(columns: Range<Int>, rows: Range<Int>) -> RGBImage {
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
}
