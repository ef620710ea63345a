import CAMNet
import Foundation
import FoundationXML
import Plot
import Testing

/// One drawing of each figure, whatever it is drawn on.
@Suite struct DrawingTests {
  private static let picture = Raster(width: 2, height: 1, pixels: [9, 8, 7, 6, 5, 4])
  private static let chart = LineChart(
    title: "Time & size", horizontal: "pixels", vertical: "ms",
    lines: [.init(label: "a < b", points: [(0, 0), (4, 2.5)], color: Color(0xFF0000))])
  private static let mosaic = Mosaic(
    tiles: (0..<3).map { .init(label: "\($0): 고양이", levels: [0, 255], width: 2, height: 1) },
    columns: 2)
  private static let panels = Panels([
    .init(title: "photo", picture: picture), .init(title: "map", picture: picture, isCrisp: true),
  ])

  @Test(
    arguments: [
      chart, mosaic, panels, Mosaic(tiles: [], columns: 8), FigureRow([chart, mosaic, panels]),
    ] as [any Figure])
  func `pixels, paper and SVG show the same figure`(figure: any Figure) throws {
    var recording = Recording()
    try recording.draw(figure, x: 0, y: 0, width: figure.size.width)

    let svg = try figure.svg().text
    let root = try #require(try XMLDocument(xmlString: svg).rootElement())
    #expect(try root.nodes(forXPath: "//text()").compactMap(\.stringValue) == recording.texts)
    #expect(try root.nodes(forXPath: "//*[local-name()='image']").count == recording.files)

    let image = try figure.pngData(scale: 2).withUnsafeBytes {
      try RGBImage(decoding: $0, name: "figure")
    }
    #expect(
      (Double(image.width), Double(image.height)) == (figure.size.width * 2, figure.size.height * 2)
    )

    let document = try PDFDocument(
      width: 595, height: 842,
      metadata: .init(title: "", author: "", subject: "", keywords: "", date: nil)
    ) { _ in nil }
    try document.canvas.draw(figure, x: 10, y: 10, width: 300)
    try document.endPage()
    #expect(try document.finished().starts(with: Array("%PDF".utf8)))
  }

  @Test func `a figure in a row is no other than alone`() throws {
    var (alone, row) = (Recording(), Recording())
    try alone.draw(Self.chart, x: 0, y: 0, width: 400)
    try row.draw(FigureRow([Self.chart, Self.chart]), x: 0, y: 0, width: 800)
    #expect(row.texts == alone.texts + alone.texts)
    #expect(FigureRow([Self.chart, Self.chart]).size == (800, 300))
  }

  @Test func `a photo without JPEG is PNG on a page`() throws {
    let svg = try Panels([.init(title: "", picture: Self.picture)]).svg().text
    #expect(svg.contains("data:image/png;base64,"))
    #expect(throws: Unmade.self) {
      try Panels([.init(title: "", picture: Self.picture)]).svg { _ in throw Unmade() }
    }
  }
}

private struct Unmade: Error {}

/// What figures ask a drawing for.
private struct Recording: Drawing {
  private(set) var texts: [String] = []
  /// Pictures, of which many tiles are one.
  private(set) var files = 0

  mutating func fill(_ color: Color, x: Double, y: Double, width: Double, height: Double) {}

  mutating func stroke(
    _ points: [(x: Double, y: Double)], color: Color, width: Double, isDashed: Bool
  ) {}

  mutating func dot(_ center: (x: Double, y: Double), radius: Double, color: Color) {}

  mutating func draw(
    _ raster: Raster, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) {
    files += 1
  }

  mutating func draw(
    _ tiles: [PlacedTile], colormap: Colormap, labels font: Font, color: Color
  ) {
    texts += tiles.map(\.tile.label)
    if !tiles.isEmpty { files += 1 }
  }

  mutating func draw(
    _ text: String, font: Font, color: Color, x: Double, y: Double,
    alignment: TextLayout.Alignment, width: Double?
  ) {
    texts.append(text)
  }

  mutating func draw(
    title: String, font: Font, color: Color, x: Double, bottom: Double, width: Double, lines: Int
  ) {
    texts.append(title)
  }

  mutating func draw(_ figure: some Figure, x: Double, y: Double, width: Double) throws {
    try figure.draw(on: &self)
  }

  func size(of text: String, font: Font) -> (width: Double, height: Double) { (10, 10) }
}
