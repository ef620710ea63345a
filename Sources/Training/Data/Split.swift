import CAMNet

/// The photos that are trained with, and those that are kept back to judge by.
public struct Split: Sendable {
  public let classes: [String]
  /// Each side in the order of the photos' names' bytes.
  public private(set) var training: [ReadPhoto]
  public private(set) var validation: [ReadPhoto]
  /// Photos of neither side, which could not be read.
  public let skipped: [DataSummary.Skipped]
  /// Each class's photos in the order in which they are drawn for validation; nil where the sides were given.
  private let drawn: [[ReadPhoto]]?

  /// Keeps a part of each class's photos back: of n photos `fraction` · n, rounded, and at least one, but never a class's only photo or
  /// its last. Which, follows from the seed and the photos' names.
  /// - Parameter fraction: 0 to keep none back, and less than 1.
  public init(_ data: ReadData, fraction: Double, seed: String) throws(DataError) {
    guard (0..<1).contains(fraction) else { throw .fraction(fraction) }
    classes = data.classes
    skipped = data.skipped
    let drawn = data.classes.indices.map { label in
      Draws.shuffled(
        data.photos.filter { $0.photo.label == label }, seed: seed, .split, name: \.photo.name)
    }
    self.drawn = drawn
    let kept = drawn.map { photos in
      let count = max(1, Int((fraction * Double(photos.count)).rounded()))
      return fraction == 0 ? 0 : max(0, min(count, photos.count - 1))
    }
    training = Self.ordered(zip(drawn, kept).flatMap { $0.dropFirst($1) })
    validation = Self.ordered(zip(drawn, kept).flatMap { $0.prefix($1) })
  }

  /// Sides that were given. A file of both is kept back, so that a list may name which photos of a folder are.
  /// - Precondition: both have the same classes.
  public init(training: ReadData, validation: ReadData) throws(DataError) {
    precondition(training.classes == validation.classes)
    classes = training.classes
    skipped = training.skipped + validation.skipped
    drawn = nil
    let kept = Set(validation.photos.map { FileIdentity($0.photo.path) })
    self.training = training.photos.filter { !kept.contains(FileIdentity($0.photo.path)) }
    self.validation = validation.photos
    let left = Set(self.training.map(\.photo.label))
    if let label = classes.indices.first(where: { !left.contains($0) }) {
      throw .nothingToTrain(validation.path, name: classes[label])
    }
  }

  /// Puts photos of validation on the side of training, and others of their classes in their places.
  /// - Parameter copies: the paths of photos that stay where they are.
  mutating func move(_ photos: [ReadPhoto], sparing copies: Set<String>) {
    let moved = Set(photos.map(\.photo.path))
    var back: Set<String> = []
    for (label, drawn) in (drawn ?? []).enumerated() {
      let trained = training.filter { $0.photo.label == label }.count
      let needed = photos.count { $0.photo.label == label }
      let kept = Set(validation.map(\.photo.path))
      let others = drawn.map(\.photo.path).filter { !kept.contains($0) && !copies.contains($0) }
      back.formUnion(others.prefix(min(needed, trained + needed - 1)))
    }
    let all = training + validation
    let isKept = Set(validation.map(\.photo.path)).subtracting(moved).union(back)
    training = Self.ordered(all.filter { !isKept.contains($0.photo.path) })
    validation = Self.ordered(all.filter { isKept.contains($0.photo.path) })
  }

  /// What a record says of the photos.
  /// - Parameter duplicates: what ``separate(_:moves:)`` found.
  public func summary(path: String, duplicates: [DuplicatePair]) -> DataSummary {
    let sides = [("training", training), ("validation", validation)]
    let lines = sides.flatMap { side, photos in
      photos.map { read in
        [side, classes[read.photo.label], read.photo.name, read.sha256].joined(separator: "\0")
      }
    }
    return DataSummary(
      path: path, sha256: Hashing.sha256(lines),
      classes: classes.enumerated().map { label, name in
        .init(
          name: name, training: training.count { $0.photo.label == label },
          validation: validation.count { $0.photo.label == label })
      }, skipped: skipped, duplicates: duplicates)
  }

  private static func ordered(_ photos: [ReadPhoto]) -> [ReadPhoto] {
    photos.sorted { Bytes.precede($0.photo.name, $1.photo.name) }
  }
}
