/// Maps in one picture, one below the other, as levels with the colormap for a palette: every fourth of its colours, which
/// on so small a map looks the same and takes a quarter less of a page.
struct TileAtlas {
  /// The picture as a PNG file's bytes.
  let png: [UInt8]
  let width: Int
  let height: Int
  /// Whether pixels are shown as squares.
  let isCrisp: Bool
  /// Where each map is, in the picture's pixels from its left edge.
  let windows: [(top: Int, width: Int, height: Int)]

  /// - Precondition: there is a map.
  init(_ placed: [PlacedTile], colormap: Colormap) throws(PlotError) {
    let tiles = placed.map { $0.tile.reduced(side: 2 * Int(max($0.width, $0.height).rounded())) }
    let isCrisp = placed.allSatisfy(\.isCrisp)
    // Pixels that are not shown as squares are blended with their neighbours, which must not be another tile's.
    let border = isCrisp ? 0 : 4
    let width = tiles.reduce(0) { max($0, $1.width) }
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
    png = try PNGFile.bytes(
      width: width, height: height, pixels: levels,
      palette: colormap.pixels((0..<64).map { UInt8($0 * 255 / 63) }), isPhoto: true)
    self.width = width
    self.height = height
    self.isCrisp = isCrisp
    windows = zip(tops, tiles).map { ($0, $1.width, $1.height) }
  }
}
