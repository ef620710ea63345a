/// How well one class is told from the others.
public struct ClassScores: Sendable, Hashable {
  /// How many photos are of the class.
  public let photos: Int
  /// How many photos are said to be of it.
  public let said: Int
  /// How many photos of the class are said to be of it.
  public let right: Int

  /// How many of the photos that are said to be of the class are, 0 … 1; nil where none is said to be.
  public var precision: Double? { said > 0 ? Double(right) / Double(said) : nil }
  /// How many of the class's photos are said to be of it, 0 … 1; nil where there are none.
  public var recall: Double? { photos > 0 ? Double(right) / Double(photos) : nil }
}

extension Evaluation {
  /// How many photos are classified as they are labelled.
  public var right: Int { photos.count { $0.said == $0.label } }

  /// How many of the photos are classified as they are labelled, 0 … 1; nil where there are none.
  public var accuracy: Double? {
    photos.isEmpty ? nil : Double(right) / Double(photos.count)
  }

  /// The scores of each class, in the classes' order.
  public func scores(classes: Int) -> [ClassScores] {
    let confusion = confusion(classes: classes)
    return confusion.indices.map { label in
      ClassScores(
        photos: confusion[label].reduce(0, +), said: confusion.reduce(0) { $0 + $1[label] },
        right: confusion[label][label])
    }
  }
}
