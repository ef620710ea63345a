import CExif

/// How a camera was held, as EXIF's tag 274 says: 1 is upright, 2 … 8 are mirrored and turned.
struct Orientation: Equatable {
  /// The tag's value, 1 … 8.
  let rawValue: Int

  static let upright = Orientation(rawValue: 1)

  /// The orientation of a tag's value; upright where it is not one of 1 … 8.
  init(rawValue: Int) {
    self.rawValue = (1...8).contains(rawValue) ? rawValue : 1
  }

  /// The orientation that EXIF data give: a TIFF structure, as a PNG file holds it, or one behind a marker, as a JPEG file
  /// does. Upright where they say nothing sensible.
  init(exif bytes: UnsafeRawBufferPointer) {
    // libexif expects the data behind the marker.
    let marker = Array("Exif\0\0".utf8)
    let marked = bytes.starts(with: marker) ? Array(bytes) : marker + bytes
    self =
      bytes.isEmpty ? .upright : marked.withUnsafeBytes { ExifData($0)?.orientation } ?? .upright
  }

  /// Whether the stored picture's rows become the upright one's columns.
  var swapsAxes: Bool { rawValue >= 5 }

  /// Where in the stored picture (width × height) the upright pixel (x, y) lies.
  func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch rawValue {
    case 2: (width - 1 - x, y)
    case 3: (width - 1 - x, height - 1 - y)
    case 4: (x, height - 1 - y)
    case 5: (y, x)
    case 6: (y, height - 1 - x)
    case 7: (width - 1 - y, height - 1 - x)
    case 8: (width - 1 - y, x)
    default: (x, y)
    }
  }
}

extension RGBImage {
  /// The picture as it was meant to be seen.
  func turned(by orientation: Orientation) -> RGBImage {
    guard orientation != .upright else { return self }
    let newWidth = orientation.swapsAxes ? height : width
    let newHeight = orientation.swapsAxes ? width : height
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let from = orientation.source(x: x, y: y, width: width, height: height)
            let offset = (from.y * width + from.x) * 3
            let next = (y * newWidth + x) * 3
            for channel in 0..<3 { target[next + channel] = source[offset + channel] }
          }
        }
      }
      count = pixels.count
    }
    return RGBImage(width: newWidth, height: newHeight, pixels: turned)
  }
}

/// EXIF data as libexif read them, freed with this object.
private final class ExifData {
  private let data: UnsafeMutablePointer<CExif.ExifData>

  /// Reads EXIF data behind their marker; nil where they are larger than libexif counts, or it has no memory.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= UInt32.max,
      let data = exif_data_new_from_data(
        bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
    else { return nil }
    self.data = data
  }

  deinit {
    exif_data_unref(data)
  }

  /// The orientation of the main picture; nil where the data hold none.
  var orientation: Orientation? {
    guard let content = data.pointee.ifd.0,
      let entry = exif_content_get_entry(content, EXIF_TAG_ORIENTATION),
      entry.pointee.format == EXIF_FORMAT_SHORT, entry.pointee.size >= 2,
      let bytes = entry.pointee.data
    else { return nil }
    return Orientation(rawValue: Int(exif_get_short(bytes, exif_data_get_byte_order(data))))
  }
}
