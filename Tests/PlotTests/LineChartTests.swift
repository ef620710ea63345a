import CAMNet
import Foundation
import FoundationXML
import Plot
import Testing

/// A chart as the pixels that come out of its PNG file, and as SVG.
@Suite struct LineChartTests {
  @Test func `a line goes from its first point to its last, and the grid is behind it`() throws {
    let chart = LineChart(
      title: "Title", horizontal: "pixels", vertical: "ms",
      lines: [
        .init(label: "up", points: [(0, 0), (10, 10)], color: Color(0xFF0000)),
        .init(label: "level", points: [(0, 5), (10, 5)], color: Color(0x0000FF), isDashed: true),
      ])
    let png = try FigureRow([chart, chart]).pngData(scale: 1)
    let image = try png.withUnsafeBytes { try RGBImage(decoding: $0, name: "chart") }
    #expect((image.width, image.height) == (800, 300))
    func color(_ x: Int, _ y: Int) -> [UInt8] {
      Array(image.pixels[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
    }
    for left in [0, 400] {
      // The plot's corners are at (52, 256) and (380, 46).
      #expect(color(left + 52, 256) == [255, 0, 0])
      #expect(color(left + 380, 46) == [255, 0, 0])
      // On a slope the line is blended with what is behind it.
      #expect(color(left + 134, 203)[0] == 255 && color(left + 134, 203)[2] < 60)
      #expect((60..<200).contains { color(left + $0, 151) == [0, 0, 255] })
      #expect((60..<200).contains { color(left + $0, 151) != [0, 0, 255] })
      #expect(color(left + 300, 250) == [255, 255, 255])
    }
  }
  @Test func `a chart for a page holds its words, its numbers, and a polyline a line`() throws {
    let chart = LineChart(
      title: "Time & size", horizontal: "pixels", vertical: "ms",
      lines: [
        .init(label: "up", points: [(0, 0), (5, 5), (10, 10)], color: Color(0xFF0000)),
        .init(label: "level", points: [(0, 5), (10, 5)], color: Color(0x0000FF), isDashed: true),
      ])
    let root = try #require(try XMLDocument(xmlString: chart.svg().text).rootElement())
    #expect(root.value("width") == "400" && root.value("viewBox") == "0 0 400 300")

    let texts = root.elements(forName: "text")
    func text(_ string: String) throws -> XMLElement {
      try #require(texts.first { $0.stringValue == string })
    }
    let ticks = ["0", "2", "4", "6", "8", "10"]
    let words = texts.compactMap(\.stringValue)
    #expect(words == ticks + ticks + ["pixels", "ms", "up", "level"])
    let title = try #require(root.elements(forName: "foreignObject").first)
    #expect(title.stringValue == "Time & size" && title.value("font-weight") == "bold")
    #expect(try text("pixels").value("x") == "216")
    #expect(try text("ms").value("text-anchor") == "start")
    // The highest line's name ends left of the line's end, the other's at it and below.
    #expect(try text("up").value("x") == "372")
    #expect(try text("level").value("x") == "380")
    #expect(try text("level").value("text-anchor") == "end")
    #expect(try Double(#require(text("level").value("y")))! > 151)
    #expect(texts.allSatisfy { $0.value("textLength") == nil })

    // The plot's corners are at (52, 256) and (380, 46).
    func lines(_ color: String) -> [XMLElement] {
      root.elements(forName: "polyline").filter { $0.value("stroke") == color }
    }
    #expect(lines("#ff0000").map { $0.value("points") } == ["52,256 216,151 380,46"])
    #expect(lines("#0000ff").map { $0.value("points") } == ["52,151 380,151"])
    #expect(lines("#ff0000")[0].value("stroke-dasharray") == nil)
    #expect(lines("#0000ff")[0].value("stroke-dasharray") != nil)
    // What is not dashed was measured at its points.
    #expect(
      root.elements(forName: "circle").map { $0.value("fill") } == [
        "#ff0000", "#ff0000", "#ff0000",
      ])
  }

  @Test func `words longer than their place are squeezed on a page`() throws {
    let long = String(repeating: "고양이 ", count: 20)
    let chart = LineChart(title: long, horizontal: long, vertical: "ms", lines: [])
    let root = try #require(try XMLDocument(xmlString: chart.svg().text).rootElement())
    let lengths = root.elements(forName: "text").compactMap { $0.value("textLength") }
    #expect(lengths == ["328"])
  }

  @Test func `a chart's picture is the whole chart, a mosaic's are its tiles`() throws {
    let chart = LineChart(
      title: "Loss", horizontal: "step", vertical: "loss",
      lines: [.init(label: "train", points: [(0, 2), (4, 1)], color: Color(0x2563EB))])
    let pictures = try chart.pictures
    #expect(pictures.map(\.width) == [800] && pictures.map(\.height) == [600])
    let tiles = (0..<3).map { Mosaic.Tile(label: "\($0)", levels: [0, 255], width: 2, height: 1) }
    #expect(Mosaic(tiles: tiles, columns: 2).pictures.map(\.width) == [2, 2, 2])
  }
}
