import CAMNet
import Foundation
import FoundationXML
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

  /// Noise, one colour, an even slope, and values of which each is half as frequent as the one before, whose codes are as
  /// long as codes can be.
  @Test(
    arguments: ["noise", "flat", "slope", "rare"],
    [(31, 17), (1, 1), (1, 40), (300, 200), (16, 9), (17, 1)])
  func `a PNG keeps every pixel`(kind: String, size: (width: Int, height: Int)) throws {
    var generator = SeededGenerator(seed: 5)
    let count = size.width * size.height * 3
    let pixels = (0..<count).map { index in
      switch kind {
      case "noise": UInt8.random(in: 0...255, using: &generator)
      case "flat": UInt8(77)
      case "slope": UInt8(index / 3 % size.width * 255 / size.width)
      default: UInt8(UInt64.random(in: 0...(.max), using: &generator).leadingZeroBitCount * 5)
      }
    }
    let image = try decoded(
      Raster(width: size.width, height: size.height, pixels: pixels).pngData())
    #expect(image == RGBImage(width: size.width, height: size.height, pixels: pixels))
  }

  @Test(arguments: [(2, 2), (5, 9), (100, 80), (300, 300)])
  func `a mosaic for a page holds each map's levels in the colormap's colours, with its label`(
    width: Int, height: Int
  ) throws {
    let slope = (0..<width * height).map { UInt8($0 * 255 / (width * height - 1)) }
    let tiles = [slope, slope.reversed()].enumerated().map { index, levels in
      Mosaic.Tile(label: "\(index) < 2", levels: levels, width: width, height: height)
    }
    let figure = Mosaic(tiles: tiles, columns: 8)
    let svg = try figure.svg { _ in [] }.text
    let document = try XMLDocument(xmlString: svg)
    let root = try #require(document.rootElement())
    #expect(root.value("width") == "\(Int(figure.size.width))")
    let labels = try #require(root.elements(forName: "g").first)
    let texts = labels.elements(forName: "text").compactMap(\.stringValue)
    #expect(texts == ["0 < 2", "1 < 2"])

    let image = try #require(root.elements(forName: "defs").first?.elements(forName: "image").first)
    let address = try #require(image.value("href"))
    let start = "data:image/png;base64,"
    #expect(address.hasPrefix(start))
    let atlas = try decoded(
      [UInt8](try #require(Data(base64Encoded: String(address.dropFirst(start.count))))))
    // Each tile is a window on rows of the one picture: its first and last values are the lowest and the highest.
    let windows = try root.elements(forName: "svg").map { window in
      try #require(window.value("viewBox")).split(separator: " ")
        .compactMap { Int($0) }
    }
    #expect(windows.count == 2)
    // Larger tiles than anybody sees are made smaller.
    let shown = (width: min(width, 100), height: min(height, 100))
    for (index, window) in windows.enumerated() {
      #expect(window[2] == shown.width && window[3] == shown.height)
      let first = Colormap.viridis.color(at: index == 0 ? 0 : 255)
      let last = Colormap.viridis.color(at: index == 0 ? 255 : 0)
      for (color, x, y) in [
        (first, 0, window[1]), (last, window[2] - 1, window[1] + window[3] - 1),
      ] {
        let found = pixel(atlas, x, y).map(Int.init)
        let expected = [color.red, color.green, color.blue].map(Int.init)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 8 })
      }
    }
  }

  @Test func `panels for a page hold photos as JPEG, maps as PNG, and titles as text`() throws {
    let picture = Raster(width: 2, height: 1, pixels: [9, 8, 7, 6, 5, 4])
    let svg = try Panels([
      .init(title: "a & b", picture: picture),
      .init(title: "고양이", picture: picture, isCrisp: true),
    ]).svg { [$0.pixels[0], 2, 3] }.text
    let root = try #require(try XMLDocument(xmlString: svg).rootElement())
    let titles = root.elements(forName: "foreignObject").compactMap(\.stringValue)
    #expect(titles == ["a & b", "고양이"])
    let addresses = root.elements(forName: "image").compactMap {
      $0.value("href")
    }
    #expect(addresses[0] == "data:image/jpeg;base64,CQID")
    let png = try #require(Data(base64Encoded: String(addresses[1].dropFirst(22))))
    #expect(try decoded([UInt8](png)).pixels == picture.pixels)
  }

  @Test func `a mosaic shows each map's levels in the colormap's colours`() throws {
    let tiles = [
      Mosaic.Tile(label: "3", levels: [0, 85, 170, 255], width: 2, height: 2),
      Mosaic.Tile(label: "constant", levels: [0, 0, 0, 0], width: 2, height: 2),
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
  }

  @Test
  func `pictures side by side have their colours below them, and room for the longest numbers`()
    throws
  {
    let map = Raster(width: 1, height: 1, pixels: [9, 9, 9])
    let bar = ColorBar(.jet, low: "−1.234e−05", high: "−1.234e+38")
    let raster = Raster(sideBySide: [map, map], columns: 2, edge: 16, bars: [bar, bar])
    let whole = RGBImage(width: raster.width, height: raster.height, pixels: raster.pixels)
    #expect(pixel(whole, 4, 4) == [9, 9, 9] && pixel(whole, 19, 19) == [9, 9, 9])
    let width = (whole.width - 12) / 2
    for left in [4, 8 + width] {
      #expect(pixel(whole, left, 26) == [0, 0, 127])
      #expect(pixel(whole, left + width - 1, 26) == [127, 0, 0])
    }
    // What is written leaves columns without ink at the edges, and between the two numbers.
    let inked = (0..<whole.width).map { x in
      (34..<whole.height).contains { pixel(whole, x, $0) == [200, 200, 200] }
    }
    let letters = zip(inked, inked.dropFirst()).count { !$0 && $1 }
    #expect(letters == 2 * (bar.low.count + bar.high.count))
    #expect(!inked[..<8].contains(true) && !inked[width..<(width + 12)].contains(true))
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

extension XMLElement {
  /// An attribute's text; Foundation's own search finds none in SVG's namespace.
  func value(_ name: String) -> String? {
    attributes?.first { $0.name == name }?.stringValue
  }
}
