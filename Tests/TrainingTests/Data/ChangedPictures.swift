import CAMNet

/// Copies of pictures as people make them.
extension RGBImage {
  /// The picture as a file that keeps every pixel, BMP of 24 bits.
  var bmp: [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let padding = [UInt8](repeating: 0, count: (4 - width * 3 % 4) % 4)
    let size = (width * 3 + padding.count) * height
    var bytes = Array("BM".utf8) + number(54 + size, 4) + number(0, 4) + number(54, 4)
    bytes += number(40, 4) + number(width, 4) + number(height, 4) + number(1, 2) + number(24, 2)
    bytes += number(0, 4) + number(size, 4) + number(2835, 4) + number(2835, 4) + number(0, 8)
    bytes.reserveCapacity(54 + size)
    for row in (0..<height).reversed() {
      for place in row * width..<(row + 1) * width {
        bytes += [pixels[place * 3 + 2], pixels[place * 3 + 1], pixels[place * 3]]
      }
      bytes += padding
    }
    return bytes
  }

  /// The mirror image.
  var flipped: RGBImage {
    var flipped: [UInt8] = []
    flipped.reserveCapacity(pixels.count)
    for row in 0..<height {
      for column in (0..<width).reversed() {
        let start = (row * width + column) * 3
        flipped += pixels[start..<start + 3]
      }
    }
    return RGBImage(width: width, height: height, pixels: flipped)
  }

  /// The picture without a part of its width and height along every edge.
  func cropped(by part: Double) -> RGBImage {
    let (x, y) = (Int(Double(width) * part), Int(Double(height) * part))
    return cropped(columns: x..<width - x, rows: y..<height - y)
  }
}
