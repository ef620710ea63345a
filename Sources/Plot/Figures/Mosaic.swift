/// Feature maps side by side, each scaled to its own range, with a label under each.
public struct Mosaic: Figure {
  public let tiles: [Tile]
  public let columns: Int
  public let colormap: Colormap

  private let edge = 72.0
  private let gap = 8.0
  private let labelHeight = 15.0
  /// Dark on light and dark pages alike: feature maps read best on it.
  private let ground = Color(0x14161A)

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

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(ground, x: 0, y: 0, width: size.width, height: size.height)
    try drawing.draw(
      tiles.indices.map(placed), colormap: colormap, labels: Font(size: 10), color: Color(0xB8BEC8))
  }

  /// A tile in the middle of its square, and its label below.
  private func placed(_ index: Int) -> PlacedTile {
    let tile = tiles[index]
    let x = gap + Double(index % columns) * (edge + gap)
    let y = gap + Double(index / columns) * (edge + labelHeight + gap)
    let scale = edge / Double(max(tile.width, tile.height))
    let (width, height) = (Double(tile.width) * scale, Double(tile.height) * scale)
    return PlacedTile(
      tile: tile, x: x + (edge - width) / 2, y: y + (edge - height) / 2, width: width,
      height: height, label: (x + edge / 2, y + edge + 2, edge + gap))
  }
}
