/// Pictures side by side with a title above each, as the notebook's `plt.subplots(1, 2)`.
public struct Panels: Figure {
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

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    for (index, panel) in panels.enumerated() {
      let x = margin + Double(index) * (width + margin)
      drawing.draw(
        title: panel.title, font: Font(size: 14), color: Color(0x1C1E21), x: x,
        bottom: margin + titleHeight - 6, width: width, lines: 2)
      try drawing.draw(
        panel.picture, x: x, y: margin + titleHeight, width: width, height: height(panel),
        isCrisp: panel.isCrisp)
    }
  }
}
