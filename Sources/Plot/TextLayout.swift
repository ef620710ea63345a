import CPango

/// A font as Pango describes it.
struct Font {
  let size: Double
  var isBold = false

  fileprivate var description: String { "DejaVu Sans\(isBold ? " Bold" : "") \(size)px" }
}

/// Owns text that Pango has set, centred in a width.
final class TextLayout {
  let handle: OpaquePointer

  init(_ text: String, font: Font, width: Double, lines: Int, context: OpaquePointer) {
    handle = pango_cairo_create_layout(context)
    let description = pango_font_description_from_string(font.description)
    defer { pango_font_description_free(description) }
    pango_layout_set_font_description(handle, description)
    pango_layout_set_text(handle, text, -1)
    pango_layout_set_width(handle, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_height(handle, Int32(-lines))
    pango_layout_set_wrap(handle, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_ellipsize(handle, PANGO_ELLIPSIZE_END)
    pango_layout_set_alignment(handle, PANGO_ALIGN_CENTER)
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(handle))
  }

  /// In points.
  var height: Double {
    var height: Int32 = 0
    pango_layout_get_size(handle, nil, &height)
    return Double(height) / Double(PANGO_SCALE)
  }
}
