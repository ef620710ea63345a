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
  ///
  /// The tag stands in the first directory, and only there is it looked for: what the others hold is of no use here, and
  /// pointers to them may lead in circles.
  init(exif: UnsafeRawBufferPointer) {
    let isMarked = exif.starts(with: JPEGParts.exifMarker)
    let bytes = isMarked ? exif.dropFirst(JPEGParts.exifMarker.count) : exif[...]
    self = TIFFReader(bytes)?.orientation ?? .upright
  }

  /// The EXIF data that give this orientation and nothing else: a TIFF structure of one directory with one entry.
  var exif: [UInt8] {
    Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(rawValue)]
      + [UInt8](repeating: 0, count: 6)
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

/// The numbers of a TIFF structure, in the byte order that it begins with.
private struct TIFFReader {
  private let bytes: Slice<UnsafeRawBufferPointer>
  private let isBigEndian: Bool

  /// - Returns: nil where there is no such structure.
  init?(_ bytes: Slice<UnsafeRawBufferPointer>) {
    if bytes.starts(with: "II*\0".utf8) {
      isBigEndian = false
    } else if bytes.starts(with: "MM\0*".utf8) {
      isBigEndian = true
    } else {
      return nil
    }
    self.bytes = bytes
  }

  /// The orientation in the first directory; nil where it holds none, or not as one 16-bit number.
  var orientation: Orientation? {
    guard let directory = number(at: 4, size: 4), let count = number(at: directory, size: 2)
    else { return nil }
    for entry in 0..<count {
      let start = directory + 2 + entry * 12
      guard let tag = number(at: start, size: 2) else { return nil }
      guard tag == 0x112 else { continue }
      let short = 3
      guard number(at: start + 2, size: 2) == short, number(at: start + 4, size: 4) == 1
      else { return nil }
      return number(at: start + 8, size: 2).map(Orientation.init)
    }
    return nil
  }

  /// A number of `size` bytes; nil where the structure ends before it does.
  private func number(at offset: Int, size: Int) -> Int? {
    guard offset + size <= bytes.count else { return nil }
    let start = bytes.startIndex + offset
    let digits = bytes[start..<start + size]
    return isBigEndian
      ? digits.reduce(0) { $0 << 8 | Int($1) } : digits.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
