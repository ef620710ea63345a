/// Why a picture cannot be read or written.
public enum ImageError: Error, Equatable {
  case empty(String)
  case unknownFormat(String, looksLikeText: Bool)
  /// libvips, which reads the format, or its reader of it, is not installed.
  case missingLibrary(String, format: String)
  case truncated(String)
  case corrupt(String, reason: String)
  case tooLarge(String, width: Int, height: Int)
  case notEncodable(width: Int, height: Int)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let name):
      "\(name): the file is empty"
    case .unknownFormat(let name, true):
      "\(name): is text, and not a picture, such as JPEG or PNG"
    case .unknownFormat(let name, false):
      "\(name): is not a picture that camreport reads; convert it to \(PictureFormats.names)"
    case .missingLibrary(let name, let format):
      "\(name): is \(format == "AVIF" ? "an" : "a") \(format) picture, which camreport reads with libvips; install Debian's libvips42, "
        + "or convert the picture to JPEG or PNG"
    case .truncated(let name):
      "\(name): is truncated: the data end before the picture does; copy or download it again"
    case .corrupt(let name, let reason):
      "\(name): cannot be decoded: \(reason)"
    case .tooLarge(let name, let width, let height):
      "\(name): claims \(width) × \(height) pixels; at most \(RGBImage.largestSide) a side and "
        + "\(RGBImage.largestPixelCount) in all are read"
    case .notEncodable(let width, let height):
      "a picture of \(width) × \(height) pixels does not fit a JPEG file"
    }
  }
}
