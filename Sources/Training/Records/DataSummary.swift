/// The photos of a training.
public struct DataSummary: Sendable, Hashable, Codable {
  /// The folder or list as it was named.
  public var path: String
  /// The hash of all photos' bytes with their paths, labels and side of the split.
  public var sha256: String
  /// The classes in the order of the network's outputs.
  public var classes: [ClassCount]
  /// Photos that could not be read, and why not.
  public var skipped: [Skipped]
  /// Photos that are copies of each other, on both sides of the split as it was drawn.
  public var duplicates: [DuplicatePair]

  public init(
    path: String, sha256: String, classes: [ClassCount], skipped: [Skipped],
    duplicates: [DuplicatePair]
  ) {
    self.path = path
    self.sha256 = sha256
    self.classes = classes
    self.skipped = skipped
    self.duplicates = duplicates
  }

  public struct ClassCount: Sendable, Hashable, Codable {
    public var name: String
    public var training: Int
    public var validation: Int

    public init(
      name: String, training: Int, validation: Int
    ) {
      self.name = name
      self.training = training
      self.validation = validation
    }
  }

  public struct Skipped: Sendable, Hashable, Codable {
    public var path: String
    public var reason: String

    public init(
      path: String, reason: String
    ) {
      self.path = path
      self.reason = reason
    }
  }
}

/// Two photos that show the same.
public struct DuplicatePair: Sendable, Hashable, Codable {
  /// What is the same of them.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Every pixel.
    case pixels
    /// Small pictures of them when one is laid over the other or its mirror image, to a concordance of 0.99 or more.
    case picture
    /// The direction of the network's frozen features, to a cosine of 0.87 or more, where few photos are so near to others.
    case features
  }

  public var training: String
  public var validation: String
  public var kind: Kind
  /// 1 for the same pixels, else the concordance of the pictures or the cosine of the features.
  public var similarity: Double
  /// The path of the one that was moved to the other side, which is training; nil where both were left.
  public var moved: String?

  public init(
    training: String, validation: String, kind: Kind, similarity: Double, moved: String? = nil
  ) {
    self.training = training
    self.validation = validation
    self.kind = kind
    self.similarity = similarity
    self.moved = moved
  }
}
