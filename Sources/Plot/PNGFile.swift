import CPNG
import Glibc

/// PNG files of 8-bit pixels.
enum PNGFile {
  /// - Parameters:
  ///   - pixels: red, green and blue of each pixel in turn, or indices into `palette`; row by row.
  ///   - palette: red, green and blue of up to 256 colours.
  static func bytes(
    width: Int, height: Int, pixels: [UInt8], palette: [UInt8]? = nil
  ) throws(PlotError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: 200)
    let code = camreport_png_encode(
      pixels, UInt32(width), UInt32(height), palette, Int32((palette?.count ?? 0) / 3), &bytes,
      &size, &message)
    defer { free(bytes) }
    guard code == Int32(CAMREPORT_PNG_OK.rawValue), let bytes else {
      throw .png(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
