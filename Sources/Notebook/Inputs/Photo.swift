import CAMNet
import Plot
import Training

/// How a photo becomes the network's input.
public struct InputOptions: Sendable {
  /// The network's input in pixels.
  public let size: InputSize
  public let filter: ResizeFilter
  public let fitting: Fitting

  /// The pixels that a side of a network's input may have, wherever they are read: command line, lock or run record.
  public static let sides = 1...4096

  /// Whether a network's input may have a size.
  public static func allows(_ size: InputSize) -> Bool {
    sides.contains(size.height) && sides.contains(size.width)
  }

  public init(size: InputSize, filter: ResizeFilter, fitting: Fitting = .squeeze) {
    self.size = size
    self.filter = filter
    self.fitting = fitting
  }
}

/// A photo from a file, upright.
public struct Photo: Sendable {
  /// The photo's path as the user named it.
  public let path: String
  /// The SHA-256 of the file's bytes.
  public let sha256: String
  /// How long reading and decoding took.
  let decoding: Duration
  /// The file as it lies on disk.
  private let file: FileBytes
  private let decoded: DecodedImage

  /// Reads a photo, at a half or a quarter of its size where it is so large that no report needs more.
  public init(contentsOf path: String) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let file = try FileBytes(contentsOf: path, as: .photo)
    self.path = path
    self.file = file
    decoded = try file.withUnsafeBytes {
      try DecodedImage(decoding: $0, name: path, shrinks: true)
    }
    decoding = clock.now - start
    sha256 = Hashing.sha256(file)
  }

  /// The photo as it was read.
  public var image: RGBImage { decoded.image }

  /// The photo's size in its file, in pixels: `shrink` times what was read of it.
  public var width: Int { decoded.width }
  public var height: Int { decoded.height }

  /// What the photo's sides were divided by as it was read: 1 for a photo that was read whole.
  public var shrink: Int { decoded.shrink }

  /// The photo made to fit a network; where that lies is in the file's pixels.
  func prepared(_ options: InputOptions) -> PreparedInput {
    decoded.prepared(size: options.size, filter: options.filter, fitting: options.fitting)
  }

  /// A file to be given away with a report, of the pixels that were read: the photo's own, or a PNG where that has a format that few
  /// programs read, or more pixels.
  /// - Parameter keepsMetadata: whether the photo's own still says where, when and with what it was made.
  func copy(keepsMetadata: Bool) throws -> (name: String, bytes: [UInt8]) {
    let own = file.withUnsafeBytes { bytes in
      PhotoMetadata.removed(from: bytes).map { keepsMetadata ? Array(bytes) : $0 }
    }
    if shrink == 1, let own { return (fileName, own) }
    let end = fileName.lastIndex(of: ".") ?? fileName.endIndex
    return ("\(fileName[..<end]).png", try Raster(image).pngData(isPhoto: true))
  }

  /// The file's name without its folder.
  var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}
