/// What a map's colours stand for: a bar of them from low to high, with the values at its ends below.
public struct ColorBar: Figure {
  public let colormap: Colormap
  /// The value of the first colour, as it is written.
  public let low: String
  public let high: String
  /// How wide the bar is, in points.
  public var width = 300.0
  /// How large the values are written, in points.
  public var fontSize = 11.0

  private let thickness = 8.0

  public init(_ colormap: Colormap, low: String, high: String) {
    self.colormap = colormap
    self.low = low
    self.high = high
  }

  public var size: (width: Double, height: Double) { (width, thickness + 2 + fontSize * 1.5) }

  public var pictures: [Raster] { [colors] }

  /// The colours side by side, a pixel each.
  private var colors: Raster { Raster(width: 256, height: 1, pixels: colormap.bytes) }

  public func draw(on drawing: inout some Drawing) throws {
    try drawing.draw(colors, x: 0, y: 0, width: width, height: thickness, isCrisp: true)
    for (text, x, alignment) in [(low, 0, TextLayout.Alignment.left), (high, width, .right)] {
      drawing.draw(
        text, font: Font(size: fontSize), color: Color(0x6B7078), x: x, y: thickness + 2,
        alignment: alignment, width: nil)
    }
  }
}
