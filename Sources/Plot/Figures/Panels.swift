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
  /// A taller picture is made narrower, so that a figure of any picture can be drawn and shown.
  private let tallest = 900.0
  private let margin = 16.0
  private let titleHeight = 30.0

  public init(_ panels: [Panel]) {
    self.panels = panels
  }

  public var size: (width: Double, height: Double) {
    (
      margin + Double(panels.count) * (width + margin),
      margin + titleHeight + (panels.map { drawn($0).height }.max() ?? 0) + margin
    )
  }

  /// The size at which a panel's picture is drawn.
  private func drawn(_ panel: Panel) -> (width: Double, height: Double) {
    let ratio = Double(panel.picture.height) / Double(panel.picture.width)
    return width * ratio > tallest ? (tallest / ratio, tallest) : (width, width * ratio)
  }

  public var pictures: [Raster] { panels.map(\.picture) }

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    for (index, panel) in panels.enumerated() {
      let x = margin + Double(index) * (width + margin)
      drawing.draw(
        title: panel.title, font: Font(size: 14), color: Color(0x1C1E21), x: x,
        bottom: margin + titleHeight - 6, width: width, lines: 2)
      let drawn = drawn(panel)
      try drawing.draw(
        panel.picture, x: x + (width - drawn.width) / 2, y: margin + titleHeight,
        width: drawn.width, height: drawn.height, isCrisp: panel.isCrisp)
    }
  }
}
