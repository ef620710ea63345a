import Foundation

/// What a weights file says of the model that its weights were trained for, so that nothing else need be said: the texts that a
/// safetensors file holds beside its arrays.
public struct ModelMetadata: Sendable, Hashable {
  /// The network's name, such as `vgg16-cam`.
  public var model: String?
  /// The network's name as its paper writes it.
  public var title: String?
  /// The classes' names in the order of the network's outputs.
  public var classes: [String]?
  /// The network's input in pixels.
  public var size: InputSize?
  /// How photos were prepared; nil where the network itself says it.
  public var preparation: Preparation?

  public init(
    model: String? = nil, title: String? = nil, classes: [String]? = nil, size: InputSize? = nil,
    preparation: Preparation? = nil
  ) {
    self.model = model
    self.title = title
    self.classes = classes
    self.size = size
    self.preparation = preparation
  }

  /// What a file's texts say; what they do not say, or not as it is written here, is nil.
  public init(_ texts: [String: String]) {
    model = texts["model"]
    title = texts["title"]
    classes = texts["classes"].flatMap {
      try? JSONDecoder().decode([String].self, from: Data($0.utf8))
    }
    preparation = texts["preparation"].flatMap {
      try? JSONDecoder().decode(Preparation.self, from: Data($0.utf8))
    }
    let sides = 1...DecodedImage.smallestSide
    size = texts["size"].flatMap { InputSize($0) }
      .flatMap { sides.contains($0.height) && sides.contains($0.width) ? $0 : nil }
  }

  /// The texts by their names, as a file holds them: the classes are a JSON list, a preparation an object.
  public var texts: [String: String] {
    var texts: [String: String] = [:]
    texts["model"] = model
    texts["title"] = title
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    texts["classes"] = classes.flatMap { try? encoder.encode($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    texts["size"] = size?.text
    encoder.outputFormatting.insert(.sortedKeys)
    texts["preparation"] = preparation.flatMap { try? encoder.encode($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    return texts
  }
}
