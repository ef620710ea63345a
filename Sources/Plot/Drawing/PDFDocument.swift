import CCairo

/// A PDF that grows page by page: vector text and drawings, links and bookmarks.
public final class PDFDocument {
  /// What a reader shows of the document as a whole.
  public struct Metadata: Sendable {
    public var title: String
    public var author: String
    public var subject: String
    public var keywords: String
    /// ISO 8601; nil for none.
    public var date: String?

    public init(title: String, author: String, subject: String, keywords: String, date: String?) {
      self.title = title
      self.author = author
      self.subject = subject
      self.keywords = keywords
      self.date = date
    }
  }

  private let surface: OpaquePointer
  private let target: UnsafeMutablePointer<[UInt8]>
  /// The page that is being drawn.
  public let canvas: Canvas

  /// - Parameters:
  ///   - width: of each page, in points of 1/72 inch.
  ///   - jpeg: makes a JPEG of a photo, which the document then holds as it is.
  public init(
    width: Double, height: Double, metadata: Metadata, jpeg: @escaping (Raster) -> [UInt8]?
  ) throws(PlotError) {
    try FontCoverage.check()
    target = .allocate(capacity: 1)
    target.initialize(to: [])
    let created = cairo_pdf_surface_create_for_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        closure.assumingMemoryBound(to: [UInt8].self).pointee
          .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, target, width, height)
    guard let created else { throw .cairo("no PDF surface") }
    surface = created
    canvas = try Canvas(created, scale: 1, jpeg: jpeg)
    set(CAIRO_PDF_METADATA_TITLE, metadata.title)
    set(CAIRO_PDF_METADATA_AUTHOR, metadata.author)
    set(CAIRO_PDF_METADATA_SUBJECT, metadata.subject)
    set(CAIRO_PDF_METADATA_KEYWORDS, metadata.keywords)
    set(CAIRO_PDF_METADATA_CREATOR, metadata.author)
    // An empty date is left out; with none set, Cairo would write the time.
    set(CAIRO_PDF_METADATA_CREATE_DATE, metadata.date ?? "")
  }

  deinit {
    // The canvas still holds the surface: what is unwritten must be written while there is somewhere to write it.
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
    target.deinitialize(count: 1)
    target.deallocate()
  }

  /// A bookmark. - Returns: its number, to put others under.
  @discardableResult
  public func addBookmark(_ title: String, to destination: String, under parent: Int = 0) -> Int {
    Int(
      cairo_pdf_surface_add_outline(
        surface, Int32(parent), title.visible, "dest='\(destination)'",
        parent == 0 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : cairo_pdf_outline_flags_t(0)))
  }

  /// What the page is called: `iv`, `12`.
  public func label(_ text: String) {
    cairo_pdf_surface_set_page_label(surface, text)
  }

  public func endPage() throws(PlotError) {
    canvas.showPage()
    try canvas.check()
  }

  /// Ends the document: nothing can be drawn after it.
  public func finished() throws(PlotError) -> [UInt8] {
    cairo_surface_finish(surface)
    try Surface.check(cairo_surface_status(surface))
    return target.pointee
  }

  private func set(_ key: cairo_pdf_metadata_t, _ value: String) {
    cairo_pdf_surface_set_metadata(surface, key, value.visible)
  }
}
