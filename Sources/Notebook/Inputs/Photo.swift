import CAMNet

/// How a photo becomes the network's input.
public struct InputOptions: Sendable {
  /// The network's input, in pixels a side.
  public let size: Int
  public let filter: ResizeFilter
  /// Resize the shortest side and cut out the centre, instead of squeezing the whole photo.
  public let crops: Bool

  /// The sizes that a network's input may have, in pixels a side, wherever they are read: command line, lock or run record.
  public static let sizes = 1...4096

  public init(size: Int, filter: ResizeFilter, crops: Bool) {
    self.size = size
    self.filter = filter
    self.crops = crops
  }
}

/// A photo from a file, upright.
public struct Photo: Sendable {
  /// The photo's path as the user named it.
  public let path: String
  public let image: RGBImage
  /// The SHA-256 of the file's bytes.
  public let sha256: String
  /// How long reading and decoding took.
  let decoding: Duration
  /// The file as it lies on disk.
  private let file: FileBytes

  public init(contentsOf path: String) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let file = try FileBytes(contentsOf: path, as: .photo)
    self.path = path
    self.file = file
    image = try file.withUnsafeBytes { try RGBImage(decoding: $0, name: path) }
    decoding = clock.now - start
    sha256 = Hashing.sha256(file)
  }

  /// The file's bytes, to be given away with a report.
  /// - Parameter keepsMetadata: whether they still say where, when and with what the photo was made.
  func copy(keepsMetadata: Bool) -> [UInt8] {
    file.withUnsafeBytes { keepsMetadata ? Array($0) : PhotoMetadata.removed(from: $0) }
  }

  /// The file's name without its folder.
  var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}
