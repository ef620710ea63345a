import CJPEG

/// JPEG, by libjpeg.
struct JPEGFormat: PictureFormat {
  let name = "JPEG"
  let endings = ["jpg", "jpeg", "jfif"]

  func begins(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: JPEGParts.signature) }

  func header(of file: PictureFile) throws(ImageError) -> PictureHeader {
    var (width, height): (Int32, Int32) = (0, 0)
    try file.check(self) {
      camreport_jpeg_size(file.start, file.bytes.count, &width, &height, $0)
    }
    return PictureHeader(
      width: Int(width), height: Int(height), orientation: JPEGParts(file.bytes).orientation)
  }

  func decode(
    _ file: PictureFile, shrink: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) throws(ImageError) {
    try file.check(self) {
      camreport_jpeg_decode(file.start, file.bytes.count, Int32(shrink), rgb, $0)
    }
  }

  func withoutMetadata(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    JPEGParts(bytes).withoutMetadata
  }
}
