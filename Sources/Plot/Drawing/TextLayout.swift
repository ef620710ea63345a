import CCairo
import CPango

/// A font, in points; letters that it lacks are set in another one that has them.
public struct Font: Sendable {
  public var size: Double
  public var isBold: Bool
  public var isMonospaced: Bool

  public init(size: Double, isBold: Bool = false, isMonospaced: Bool = false) {
    self.size = size
    self.isBold = isBold
    self.isMonospaced = isMonospaced
  }

  fileprivate var description: String {
    let family = isMonospaced ? "DejaVu Sans Mono" : "DejaVu Sans"
    // Where Korean letters come from, so that of many fonts a plain one is taken.
    return "\(family),Noto Sans CJK KR,NanumGothic\(isBold ? " Bold" : "") \(size)px"
  }
}

/// Owns text that Pango has set, in lines no wider than a width.
public final class TextLayout {
  public enum Alignment: Sendable {
    case left, center, right

    fileprivate var pango: PangoAlignment {
      switch self {
      case .left: PANGO_ALIGN_LEFT
      case .center: PANGO_ALIGN_CENTER
      case .right: PANGO_ALIGN_RIGHT
      }
    }

    /// How much of a text is left of where it is aligned.
    var share: Double {
      switch self {
      case .left: 0
      case .center: 0.5
      case .right: 1
      }
    }
  }

  /// A line's place in the text, in points from the text's top.
  public struct Line: Sendable {
    public let top: Double
    public let height: Double
    let baseline: Double
    let left: Double
  }

  let handle: OpaquePointer
  public let lines: [Line]

  /// What is not visible in the text is set as U+FFFD: Cairo refuses a page with some of it.
  /// - Parameters:
  ///   - isMarkup: whether the text is Pango's markup.
  ///   - width: nil for one line as long as it is.
  ///   - limit: lines after which the text is cut with an ellipsis.
  ///   - context: the Cairo context on which the text will be drawn; nil to measure it alone.
  init(
    _ text: String, isMarkup: Bool = false, font: Font, width: Double? = nil,
    alignment: Alignment = .left, limit: Int? = nil, spacing: Double = 0,
    context: OpaquePointer? = nil
  ) {
    handle = context.map { pango_cairo_create_layout($0) } ?? Self.unplaced()
    // Letters stand where the font says, not at whole pixels: on paper those would look uneven.
    pango_context_set_round_glyph_positions(pango_layout_get_context(handle), 0)
    let description = pango_font_description_from_string(font.description)
    defer { pango_font_description_free(description) }
    pango_layout_set_font_description(handle, description)
    if isMarkup {
      pango_layout_set_markup(handle, text.visible, -1)
    } else {
      pango_layout_set_text(handle, text.visible, -1)
    }
    pango_layout_set_width(handle, width.map { Int32($0 * Double(PANGO_SCALE)) } ?? -1)
    pango_layout_set_wrap(handle, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_alignment(handle, alignment.pango)
    pango_layout_set_line_spacing(handle, Float(spacing))
    if let limit {
      pango_layout_set_height(handle, Int32(-limit))
      pango_layout_set_ellipsize(handle, PANGO_ELLIPSIZE_END)
    }
    // Of text without a font Pango gives lines of no size.
    lines = FontCoverage.hasFonts ? Self.lines(of: handle) : []
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(handle))
  }

  /// The text's height in points.
  public var height: Double { size.height }
  public var width: Double { size.width }

  var size: (width: Double, height: Double) {
    var (width, height) = (Int32(0), Int32(0))
    pango_layout_get_size(handle, &width, &height)
    return (Double(width) / Double(PANGO_SCALE), Double(height) / Double(PANGO_SCALE))
  }

  /// Letters that no installed font has, and that are drawn as boxes.
  var missingLetters: Int { Int(pango_layout_get_unknown_glyphs_count(handle)) }

  /// A layout whose lengths are the font's own, not rounded to any canvas's pixels.
  private static func unplaced() -> OpaquePointer {
    let context = pango_font_map_create_context(pango_cairo_font_map_get_default())
    let options = cairo_font_options_create()
    defer {
      cairo_font_options_destroy(options)
      g_object_unref(UnsafeMutableRawPointer(context))
    }
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    return pango_layout_new(context)
  }

  private static func lines(of layout: OpaquePointer) -> [Line] {
    guard let iterator = pango_layout_get_iter(layout) else { return [] }
    defer { pango_layout_iter_free(iterator) }
    var lines: [Line] = []
    repeat {
      var (top, bottom) = (Int32(0), Int32(0))
      var extents = PangoRectangle()
      pango_layout_iter_get_line_yrange(iterator, &top, &bottom)
      pango_layout_iter_get_line_extents(iterator, nil, &extents)
      let scale = Double(PANGO_SCALE)
      lines.append(
        Line(
          top: Double(top) / scale, height: Double(bottom - top) / scale,
          baseline: Double(pango_layout_iter_get_baseline(iterator)) / scale,
          left: Double(extents.x) / scale))
    } while pango_layout_iter_next_line(iterator) != 0
    return lines
  }

  /// Draws one line, the top of its space at `y`.
  func drawLine(_ index: Int, x: Double, y: Double, context: OpaquePointer) {
    guard let iterator = pango_layout_get_iter(handle) else { return }
    defer { pango_layout_iter_free(iterator) }
    for _ in 0..<index { _ = pango_layout_iter_next_line(iterator) }
    let line = lines[index]
    cairo_move_to(context, x + line.left, y + line.baseline - line.top)
    pango_cairo_show_layout_line(context, pango_layout_iter_get_line_readonly(iterator))
  }
}

/// Which letters the installed fonts have.
public enum FontCoverage {
  /// Whether a text's every letter is in some installed font.
  /// - Throws: ``PlotError/noFonts``.
  public static func covers(_ text: String) throws(PlotError) -> Bool {
    try check()
    return TextLayout(text, font: Font(size: 10)).missingLetters == 0
  }

  /// Throws where no font is installed.
  static func check() throws(PlotError) {
    guard hasFonts else { throw .noFonts }
  }

  /// Whether any font is installed.
  static let hasFonts: Bool = {
    let map = pango_cairo_font_map_get_default()
    let context = pango_font_map_create_context(map)
    let description = pango_font_description_from_string(Font(size: 10).description)
    let font = pango_font_map_load_font(map, context, description)
    defer {
      pango_font_description_free(description)
      g_object_unref(UnsafeMutableRawPointer(context))
      if let font { g_object_unref(UnsafeMutableRawPointer(font)) }
    }
    return font != nil
  }()
}
