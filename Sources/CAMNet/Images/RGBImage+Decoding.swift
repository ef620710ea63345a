import CJPEG
import CPNG
import Glibc

extension RGBImage {
  /// Reads a JPEG or PNG file, told apart by its first bytes, and turns it upright as its EXIF orientation says.
  public init(contentsOf path: String) throws {
    self = try FileBytes(contentsOf: path).withUnsafeBytes { bytes in
      try RGBImage(decoding: bytes, name: path)
    }
  }

  /// Decodes a JPEG or PNG file's bytes and turns the picture upright; `name` is what errors call the file.
  public init(decoding bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) {
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress, !bytes.isEmpty else {
      throw .empty(name)
    }
    if bytes.starts(with: JPEGParts.signature) {
      self = try Self.jpeg(start, bytes.count, name).turned(by: JPEGParts(bytes).orientation)
    } else if bytes.starts(with: PNGParts.signature) {
      self = try Self.png(start, bytes.count, name).turned(by: PNGParts(bytes).orientation)
    } else {
      let looksLikeText = bytes.prefix(512).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
      throw .unknownFormat(name, looksLikeText: looksLikeText)
    }
  }

  /// The picture as a JPEG file stores it, of `size` bytes.
  private static func jpeg(
    _ data: UnsafePointer<UInt8>, _ size: Int, _ name: String
  ) throws(ImageError) -> RGBImage {
    var (width, height): (Int32, Int32) = (0, 0)
    try check(name) { camreport_jpeg_size(data, size, &width, &height, $0) }
    return try image(Int(width), Int(height), name) { rgb, message in
      camreport_jpeg_decode(data, size, rgb, message)
    }
  }

  /// The picture as a PNG file stores it, of `size` bytes.
  private static func png(
    _ data: UnsafePointer<UInt8>, _ size: Int, _ name: String
  ) throws(ImageError) -> RGBImage {
    var (width, height): (UInt32, UInt32) = (0, 0)
    try check(name) { camreport_png_size(data, size, &width, &height, $0) }
    return try image(Int(width), Int(height), name) { rgb, message in
      camreport_png_decode(data, size, rgb, message)
    }
  }

  /// A C function that writes a picture's pixels and returns a code; where it fails it writes a message.
  private typealias Decoder = (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<CChar>?) -> Int32

  /// The picture whose pixels `decode` writes, of the size in pixels that the file claims.
  private static func image(
    _ width: Int, _ height: Int, _ name: String, decode: Decoder
  ) throws(ImageError) -> RGBImage {
    guard width > 0, height > 0 else { throw .corrupt(name, reason: "it has no pixels") }
    guard width <= largestSide, height <= largestSide, width * height <= largestPixelCount else {
      throw .tooLarge(name, width: width, height: height)
    }
    let count = width * height * 3
    var failure: ImageError?
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(ImageError) {
        try check(name) { decode(buffer.baseAddress, $0) }
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  /// Calls a C function of CJPEG or CPNG and throws an error made of its code and message where it fails. The codes of both are
  /// the same three.
  private static func check(
    _ name: String, _ call: (UnsafeMutablePointer<CChar>?) -> Int32
  ) throws(ImageError) {
    var message = [CChar](repeating: 0, count: 200)
    let code = call(&message)
    if code == Int32(CAMREPORT_JPEG_OK.rawValue) { return }
    if code == Int32(CAMREPORT_JPEG_TRUNCATED.rawValue) { throw .truncated(name) }
    let reason = message.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    throw .corrupt(name, reason: reason)
  }
}
