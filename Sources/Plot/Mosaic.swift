/// Feature maps side by side, each scaled to its own range, with a label under each.
public struct Mosaic: PictureFigure {
  public let tiles: [Tile]
  public let columns: Int
  public let colormap: Colormap

  private let edge = 72.0
  private let gap = 8.0
  private let labelHeight = 15.0
  /// Dark on light and dark pages alike: feature maps read best on it.
  private let ground = Color(0x14161A)
  private let labelColor = Color(0xB8BEC8)
  private let labelSize = 10.0

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
    canvas.fill(ground, x: 0, y: 0, width: size.width, height: size.height)
    for (index, tile) in tiles.enumerated() {
      let place = place(index)
      try canvas.draw(
        tile.raster(colormap), x: place.x, y: place.y, width: place.width, height: place.height,
        isCrisp: isCrisp(tile))
      canvas.draw(
        tile.label, font: Font(size: labelSize), color: labelColor, x: place.labelX,
        y: place.labelY, width: edge + gap)
    }
  }

  /// The tiles lie in one picture, one below the other, as levels with the colormap for a palette: every fourth of its colours,
  /// which on so small a map looks the same and takes a quarter less of the page.
  public func svg(jpeg: (Raster) throws -> [UInt8]) throws -> SVGFile {
    var drawing = SVGDrawing(width: size.width, height: size.height)
    drawing.fill(ground, x: 0, y: 0, width: size.width, height: size.height)
    let tiles = tiles.map { $0.reduced(side: 2 * Int(edge)) }
    guard let width = tiles.map(\.width).max() else { return drawing.file }
    let isCrisp = tiles.allSatisfy(isCrisp)
    // Pixels that are not shown as squares are blended with their neighbours, which must not be another tile's.
    let border = isCrisp ? 0 : 4
    let height = tiles.reduce(0) { $0 + $1.height + 2 * border }
    let tops = tiles.indices.map { index in
      tiles[..<index].reduce(border) { $0 + $1.height + 2 * border }
    }
    let levels = [UInt8](unsafeUninitializedCapacity: width * height) { atlas, count in
      atlas.initialize(repeating: 0)
      for (top, tile) in zip(tops, tiles) {
        for row in -border..<tile.height + border {
          let source = min(max(row, 0), tile.height - 1) * tile.width
          let target = (top + row) * width
          for column in 0..<tile.width {
            atlas[target &+ column] = tile.levels[source &+ column] / 4
          }
        }
      }
      count = width * height
    }
    let atlas = SVGPicture(
      bytes: try PNGFile.bytes(
        width: width, height: height, pixels: levels,
        palette: colormap.pixels((0..<64).map { UInt8($0 * 255 / 63) }), isPhoto: true),
      mediaType: "image/png", width: width, height: height)
    let name = drawing.define(atlas, isCrisp: isCrisp)
    for (index, tile) in tiles.enumerated() {
      let place = place(index)
      drawing.draw(
        name, top: tops[index], columns: tile.width, rows: tile.height, x: place.x, y: place.y,
        width: place.width, height: place.height)
    }
    drawing.draw(
      labels: tiles.indices.map { (tiles[$0].label, place($0).labelX, place($0).labelY) },
      size: labelSize, color: labelColor, width: edge + gap)
    return drawing.file
  }

  /// Where a tile and its label are drawn.
  private struct Place {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
    let labelX: Double
    let labelY: Double
  }

  private func place(_ index: Int) -> Place {
    let x = gap + Double(index % columns) * (edge + gap)
    let y = gap + Double(index / columns) * (edge + labelHeight + gap)
    let scale = scale(tiles[index])
    let (width, height) = (
      Double(tiles[index].width) * scale, Double(tiles[index].height) * scale
    )
    return Place(
      x: x + (edge - width) / 2, y: y + (edge - height) / 2, width: width, height: height,
      labelX: x - gap / 2, labelY: y + edge + 2)
  }

  private func scale(_ tile: Tile) -> Double { edge / Double(max(tile.width, tile.height)) }

  /// Whether pixels are enlarged, and so shown as squares.
  private func isCrisp(_ tile: Tile) -> Bool { scale(tile) >= 1 }
}
