/// Why a picture cannot be read or written.
public enum ImageError: Error, Equatable {
  case empty(String)
  case unknownFormat(String, looksLikeText: Bool)
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
      "\(name): is text, and not a JPEG or PNG picture"
    case .unknownFormat(let name, false):
      "\(name): is not a JPEG or PNG picture; convert it to one of them"
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
