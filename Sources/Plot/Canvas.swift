import CCairo
import CPango

/// Something to draw on, in points from the top left. It knows nothing of what is behind it: pixels, SVG or a page.
public final class Canvas {
  private let context: OpaquePointer

  init(_ surface: Surface, scale: Double) throws(PlotError) {
    guard let context = cairo_create(surface.handle) else { throw .cairo("no context") }
    self.context = context
    cairo_scale(context, scale, scale)
    try Surface.check(cairo_status(context))
  }

  deinit {
    cairo_destroy(context)
  }

  func fill(_ color: Color, x: Double, y: Double, width: Double, height: Double) {
    setSource(color)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  /// Draws a picture into a rectangle; enlarged pixels stay crisp squares where `isCrisp`.
  func draw(
    _ raster: Raster, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) throws(PlotError) {
    let surface = try Surface(raster)
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, x, y)
    cairo_scale(context, width / Double(raster.width), height / Double(raster.height))
    cairo_set_source_surface(context, surface.handle, 0, 0)
    let pattern = cairo_get_source(context)
    cairo_pattern_set_filter(pattern, isCrisp ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BEST)
    // Beyond its edge a picture goes on as its edge, so that the border is not blended with black.
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_rectangle(context, 0, 0, Double(raster.width), Double(raster.height))
    cairo_fill(context)
    try Surface.check(cairo_status(context))
  }

  /// Draws text centred in `width`, wrapped to it and cut with an ellipsis after `lines` lines, below `y` or above it.
  func draw(
    _ text: String, font: Font, color: Color, x: Double, y: Double, width: Double, lines: Int = 1,
    above: Bool = false
  ) {
    let layout = TextLayout(text, font: font, width: width, lines: lines, context: context)
    setSource(color)
    cairo_move_to(context, x, above ? y - layout.height : y)
    pango_cairo_show_layout(context, layout.handle)
  }

  private func setSource(_ color: Color) {
    cairo_set_source_rgb(context, color.red, color.green, color.blue)
  }
}

/// An opaque colour, components 0 … 1.
struct Color {
  let red: Double
  let green: Double
  let blue: Double

  /// `0xRRGGBB`
  init(_ hex: UInt32) {
    red = Double(hex >> 16 & 255) / 255
    green = Double(hex >> 8 & 255) / 255
    blue = Double(hex & 255) / 255
  }
}
