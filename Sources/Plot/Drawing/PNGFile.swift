import CPNG
import Glibc

/// PNG files of 8-bit pixels.
enum PNGFile {
  /// - Parameters:
  ///   - pixels: red, green and blue of each pixel in turn, or indices into `palette`; row by row.
  ///   - palette: red, green and blue of up to 256 colours.
  ///   - isPhoto: whether pixels are those of a photo, which nowhere repeat: not to look for it takes a tenth less time, and
  ///     Huffman codes alone are often shorter.
  static func bytes(
    width: Int, height: Int, pixels: [UInt8], palette: [UInt8]? = nil, isPhoto: Bool
  ) throws(PlotError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: 200)
    let code = camreport_png_encode(
      pixels, UInt32(width), UInt32(height), palette, Int32((palette?.count ?? 0) / 3),
      isPhoto ? 1 : 15, &bytes, &size, &message)
    defer { free(bytes) }
    guard code == Int32(CAMREPORT_PNG_OK.rawValue), let bytes else {
      throw .png(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
