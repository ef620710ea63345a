/// A format of picture files. Each is a file in this folder; ``PictureFormats`` lists them.
protocol PictureFormat: Sendable {
  /// What errors call the format: `WebP`.
  var name: String { get }
  /// What such files' names end in, without the dot, in lowercase.
  var endings: [String] { get }
  /// Whether a file's first bytes say that it is of the format.
  func begins(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// What a file says of its picture, before anything of the size that it claims is allocated.
  func header(of file: PictureFile) throws(ImageError) -> PictureHeader
  /// Writes the picture as it is stored, at 1 / `shrink` of its size: ⌈width / shrink⌉ · ⌈height / shrink⌉ · 3 bytes.
  func decode(
    _ file: PictureFile, shrink: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) throws(ImageError)
  /// A file with what its pixels, colours and orientation need, and nothing else; nil where camreport cannot make one.
  func withoutMetadata(_ bytes: UnsafeRawBufferPointer) -> [UInt8]?
}

extension PictureFormat {
  func withoutMetadata(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? { nil }
}

/// The formats that are read.
enum PictureFormats {
  static let all: [any PictureFormat] = [
    JPEGFormat(), PNGFormat(), VipsFormat.webP, VipsFormat.avif, VipsFormat.heic, VipsFormat.tiff,
    VipsFormat.gif, BMPFormat(),
  ]

  static let names = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP"

  /// The format of a file by its first bytes.
  static func format(of bytes: UnsafeRawBufferPointer) -> (any PictureFormat)? {
    all.first { $0.begins(bytes) }
  }
}

/// Files that hold photos, by their names.
public enum PhotoFiles {
  /// What the names end in, without the dot, in lowercase.
  public static let endings = PictureFormats.all.flatMap(\.endings)

  /// Whether a path has a photo's name, in letters of either case.
  public static func isNamed(_ path: String) -> Bool {
    let path = path.lowercased()
    return endings.contains { path.hasSuffix(".\($0)") }
  }
}

/// A picture's file in memory.
struct PictureFile {
  let bytes: UnsafeRawBufferPointer
  /// What errors call the file.
  let name: String

  var start: UnsafePointer<UInt8>? { bytes.bindMemory(to: UInt8.self).baseAddress }

  /// Calls a C function that decodes and throws an error made of its code and message where it fails. The codes of CJPEG, CPNG
  /// and CVips are the same.
  func check(
    _ format: some PictureFormat, _ call: (UnsafeMutablePointer<CChar>?) -> Int32
  ) throws(ImageError) {
    var message = [CChar](repeating: 0, count: 200)
    switch call(&message) {
    case 0: return
    case 2: throw .truncated(name)
    case 3: throw .missingLibrary(name, format: format.name)
    default:
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .corrupt(name, reason: String(decoding: text, as: UTF8.self))
    }
  }
}

/// What a file says of its picture.
struct PictureHeader {
  /// The picture's size as it is stored, in pixels.
  let width: Int
  let height: Int
  var orientation = Orientation.upright
}
