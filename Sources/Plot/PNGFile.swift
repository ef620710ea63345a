import CZlib

/// PNG files of 8-bit pixels.
enum PNGFile {
  /// - Parameters:
  ///   - pixels: red, green and blue of each pixel in turn, or indices into `palette`; row by row.
  ///   - palette: red, green and blue of up to 256 colours.
  static func bytes(width: Int, height: Int, pixels: [UInt8], palette: [UInt8]? = nil) -> [UInt8] {
    let pixelSize = palette == nil ? 3 : 1
    let filtered = filtered(pixels, rowSize: width * pixelSize, height: height, pixelSize)
    let stream = compressed(filtered)
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file.reserveCapacity(stream.count + 1024)
    let colorType: UInt8 = palette == nil ? 2 : 3
    append(
      "IHDR", bigEndian(width) + bigEndian(height) + [8, colorType, 0, 0, 0], to: &file)
    if let palette { append("PLTE", palette, to: &file) }
    append("IDAT", stream, to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// Every row as its differences from the mean of the pixel to the left and the one above, the filter that serves photos
  /// best of those that cost little; its number is 3.
  private static func filtered(
    _ pixels: [UInt8], rowSize: Int, height: Int, _ pixelSize: Int
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: (rowSize + 1) * height) { target, count in
      pixels.withUnsafeBufferPointer { pixels in
        guard let source = pixels.baseAddress, let memory = target.baseAddress else { return }
        for row in 0..<height {
          let line = source + row * rowSize
          let result = memory + row * (rowSize + 1) + 1
          result[-1] = 3
          for index in 0..<pixelSize {
            result[index] = line[index] &- (row > 0 ? line[index - rowSize] >> 1 : 0)
          }
          guard row > 0 else {
            for index in pixelSize..<max(rowSize, pixelSize) {
              result[index] = line[index] &- line[index - pixelSize] >> 1
            }
            continue
          }
          let above = line - rowSize
          // The mean, rounded down, within eight bits.
          var index = pixelSize
          while index + 16 <= rowSize {
            let left = vector(line + index - pixelSize)
            let up = vector(above + index)
            let difference = vector(line + index) &- ((left & up) &+ (left ^ up) &>> 1)
            UnsafeMutableRawPointer(result + index).storeBytes(
              of: difference, as: SIMD16<UInt8>.self)
            index += 16
          }
          while index < rowSize {
            let (left, up) = (line[index - pixelSize], above[index])
            result[index] = line[index] &- ((left & up) &+ (left ^ up) >> 1)
            index += 1
          }
        }
      }
      count = (rowSize + 1) * height
    }
  }

  private static func vector(_ start: UnsafePointer<UInt8>) -> SIMD16<UInt8> {
    UnsafeRawPointer(start).loadUnaligned(as: SIMD16<UInt8>.self)
  }

  /// A zlib stream. Where most bytes are as the filter foresaw, as in drawings and screenshots, repetitions are long and
  /// worth the time to look for them; in photos they are not.
  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBufferPointer { bytes in
      let huffman = HuffmanDeflate(bytes)
      guard huffman.zeros > bytes.count / 2 else { return huffman.zlibStream() }
      var size = compressBound(UInt(bytes.count))
      return [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
        let code = compress2(target.baseAddress, &size, bytes.baseAddress, UInt(bytes.count), 6)
        precondition(code == Z_OK, "zlib has no memory")
        count = Int(size)
      }
    }
  }

  private static func append(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    file += bigEndian(content.count)
    let start = file.count
    file += Array(kind.utf8)
    file += content
    let checksum = file.withUnsafeBufferPointer { file in
      crc32_z(0, file.baseAddress.map { $0 + start }, file.count - start)
    }
    file += bigEndian(Int(checksum))
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
