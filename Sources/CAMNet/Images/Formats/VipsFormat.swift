import CVips
import Synchronization

/// A format that is read by libvips, by its one reader of that format: the first frame or page, whatever follows it.
struct VipsFormat: PictureFormat {
  let name: String
  let endings: [String]
  private let loader: camreport_vips_loader
  private let signature: @Sendable (UnsafeRawBufferPointer) -> Bool

  static let webP = VipsFormat(name: "WebP", endings: ["webp"], loader: CAMREPORT_VIPS_WEBP) {
    $0.starts(with: "RIFF".utf8) && $0.dropFirst(8).starts(with: "WEBP".utf8)
  }
  static let avif = VipsFormat(name: "AVIF", endings: ["avif"], loader: CAMREPORT_VIPS_HEIF) {
    hasBrand($0, ["avif", "avis"])
  }
  static let heic = VipsFormat(
    name: "HEIC", endings: ["heic", "heif"], loader: CAMREPORT_VIPS_HEIF
  ) {
    hasBrand($0, ["heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1"])
  }
  static let tiff = VipsFormat(name: "TIFF", endings: ["tif", "tiff"], loader: CAMREPORT_VIPS_TIFF)
  { bytes in
    ["II*\0", "MM\0*", "II+\0", "MM\0+"].contains { bytes.starts(with: $0.utf8) }
  }
  static let gif = VipsFormat(name: "GIF", endings: ["gif"], loader: CAMREPORT_VIPS_GIF) { bytes in
    ["GIF87a", "GIF89a"].contains { bytes.starts(with: $0.utf8) }
  }

  /// One call at a time: what libvips says of an error is one text for all threads.
  private static let turn = Mutex(())

  private static func hasBrand(_ bytes: UnsafeRawBufferPointer, _ brands: [String]) -> Bool {
    bytes.dropFirst(4).starts(with: "ftyp".utf8)
      && brands.contains { bytes.dropFirst(8).starts(with: $0.utf8) }
  }

  func begins(_ bytes: UnsafeRawBufferPointer) -> Bool { signature(bytes) }

  func header(of file: PictureFile) throws(ImageError) -> PictureHeader {
    var (width, height, orientation): (Int32, Int32, Int32) = (0, 0, 1)
    try file.check(self) { message in
      Self.turn.withLock { _ in
        camreport_vips_size(
          loader, file.start, file.bytes.count, &width, &height, &orientation, message)
      }
    }
    return PictureHeader(
      width: Int(width), height: Int(height), orientation: Orientation(rawValue: Int(orientation)))
  }

  func decode(
    _ file: PictureFile, shrink: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) throws(ImageError) {
    try file.check(self) { message in
      Self.turn.withLock { _ in
        camreport_vips_decode(
          loader, file.start, file.bytes.count, Int32(shrink), rgb, message)
      }
    }
  }
}
