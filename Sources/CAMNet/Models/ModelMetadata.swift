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
  /// The side of the network's input in pixels.
  public var size: Int?

  public init(
    model: String? = nil, title: String? = nil, classes: [String]? = nil, size: Int? = nil
  ) {
    self.model = model
    self.title = title
    self.classes = classes
    self.size = size
  }

  /// What a file's texts say; what they do not say, or not as it is written here, is nil.
  public init(_ texts: [String: String]) {
    model = texts["model"]
    title = texts["title"]
    classes = texts["classes"].flatMap {
      try? JSONDecoder().decode([String].self, from: Data($0.utf8))
    }
    size = texts["size"].flatMap(Int.init)
      .flatMap { (1...DecodedImage.smallestSide).contains($0) ? $0 : nil }
  }

  /// The texts by their names, as a file holds them: the classes are a JSON list.
  public var texts: [String: String] {
    var texts: [String: String] = [:]
    texts["model"] = model
    texts["title"] = title
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    texts["classes"] = classes.flatMap { try? encoder.encode($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    texts["size"] = size.map(String.init)
    return texts
  }
}
