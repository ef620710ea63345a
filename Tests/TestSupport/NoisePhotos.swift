import CAMNet

extension RGBImage {
  /// The picture as a BMP file of 24 bits a pixel.
  public var bmpData: [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let line = (width * 3 + 3) / 4 * 4
    var bytes: [UInt8] = [0x42, 0x4D] + number(54 + line * height, 4) + number(0, 4)
    bytes += number(54, 4) + number(40, 4) + number(width, 4) + number(height, 4)
    bytes += number(1, 2) + number(24, 2) + [UInt8](repeating: 0, count: 24)
    for y in (0..<height).reversed() {
      for x in 0..<width {
        let start = (y * width + x) * 3
        bytes += [pixels[start + 2], pixels[start + 1], pixels[start]]
      }
      bytes += [UInt8](repeating: 0, count: line - width * 3)
    }
    return bytes
  }
}
