import CAMNet
import Plot
import Testing

/// A chart as the pixels that come out of its PNG file.
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
}
