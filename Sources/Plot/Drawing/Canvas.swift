import CCairo
import CPango

/// Something to draw on through Cairo, in points from the top left. It knows nothing of what is behind it: pixels or paper.
public final class Canvas: Drawing {
  private let context: OpaquePointer
  /// Makes a JPEG of a photo, where what is behind the canvas can hold one as it is.
  private let jpeg: ((Raster) -> [UInt8]?)?
  private var hasText = false

  init(
    _ surface: OpaquePointer, scale: Double, jpeg: ((Raster) -> [UInt8]?)? = nil
  ) throws(PlotError) {
    guard let context = cairo_create(surface) else { throw .cairo("no context") }
    self.context = context
    self.jpeg = jpeg
    cairo_scale(context, scale, scale)
    try check()
  }

  convenience init(_ surface: Surface, scale: Double) throws(PlotError) {
    try self.init(surface.handle, scale: scale)
  }

  deinit {
    cairo_destroy(context)
  }

  /// Throws where something that was drawn could not be.
  func check() throws(PlotError) {
    if hasText { try FontCoverage.check() }
    try Surface.check(cairo_status(context))
  }

  public func fill(_ color: Color, x: Double, y: Double, width: Double, height: Double) {
    setSource(color)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  public func stroke(
    _ points: [(x: Double, y: Double)], color: Color, width: Double, isDashed: Bool
  ) {
    guard let first = points.first else { return }
    cairo_save(context)
    defer { cairo_restore(context) }
    setSource(color)
    cairo_set_line_width(context, width)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    if isDashed { cairo_set_dash(context, [4, 4], 2, 0) }
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
    cairo_stroke(context)
  }

  public func dot(_ center: (x: Double, y: Double), radius: Double, color: Color) {
    setSource(color)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
    cairo_fill(context)
  }

  /// Draws a picture into a rectangle; enlarged pixels stay crisp squares where `isCrisp`.
  public func draw(
    _ raster: Raster, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) throws(PlotError) {
    let surface = try Surface(raster)
    if !isCrisp, let bytes = jpeg?(raster) { try surface.attach(jpeg: bytes) }
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, x, y)
    cairo_scale(context, width / Double(raster.width), height / Double(raster.height))
    cairo_set_source_surface(context, surface.handle, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, isCrisp ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BEST)
    // Among pixels a picture goes on beyond its edge as its edge, so that the border is not blended with black. A
    // document holds the picture as it is.
    cairo_pattern_set_extend(pattern, jpeg == nil ? CAIRO_EXTEND_PAD : CAIRO_EXTEND_NONE)
    cairo_rectangle(context, 0, 0, Double(raster.width), Double(raster.height))
    cairo_fill(context)
    try check()
  }

  public func draw(
    _ tiles: [PlacedTile], colormap: Colormap, labels font: Font, color: Color
  ) throws(PlotError) {
    for placed in tiles {
      try draw(
        placed.tile.raster(colormap), x: placed.x, y: placed.y, width: placed.width,
        height: placed.height, isCrisp: placed.isCrisp)
      draw(
        placed.tile.label, font: font, color: color, x: placed.label.x, y: placed.label.y,
        alignment: .center, width: placed.label.width)
    }
  }

  public func draw(_ figure: some Figure, x: Double, y: Double, width: Double) throws {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, x, y)
    cairo_scale(context, width / figure.size.width, width / figure.size.width)
    var canvas = self
    try figure.draw(on: &canvas)
  }

  public func draw(
    _ text: String, font: Font, color: Color, x: Double, y: Double,
    alignment: TextLayout.Alignment, width: Double?
  ) {
    let layout = layout(
      text, font: font, width: width, alignment: alignment, limit: width == nil ? nil : 1)
    draw(layout, color: color, x: x - alignment.share * (width ?? layout.width), y: y)
  }

  public func draw(
    title: String, font: Font, color: Color, x: Double, bottom: Double, width: Double, lines: Int
  ) {
    let layout = layout(title, font: font, width: width, alignment: .center, limit: lines)
    draw(layout, color: color, x: x, y: bottom - layout.height)
  }

  public func size(of text: String, font: Font) -> (width: Double, height: Double) {
    layout(text, font: font).size
  }

  /// Sets text for this canvas.
  /// - Parameters:
  ///   - isMarkup: whether the text is Pango's markup.
  ///   - width: nil for one line as long as it is.
  ///   - limit: lines after which the text is cut with an ellipsis.
  ///   - spacing: from line to line, as a multiple of the font's own; 0 for that.
  public func layout(
    _ text: String, isMarkup: Bool = false, font: Font, width: Double? = nil,
    alignment: TextLayout.Alignment = .left, limit: Int? = nil, spacing: Double = 0
  ) -> TextLayout {
    hasText = true
    return TextLayout(
      text, isMarkup: isMarkup, font: font, width: width, alignment: alignment, limit: limit,
      spacing: spacing, context: context)
  }

  public func draw(_ layout: TextLayout, color: Color, x: Double, y: Double) {
    setSource(color)
    cairo_move_to(context, x, y)
    pango_cairo_show_layout(context, layout.handle)
  }

  /// Draws one line of a text, the top of its space at `y`.
  public func draw(_ layout: TextLayout, line: Int, color: Color, x: Double, y: Double) {
    setSource(color)
    layout.drawLine(line, x: x, y: y, context: context)
  }

  /// A place that links lead to.
  public func destination(_ name: String, x: Double, y: Double) {
    cairo_tag_begin(context, CAIRO_TAG_DEST, "name='\(name)' x=\(x) y=\(y)")
    cairo_tag_end(context, CAIRO_TAG_DEST)
  }

  /// What `body` draws leads to a destination.
  public func link(to destination: String, _ body: () throws(PlotError) -> Void) throws(PlotError) {
    // A link alone would be an element of a document's structure that no other one holds.
    cairo_tag_begin(context, "P", nil)
    cairo_tag_begin(context, CAIRO_TAG_LINK, "dest='\(destination)'")
    try body()
    cairo_tag_end(context, CAIRO_TAG_LINK)
    cairo_tag_end(context, "P")
  }

  func showPage() {
    cairo_show_page(context)
  }

  private func setSource(_ color: Color) {
    cairo_set_source_rgb(context, color.red, color.green, color.blue)
  }
}

/// An opaque colour, components 0 … 1.
public struct Color: Sendable {
  let red: Double
  let green: Double
  let blue: Double
  /// `#rrggbb`
  let hex: String

  /// `0xRRGGBB`
  public init(_ hex: UInt32) {
    red = Double(hex >> 16 & 255) / 255
    green = Double(hex >> 8 & 255) / 255
    blue = Double(hex & 255) / 255
    let digits = String(hex & 0xFFFFFF, radix: 16)
    self.hex = "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
