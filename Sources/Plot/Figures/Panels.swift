/// Pictures side by side with a title above each and, of maps, the colours' values below, as the notebook's `plt.subplots(1, 2)`.
public struct Panels: Figure {
  public struct Panel: Sendable {
    public let title: String
    public let picture: Raster
    /// Enlarged pixels stay squares, as for small maps.
    public let isCrisp: Bool
    /// What the picture's colours stand for.
    public let bar: ColorBar?

    public init(title: String, picture: Raster, isCrisp: Bool = false, bar: ColorBar? = nil) {
      self.title = title
      self.picture = picture
      self.isCrisp = isCrisp
      self.bar = bar
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
      margin + titleHeight + (panels.map { drawn($0).height + bar($0) }.max() ?? 0) + margin
    )
  }

  /// The size at which a panel's picture is drawn.
  private func drawn(_ panel: Panel) -> (width: Double, height: Double) {
    let ratio = Double(panel.picture.height) / Double(panel.picture.width)
    return width * ratio > tallest ? (tallest / ratio, tallest) : (width, width * ratio)
  }

  /// The space of a panel's bar and of the gap above it.
  private func bar(_ panel: Panel) -> Double { panel.bar.map { 8 + $0.size.height } ?? 0 }

  public var pictures: [Raster] { panels.map(\.picture) }
  public var bars: [ColorBar] { panels.compactMap(\.bar) }

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
      if let bar = panel.bar {
        try drawing.draw(bar, x: x, y: margin + titleHeight + drawn.height + 8, width: width)
      }
    }
  }
}
