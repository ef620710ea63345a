import CAMNet
import Plot
import TestSupport
import Testing

/// Figures as the pixels that come out of their PNG files.
@Suite struct FigureTests {
  private func decoded(_ png: [UInt8]) throws -> RGBImage {
    try png.withUnsafeBytes { try RGBImage(decoding: $0, name: "figure") }
  }

  private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
  }

  @Test func `a PNG keeps every pixel`() throws {
    var generator = SeededGenerator(seed: 5)
    let pixels = (0..<31 * 17 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let image = try decoded(Raster(width: 31, height: 17, pixels: pixels).pngData())
    #expect(image == RGBImage(width: 31, height: 17, pixels: pixels))
  }

  @Test func `a mosaic shows each map's values in the colormap's colours`() throws {
    let tiles = [
      Mosaic.Tile(label: "3", values: [0, 1, 2, 3], width: 2, height: 2),
      Mosaic.Tile(label: "constant", values: [5, 5, 5, 5], width: 2, height: 2),
      Mosaic.Tile(label: "NaN", values: [.nan, 0, .infinity, 1], width: 2, height: 2),
    ]
    let figure = Mosaic(tiles: tiles, columns: 8)
    let image = try decoded(figure.pngData(scale: 1))
    #expect(Double(image.width) == figure.size.width)
    // Tiles of 72 pixels begin 8 pixels from the edge, with 8 between them.
    let map = Colormap.viridis
    func color(_ index: UInt8) -> [UInt8] {
      let color = map.color(at: index)
      return [color.red, color.green, color.blue]
    }
    #expect(pixel(image, 8 + 18, 8 + 18) == color(0))
    #expect(pixel(image, 8 + 54, 8 + 18) == color(85))
    #expect(pixel(image, 8 + 18, 8 + 54) == color(170))
    #expect(pixel(image, 8 + 54, 8 + 54) == color(255))
    #expect(pixel(image, 88 + 54, 8 + 54) == color(0))
    #expect(pixel(image, 168 + 18, 8 + 18) == color(0))
    #expect(pixel(image, 168 + 54, 8 + 54) == color(255))
  }

  @Test func `a title too long for its panel stays inside it`() throws {
    let white = Raster(width: 2, height: 2, pixels: [UInt8](repeating: 255, count: 12))
    let title = String(repeating: "great white shark, man-eater, ", count: 20)
    let image = try decoded(
      Panels([.init(title: title, picture: white), .init(title: "b", picture: white)])
        .pngData(scale: 1))
    for y in 0..<image.height {
      for x in [0, 4, 8, image.width - 9, image.width - 1, 16 + 300 + 8] {
        #expect(pixel(image, x, y) == [255, 255, 255], "(\(x), \(y))")
      }
    }
    let hasInk = (0..<46).contains { y in
      (20..<310).contains { pixel(image, $0, y) != [255, 255, 255] }
    }
    #expect(hasInk)
  }

  @Test func `a picture that Cairo cannot hold is refused`() {
    #expect(throws: PlotError.size(width: 0, height: 0)) {
      try Raster(width: 0, height: 0, pixels: []).pngData()
    }
    #expect(throws: PlotError.size(width: 40_000, height: 1)) {
      try Raster(width: 40_000, height: 1, pixels: [UInt8](repeating: 0, count: 120_000)).pngData()
    }
  }
}
