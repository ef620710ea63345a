import CAMNet

/// A rectangle of a photo, as fractions of its width and height from its upper left corner, within 0 … 1.
public struct PhotoBox: Sendable, Hashable {
  public let x: Double
  public let y: Double
  public let width: Double
  public let height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// Where the objects of photos are, as a CSV of path, x, y, width and height says in pixels of the upright photos; a photo may have
/// several rows. Paths are relative to the CSV's folder, or a photo's name within its data; the first row is a header where its x
/// is no number.
public struct Boxes: Sendable {
  private let boxes: [String: [PhotoBox]]

  /// - Parameter data: the data whose photos the boxes are of. Rows of photos that could not be read are passed over.
  public init(contentsOf path: String, of data: [ReadData]) throws {
    let photos = data.flatMap(\.photos)
    let byIdentity = Dictionary(
      photos.map { (FileIdentity($0.photo.path), $0) }, uniquingKeysWith: { first, _ in first })
    let byName = Dictionary(
      photos.map { ($0.photo.name, $0) }, uniquingKeysWith: { first, _ in first })
    let skipped = Set(data.flatMap { $0.skipped.map { FileIdentity($0.path) } })
    let folder = PhotoFolder.ofFile(path)
    var rows = try CommaSeparatedValues(contentsOf: path).rows[...]
    if let first = rows.first, first.field(1).flatMap(Double.init) == nil { rows.removeFirst() }
    guard !rows.isEmpty else { throw DataError.noBoxes(path) }
    var boxes: [String: [PhotoBox]] = [:]
    for row in rows {
      guard let name = row.field(0) else {
        throw DataError.missingField(file: path, line: row.line, field: "path")
      }
      let identity = FileIdentity(PhotoFolder.path(name, in: folder))
      guard let photo = byIdentity[identity] ?? byName[name] else {
        if skipped.contains(identity) { continue }
        throw DataError.unknownPhoto(file: path, line: row.line, name: name)
      }
      boxes[photo.photo.path, default: []].append(try Self.box(row, photo, path))
    }
    self.boxes = boxes
  }

  /// The boxes of a photo by its path, ``LabelledPhoto/path``; none where none are given.
  public subscript(path: String) -> [PhotoBox] { boxes[path] ?? [] }

  /// A row's box, cut to the photo.
  private static func box(
    _ row: CommaSeparatedValues.Row, _ photo: ReadPhoto, _ file: String
  ) throws(DataError) -> PhotoBox {
    var numbers: [Double] = []
    for (index, name) in ["x", "y", "width", "height"].enumerated() {
      guard let field = row.field(index + 1) else {
        throw .missingField(file: file, line: row.line, field: name)
      }
      guard let number = Double(field), number.isFinite else {
        throw .noNumber(file: file, line: row.line, field: name, value: field)
      }
      numbers.append(number)
    }
    guard numbers[2] > 0, numbers[3] > 0 else { throw .flatBox(file: file, line: row.line) }
    let left = max(numbers[0], 0)
    let top = max(numbers[1], 0)
    let right = min(numbers[0] + numbers[2], Double(photo.width))
    let bottom = min(numbers[1] + numbers[3], Double(photo.height))
    guard left < right, top < bottom else {
      throw .boxOutside(
        file: file, line: row.line, name: photo.photo.name, width: photo.width,
        height: photo.height)
    }
    let (width, height) = (Double(photo.width), Double(photo.height))
    return PhotoBox(
      x: left / width, y: top / height, width: (right - left) / width,
      height: (bottom - top) / height)
  }
}
