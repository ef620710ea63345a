import CCairo

/// Owns a Cairo image surface of opaque pixels.
final class Surface {
  /// Cairo's limit.
  static let largestSide = 32767

  let handle: OpaquePointer
  let width: Int
  let height: Int

  init(width: Int, height: Int) throws(PlotError) {
    try Self.checkSize(width: width, height: height)
    guard let handle = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    else { throw .cairo("no surface") }
    self.handle = handle
    self.width = width
    self.height = height
    try Self.check(cairo_surface_status(handle))
  }

  static func checkSize(width: Int, height: Int) throws(PlotError) {
    guard (1...largestSide).contains(width), (1...largestSide).contains(height) else {
      throw .size(width: width, height: height)
    }
  }

  /// A surface that holds a picture.
  convenience init(_ raster: Raster) throws(PlotError) {
    try self.init(width: raster.width, height: raster.height)
    cairo_surface_flush(handle)
    let stride = Int(cairo_image_surface_get_stride(handle))
    guard let data = cairo_image_surface_get_data(handle) else {
      throw .cairo("the surface has no pixels")
    }
    raster.pixels.withUnsafeBufferPointer { source in
      var next = 0
      for row in 0..<height {
        // Cairo's pixels are 32-bit numbers 0x00RRGGBB.
        let line = UnsafeMutableRawPointer(data + row * stride)
        for column in 0..<width {
          let pixel =
            UInt32(source[next]) << 16 | UInt32(source[next + 1]) << 8 | UInt32(source[next + 2])
          line.storeBytes(of: pixel, toByteOffset: column * 4, as: UInt32.self)
          next += 3
        }
      }
    }
    cairo_surface_mark_dirty(handle)
  }

  deinit {
    cairo_surface_destroy(handle)
  }

  /// Gives a PDF the picture as JPEG, to hold in place of its pixels.
  func attach(jpeg: [UInt8]) throws(PlotError) {
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: jpeg.count)
    copy.initialize(from: jpeg, count: jpeg.count)
    try Self.check(
      cairo_surface_set_mime_data(
        handle, CAIRO_MIME_TYPE_JPEG, copy, UInt(jpeg.count),
        { $0?.assumingMemoryBound(to: UInt8.self).deallocate() }, copy))
  }

  /// What is drawn on the surface.
  var raster: Raster {
    cairo_surface_flush(handle)
    let stride = Int(cairo_image_surface_get_stride(handle))
    let data = cairo_image_surface_get_data(handle)
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
      guard let data else { return }
      for row in 0..<height {
        let line = UnsafeRawPointer(data + row * stride)
        var next = row * width * 3
        for column in 0..<width {
          let pixel = line.load(fromByteOffset: column * 4, as: UInt32.self)
          target[next] = UInt8(truncatingIfNeeded: pixel >> 16)
          target[next + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          target[next + 2] = UInt8(truncatingIfNeeded: pixel)
          next += 3
        }
      }
      count = width * height * 3
    }
    return Raster(width: width, height: height, pixels: pixels)
  }

  static func check(_ status: cairo_status_t) throws(PlotError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .cairo(String(cString: cairo_status_to_string(status)))
    }
  }
}
