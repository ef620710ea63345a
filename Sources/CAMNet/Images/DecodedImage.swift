/// A picture from a file, upright, and how it was read.
public struct DecodedImage: Sendable {
  public let image: RGBImage
  /// The upright picture's size in the file, in pixels.
  public let width: Int
  public let height: Int
  /// What the picture's sides were divided by as it was read, rounded up: 1 for a picture that was read whole.
  public let shrink: Int

  /// The pixels that both sides of a picture keep where it is shrunk: as many as the largest network's input has, and as the
  /// pictures of a report.
  public static let smallestSide = 4096

  /// Decodes a file's bytes, of any format that is read, and turns the picture upright; `name` is what errors call the file.
  /// - Parameter shrinks: whether a picture whose sides would keep ``smallestSide`` is read at a half or a quarter of its size.
  public init(
    decoding bytes: UnsafeRawBufferPointer, name: String, shrinks: Bool
  ) throws(ImageError) {
    guard !bytes.isEmpty else { throw .empty(name) }
    guard let format = PictureFormats.format(of: bytes) else {
      let looksLikeText = bytes.prefix(512).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
      throw .unknownFormat(name, looksLikeText: looksLikeText)
    }
    let file = PictureFile(bytes: bytes, name: name)
    let header = try format.header(of: file)
    try Self.check(header, name)
    shrink = shrinks ? Self.shrink(width: header.width, height: header.height) : 1
    image = try Self.decode(file, format, header, shrink).turned(by: header.orientation)
    let swaps = header.orientation.swapsAxes
    (width, height) = swaps ? (header.height, header.width) : (header.width, header.height)
  }

  /// ``RGBImage/prepared(size:filter:fitting:)`` of the picture as it was read; its region is in the file's pixels.
  public func prepared(
    size: InputSize, filter: ResizeFilter, fitting: Fitting
  ) -> PreparedInput {
    let input = image.prepared(size: size, filter: filter, fitting: fitting)
    let scaleX = Double(width) / Double(image.width)
    let scaleY = Double(height) / Double(image.height)
    let region = input.region
    return PreparedInput(
      image: input.image,
      region: .init(
        x: region.x * scaleX, y: region.y * scaleY, width: region.width * scaleX,
        height: region.height * scaleY))
  }

  private static func shrink(width: Int, height: Int) -> Int {
    [4, 2].first { min(width, height) / $0 >= smallestSide } ?? 1
  }

  /// Refuses a picture by the size that its file claims.
  private static func check(_ header: PictureHeader, _ name: String) throws(ImageError) {
    let (width, height) = (header.width, header.height)
    guard width > 0, height > 0 else { throw .corrupt(name, reason: "it has no pixels") }
    guard max(width, height) <= RGBImage.largestSide,
      width * height <= RGBImage.largestPixelCount
    else { throw .tooLarge(name, width: width, height: height) }
  }

  private static func decode(
    _ file: PictureFile, _ format: any PictureFormat, _ header: PictureHeader, _ shrink: Int
  ) throws(ImageError) -> RGBImage {
    let width = (header.width + shrink - 1) / shrink
    let height = (header.height + shrink - 1) / shrink
    let count = width * height * 3
    var failure: ImageError?
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      do throws(ImageError) {
        try format.decode(file, shrink: shrink, into: start)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

extension RGBImage {
  /// Reads a picture's file, of any format that is read, whole, and turns it upright as its orientation says.
  public init(contentsOf path: String) throws {
    self = try FileBytes(contentsOf: path).withUnsafeBytes { bytes in
      try RGBImage(decoding: bytes, name: path)
    }
  }

  /// Decodes a picture's file, of any format that is read, whole, and turns it upright; `name` is what errors call the file.
  public init(decoding bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) {
    self = try DecodedImage(decoding: bytes, name: name, shrinks: false).image
  }
}
