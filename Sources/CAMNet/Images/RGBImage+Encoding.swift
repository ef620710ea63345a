import CJPEG
import Glibc

extension RGBImage {
  /// The picture as a JPEG file's bytes; `quality` is libjpeg's, 1 … 100, and from 90 keeps all of the colours' detail.
  public func jpegData(quality: Int) throws(ImageError) -> [UInt8] {
    // JPEG's sides have 16 bits, and libjpeg ends at 65,500.
    guard (1...65_500).contains(width), (1...65_500).contains(height) else {
      throw .notEncodable(width: width, height: height)
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: 200)
    let code = camreport_jpeg_encode(
      pixels, Int32(width), Int32(height), Int32(quality), &bytes, &size, &message)
    defer { free(bytes) }
    guard code == Int32(CAMREPORT_JPEG_OK.rawValue), let bytes else {
      throw .notEncodable(width: width, height: height)
    }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
