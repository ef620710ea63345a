/// Pictures side by side with a title above each, as the notebook's `plt.subplots(1, 2)`.
public struct Panels: PictureFigure {
  public struct Panel: Sendable {
    public let title: String
    public let picture: Raster
    /// Enlarged pixels stay squares, as for small maps.
    public let isCrisp: Bool

    public init(title: String, picture: Raster, isCrisp: Bool = false) {
      self.title = title
      self.picture = picture
      self.isCrisp = isCrisp
    }
  }

  public let panels: [Panel]

  private let width = 300.0
  private let margin = 16.0
  private let titleHeight = 30.0

  public init(_ panels: [Panel]) {
    self.panels = panels
  }

  public var size: (width: Double, height: Double) {
    (
      margin + Double(panels.count) * (width + margin),
      margin + titleHeight + (panels.map(height).max() ?? 0) + margin
    )
  }

  private func height(_ panel: Panel) -> Double {
    width * Double(panel.picture.height) / Double(panel.picture.width)
  }

  public var pictures: [Raster] { panels.map(\.picture) }

  public func draw(on canvas: Canvas) throws(PlotError) {
    canvas.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    for (index, panel) in panels.enumerated() {
      let x = margin + Double(index) * (width + margin)
      canvas.draw(
        panel.title, font: Font(size: 14), color: Color(0x1C1E21), x: x,
        y: margin + titleHeight - 6, width: width, lines: 2, above: true)
      try canvas.draw(
        panel.picture, x: x, y: margin + titleHeight, width: width, height: height(panel),
        isCrisp: panel.isCrisp)
    }
  }

  public func svg(jpeg: (Raster) throws -> [UInt8]) throws -> SVGFile {
    var drawing = SVGDrawing(width: size.width, height: size.height)
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    for (index, panel) in panels.enumerated() {
      let x = margin + Double(index) * (width + margin)
      let picture = panel.picture
      drawing.draw(
        title: panel.title, size: 14, color: Color(0x1C1E21), x: x, y: margin + titleHeight - 6,
        width: width, lines: 2)
      drawing.draw(
        SVGPicture(
          bytes: try panel.isCrisp ? picture.pngData() : jpeg(picture),
          mediaType: panel.isCrisp ? "image/png" : "image/jpeg", width: picture.width,
          height: picture.height),
        x: x, y: margin + titleHeight, width: width, height: height(panel),
        isCrisp: panel.isCrisp)
    }
    return drawing.file
  }
}
