import CZlib
import Foundation

/// The files inside one of Qt's binary resource files, `.rcc`, as `QResource` reads them.
///
/// A header names where the tree, the files' bytes and the names begin, all numbers with the highest byte first. Entry 0 of the tree
/// is its root; a folder says how many entries it has and which is the first, a file where its bytes lie, perhaps deflated.
public struct QtResources {
  /// A file's path from the root, such as `/gcompris/…/goby.webp`, and its bytes.
  public typealias File = (path: String, bytes: [UInt8])

  public let files: [File]

  public init(contentsOf path: String) throws {
    let reader = Reader(bytes: [UInt8](try Data(contentsOf: URL(filePath: path))))
    guard reader.bytes.starts(with: "qres".utf8) else { throw CocoaError(.fileReadCorruptFile) }
    files = try reader.files(below: 0, "")
  }

  private struct Reader {
    let bytes: [UInt8]

    private func number(_ offset: Int, _ size: Int) throws -> Int {
      guard offset >= 0, offset + size <= bytes.count else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
    }

    func files(below entry: Int, _ folder: String) throws -> [File] {
      // From the second version on an entry ends in a time of 8 bytes.
      let size = try number(4, 4) >= 2 ? 22 : 14
      let start = try number(8, 4) + entry * size
      let path = entry == 0 ? "" : "\(folder)/\(try name(number(start, 4)))"
      let flags = try number(start + 4, 2)
      if flags & 2 != 0 {
        let (count, first) = (try number(start + 6, 4), try number(start + 10, 4))
        return try (first..<first + count).flatMap { try files(below: $0, path) }
      }
      let contents = try number(12, 4) + number(start + 10, 4)
      let count = try number(contents, 4)
      guard contents + 4 + count <= bytes.count else { throw CocoaError(.fileReadCorruptFile) }
      let stored = Array(bytes[contents + 4..<contents + 4 + count])
      return [(path, flags & 1 != 0 ? try inflated(stored) : stored)]
    }

    private func name(_ offset: Int) throws -> String {
      let start = try number(16, 4) + offset
      let units = try (0..<number(start, 2)).map { UInt16(try number(start + 6 + 2 * $0, 2)) }
      return String(decoding: units, as: UTF16.self)
    }

    /// What `qCompress` made smaller: the size, then zlib's stream.
    private func inflated(_ stored: [UInt8]) throws -> [UInt8] {
      var size = UInt(stored.prefix(4).reduce(0) { $0 << 8 | Int($1) })
      var result = [UInt8](repeating: 0, count: Int(size))
      let stream = Array(stored.dropFirst(4))
      guard uncompress(&result, &size, stream, UInt(stream.count)) == Z_OK else {
        throw CocoaError(.fileReadCorruptFile)
      }
      return Array(result.prefix(Int(size)))
    }
  }
}

/// 123 colour photos from Wikimedia in four classes, of Debian's `gcompris-qt-data`.
public enum GComprisPhotos {
  private static let resources = "/usr/share/gcompris-qt/rcc/categorization.rcc"

  /// Whether the package is installed; tests of its photos are skipped where it is not.
  public static let areInstalled = FileManager.default.fileExists(atPath: resources)

  public static let classes = ["fishes", "monuments", "renewable", "tools"]

  /// The photos as `fishes/NAME.webp` with their files' bytes, in the order of their names.
  public static func photos() throws -> [QtResources.File] {
    try QtResources(contentsOf: resources).files.compactMap { file -> QtResources.File? in
      let parts = file.path.split(separator: "/")
      guard file.path.hasSuffix(".webp"), let folder = parts.dropLast().last,
        classes.contains(String(folder))
      else { return nil }
      return ("\(folder)/\(parts[parts.count - 1])", file.bytes)
    }.sorted { $0.path < $1.path }
  }

  /// The photos as a folder with a folder for each class.
  public static func folder() throws -> DataFolder {
    let folder = try DataFolder()
    for photo in try photos() { try folder.write(photo.bytes, photo.path) }
    return folder
  }
}
