/// Feature maps side by side, each scaled to its own range, with a label under each.
public struct Mosaic: Figure {
  public struct Tile: Sendable {
    public let label: String
    /// width · height values, row by row.
    public let values: [Float]
    public let width: Int
    public let height: Int

    /// - Precondition: `values.count == width * height`, both at least 1.
    public init(label: String, values: [Float], width: Int, height: Int) {
      precondition(values.count == width * height && !values.isEmpty)
      self.label = label
      self.values = values
      self.width = width
      self.height = height
    }
  }

  public let tiles: [Tile]
  public let columns: Int
  public let colormap: Colormap

  private let edge = 72.0
  private let gap = 8.0
  private let labelHeight = 15.0

  public init(tiles: [Tile], columns: Int, colormap: Colormap = .viridis) {
    self.tiles = tiles
    self.columns = columns
    self.colormap = colormap
  }

  public var size: (width: Double, height: Double) {
    let rows = (tiles.count + columns - 1) / columns
    return (
      gap + Double(min(columns, tiles.count)) * (edge + gap),
      gap + Double(rows) * (edge + labelHeight + gap)
    )
  }

  public var pictures: [Raster] { tiles.map { $0.raster(colormap) } }

  public func draw(on canvas: Canvas) throws(PlotError) {
    // Dark on light and dark pages alike: feature maps read best on it.
    canvas.fill(Color(0x14161A), x: 0, y: 0, width: size.width, height: size.height)
    for (index, tile) in tiles.enumerated() {
      let x = gap + Double(index % columns) * (edge + gap)
      let y = gap + Double(index / columns) * (edge + labelHeight + gap)
      let scale = edge / Double(max(tile.width, tile.height))
      let (width, height) = (Double(tile.width) * scale, Double(tile.height) * scale)
      try canvas.draw(
        tile.raster(colormap), x: x + (edge - width) / 2, y: y + (edge - height) / 2,
        width: width, height: height, isCrisp: scale >= 1)
      canvas.draw(
        tile.label, font: Font(size: 10), color: Color(0xB8BEC8), x: x - gap / 2, y: y + edge + 2,
        width: edge + gap)
    }
  }
}

extension Mosaic.Tile {
  /// The values coloured between their minimum and maximum; what is not finite, and a constant tile, is drawn low.
  func raster(_ colormap: Colormap) -> Raster {
    let finite = values.filter(\.isFinite)
    let low = finite.min() ?? 0
    let range = (finite.max() ?? 0) - low
    let pixels = values.flatMap { value in
      let position = range > 0 && value.isFinite ? (value - low) / range * 255 : 0
      let color = colormap.color(at: UInt8(min(max(position, 0), 255)))
      return [color.red, color.green, color.blue]
    }
    return Raster(width: width, height: height, pixels: pixels)
  }
}
