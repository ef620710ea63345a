/// A drawing as a value, whatever it is drawn on.
public protocol Figure: Sendable {
  /// In points.
  var size: (width: Double, height: Double) { get }
  func draw(on canvas: Canvas) throws(PlotError)
}

/// A figure of pictures, as pages show them.
public protocol PictureFigure: Figure {
  /// The figure as an SVG file, for pages: its pictures in their own resolution, for the browser to enlarge.
  /// - Parameter jpeg: makes a JPEG of a photo.
  func svg(jpeg: (Raster) throws -> [UInt8]) throws -> SVGFile
  /// The pictures in the figure, without titles and labels, in their own resolution.
  var pictures: [Raster] { get }
}

extension Figure {
  /// The figure as a PNG file's bytes, `scale` pixels a point.
  public func pngData(scale: Double) throws(PlotError) -> [UInt8] {
    try raster(scale: scale).pngData()
  }

  /// The figure as pixels, `scale` of them a point.
  public func raster(scale: Double) throws(PlotError) -> Raster {
    let surface = try Surface(
      width: Int((size.width * scale).rounded(.up)),
      height: Int((size.height * scale).rounded(.up)))
    try draw(on: try Canvas(surface, scale: scale))
    return surface.raster
  }
}
