import CAMNet
import Glibc

/// A photo and the class that it is labelled with.
public struct LabelledPhoto: Sendable, Hashable {
  /// Where the photo is opened.
  public let path: String
  /// The photo's path within its data, which stays the same where the data are moved: random draws and hashes are of it.
  public let name: String
  /// The place of its class.
  public let label: Int

  public init(path: String, name: String, label: Int) {
    self.path = path
    self.name = name
    self.label = label
  }
}

/// Photos of known classes: a folder with a folder of photos for each class, or a list, a CSV of path and label.
///
/// In a folder, photos are what is named like one (``PhotoFiles``), in the class's folder and those inside it; hidden files and folders
/// are left out, and links followed. A list's paths are relative to its folder; its first row is a header where it names no photo.
public struct DataSet: Sendable, Hashable {
  /// The folder or list as it was named.
  public let path: String
  /// The classes' names in natural order (`class 2` before `class 10`), or as they were given.
  public let classes: [String]
  /// The photos in the order of their names' bytes; each file once.
  public let photos: [LabelledPhoto]

  /// Whether the classes are those that the data name, so that each has photos.
  let namesClasses: Bool

  /// How many photos are the most that are read, a million.
  public static let mostPhotos = 1_000_000

  /// - Parameter classes: the classes that there may be, such as those of the data that are trained with; nil for those that the
  ///   data name, at least two.
  public init(_ path: String, classes: [String]? = nil) throws {
    try self.init(path, classes: classes, mostPhotos: Self.mostPhotos)
  }

  package init(_ path: String, classes: [String]? = nil, mostPhotos: Int) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT
        ? DataError.noSuchPath(path) : FileError(path: path, action: .open, code: errno)
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    let found = try isFolder ? Self.inFolder(path, mostPhotos) : Self.inList(path, mostPhotos)
    guard found.count <= mostPhotos else { throw DataError.tooManyPhotos(path, most: mostPhotos) }
    self.path = path
    namesClasses = classes == nil
    self.classes = try classes ?? Self.classes(of: found, path)
    photos = try Self.labelled(found, self.classes, path)
  }

  /// A photo as a folder or a row of a list names it.
  private struct Found {
    let path: String
    let name: String
    let className: String
  }

  private static func inFolder(_ path: String, _ most: Int) throws -> [Found] {
    let root = try PhotoFolder(path)
    guard !root.folders.isEmpty else {
      throw DataError.noClassFolders(path, photos: root.photos.count)
    }
    if let photo = root.photos.first {
      throw DataError.photoOutsideClasses(path, name: photo)
    }
    var found: [Found] = []
    for name in root.folders where found.count <= most {
      let photos = try PhotoFolder.photos(ofClass: name, in: path, most: most)
      guard !photos.isEmpty else { throw DataError.emptyClass(PhotoFolder.path(name, in: path)) }
      found += photos.map {
        Found(path: PhotoFolder.path($0, in: path), name: $0, className: name)
      }
    }
    return found
  }

  private static func inList(_ path: String, _ most: Int) throws -> [Found] {
    var rows = try CommaSeparatedValues(contentsOf: path).rows[...]
    let folder = PhotoFolder.ofFile(path)
    if let name = rows.first?.field(0), !PhotoFiles.isNamed(name),
      !FileBytes.isRegular(PhotoFolder.path(name, in: folder))
    {
      rows.removeFirst()
    }
    guard !rows.isEmpty else { throw DataError.emptyList(path) }
    return try rows.prefix(most + 1).map { row throws(DataError) in
      guard let name = row.field(0) else {
        throw .missingField(file: path, line: row.line, field: "path")
      }
      guard let className = row.field(1) else {
        throw .missingField(file: path, line: row.line, field: "label")
      }
      return Found(path: PhotoFolder.path(name, in: folder), name: name, className: className)
    }
  }

  /// The classes of some photos, at least two, whose names no file system takes for each other.
  private static func classes(of found: [Found], _ path: String) throws(DataError) -> [String] {
    // By their bytes, since texts that differ in Unicode form are equal in Swift.
    let names = NaturalOrder.sorted(
      Set(found.map { Array($0.className.utf8) }).map { String(decoding: $0, as: UTF8.self) })
    var seen: [String: String] = [:]
    for name in names {
      let folded = name.uppercased().lowercased().split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      if let other = seen.updateValue(name, forKey: folded) {
        throw .clashingClasses(path, other, name)
      }
    }
    guard names.count > 1 else { throw .oneClass(path, name: names.first ?? "") }
    return names
  }

  private static func labelled(
    _ found: [Found], _ classes: [String], _ path: String
  ) throws(DataError) -> [LabelledPhoto] {
    let labels = Dictionary(
      classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: [FileIdentity: Found] = [:]
    var photos: [LabelledPhoto] = []
    for photo in found.sorted(by: { Bytes.precede($0.name, $1.name) }) {
      guard let label = labels[photo.className] else {
        throw .unknownClass(path, name: photo.className, known: classes)
      }
      let identity = FileIdentity(photo.path)
      if let other = seen[identity] {
        guard other.className == photo.className else {
          throw .twoLabels(
            path, first: (other.name, other.className), second: (photo.name, photo.className))
        }
        continue
      }
      seen[identity] = photo
      photos.append(LabelledPhoto(path: photo.path, name: photo.name, label: label))
    }
    return photos
  }
}
