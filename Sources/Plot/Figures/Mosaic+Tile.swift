extension Mosaic {
  /// One feature map, as places between its smallest and its largest value.
  public struct Tile: Sendable {
    public let label: String
    public let levels: [UInt8]
    public let width: Int
    public let height: Int

    /// - Parameter levels: places between the map's smallest and its largest value, 0 … 255: width · height of them, row by row.
    /// - Precondition: `levels.count == width * height`, both at least 1.
    public init(label: String, levels: [UInt8], width: Int, height: Int) {
      precondition(levels.count == width * height && !levels.isEmpty)
      self.label = label
      self.levels = levels
      self.width = width
      self.height = height
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
