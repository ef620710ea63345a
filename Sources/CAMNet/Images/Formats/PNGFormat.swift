import CPNG

/// PNG, by libpng.
struct PNGFormat: PictureFormat {
  let name = "PNG"
  let endings = ["png"]

  func begins(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: PNGParts.signature) }

  func header(of file: PictureFile) throws(ImageError) -> PictureHeader {
    var (width, height): (UInt32, UInt32) = (0, 0)
    try file.check(self) {
      camreport_png_size(file.start, file.bytes.count, &width, &height, $0)
    }
    return PictureHeader(
      width: Int(width), height: Int(height), orientation: PNGParts(file.bytes).orientation)
  }

  func decode(
    _ file: PictureFile, shrink: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) throws(ImageError) {
    try file.check(self) {
      camreport_png_decode(file.start, file.bytes.count, Int32(shrink), rgb, $0)
    }
  }

  func withoutMetadata(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    PNGParts(bytes).withoutMetadata
  }
}
