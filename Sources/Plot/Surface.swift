import CCairo

/// Owns a Cairo image surface of opaque pixels.
final class Surface {
  /// Cairo's limit.
  static let largestSide = 32767

  let handle: OpaquePointer
  let width: Int
  let height: Int

  init(width: Int, height: Int) throws(PlotError) {
    guard (1...Self.largestSide).contains(width), (1...Self.largestSide).contains(height),
      let handle = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    else { throw .size(width: width, height: height) }
    self.handle = handle
    self.width = width
    self.height = height
    try Self.check(cairo_surface_status(handle))
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
        for column in 0..<width {
          let pixel = line.load(fromByteOffset: column * 4, as: UInt32.self)
          for (channel, shift) in [16, 8, 0].enumerated() {
            target[(row * width + column) * 3 + channel] = UInt8(pixel >> UInt32(shift) & 255)
          }
        }
      }
      count = width * height * 3
    }
    return Raster(width: width, height: height, pixels: pixels)
  }

  func pngData() throws(PlotError) -> [UInt8] {
    var bytes: [UInt8] = []
    let status = withUnsafeMutablePointer(to: &bytes) { target in
      cairo_surface_write_to_png_stream(
        handle,
        { closure, data, count in
          guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
          closure.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
          return CAIRO_STATUS_SUCCESS
        }, target)
    }
    try Self.check(status)
    return bytes
  }

  static func check(_ status: cairo_status_t) throws(PlotError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .cairo(String(cString: cairo_status_to_string(status)))
    }
  }
}
