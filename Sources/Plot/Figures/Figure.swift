/// A drawing as a value, whatever it is drawn on.
public protocol Figure: Sendable {
  /// The figure's size in points.
  var size: (width: Double, height: Double) { get }
  /// Draws the figure into the rectangle of its size, whose top left is (0, 0).
  /// - Throws: what the drawing's own methods throw.
  func draw(on drawing: inout some Drawing) throws
  /// The pictures in the figure, without titles and labels, in their own resolution; of a figure that is no arrangement of
  /// pictures the whole of it, at two pixels a point.
  /// - Throws: ``PlotError`` where the whole cannot be drawn.
  var pictures: [Raster] { get throws }
  /// What the pictures' colours stand for, a bar each; empty where they stand for nothing.
  var bars: [ColorBar] { get }
}

extension Figure {
  public var bars: [ColorBar] { [] }

  public var pictures: [Raster] {
    get throws { [try raster(scale: 2)] }
  }

  /// The figure as a PNG file's bytes, `scale` pixels a point.
  /// - Throws: ``PlotError`` for more pixels than Cairo draws, or where it fails.
  public func pngData(scale: Double) throws -> [UInt8] {
    try raster(scale: scale).pngData()
  }

  /// The figure as pixels, `scale` of them a point.
  /// - Throws: ``PlotError`` for more pixels than Cairo draws, where it fails, or where there is no font for the figure's text.
  public func raster(scale: Double) throws -> Raster {
    let surface = try Surface(
      width: Int((size.width * scale).rounded(.up)),
      height: Int((size.height * scale).rounded(.up)))
    var canvas = try Canvas(surface, scale: scale)
    try draw(on: &canvas)
    try canvas.check()
    return surface.raster
  }

  /// The figure as an SVG file, for pages: pictures are in their own resolution, for the browser to enlarge.
  /// - Parameter jpeg: makes a JPEG of a photo; without it photos are PNG, as maps are.
  /// - Throws: what `jpeg` throws, and ``PlotError`` where no PNG can be made.
  public func svg(jpeg: ((Raster) throws -> [UInt8])? = nil) throws -> SVGFile {
    var drawing = SVGDrawing(size: size, jpeg: jpeg)
    try draw(on: &drawing)
    return drawing.file
  }
}
