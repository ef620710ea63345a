import CAMNet

/// A photo as a training sees it.
public struct TrainingPhoto: Sendable {
  /// The photo's path within its data, which random draws are of.
  public let name: String
  /// The place of its class.
  public let label: Int
  /// The SHA-256 of the file's bytes, which kept features are known by.
  public let sha256: String
  /// Gives the photo as the network's input: changed as it is in some epoch's training, or as it is without one.
  let read: @Sendable (_ epoch: Int?) throws -> RGBImage

  public init(
    name: String, label: Int, sha256: String,
    read: @escaping @Sendable (_ epoch: Int?) throws -> RGBImage
  ) {
    self.name = name
    self.label = label
    self.sha256 = sha256
    self.read = read
  }
}
