import CAMNet

/// A way in which a photo is changed before it is trained with, by chance, so that the network sees more than there is. Each is a
/// file in this folder; ``Augmentations`` lists them.
public protocol Augmentation: Sendable {
  /// The value of `--augment`.
  var name: String { get }
  /// Whether it changes the photo as it was read, and not the network's input made of it.
  var changesWholePhoto: Bool { get }
  /// The picture changed as the draws have it: the same draws change a picture in the same way.
  func changed(_ image: RGBImage, _ draws: Draws) -> RGBImage
}

/// The ways in which photos are changed, in the order in which they are.
public enum Augmentations {
  public static let all: [any Augmentation] = [RandomCrop(), RandomFlip(), RandomColor()]

  /// Those of some names, in the order of ``all``.
  public static func named(_ names: [String]) -> [any Augmentation] {
    all.filter { names.contains($0.name) }
  }
}
