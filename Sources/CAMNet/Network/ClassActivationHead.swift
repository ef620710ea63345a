/// The end of a network that CAM needs: features → global average pooling → (dropout) → product.
public struct ClassActivationHead: Sendable, Hashable {
  /// The layer whose feature maps are weighed: (1, h, w, channels).
  public let features: String
  /// The layer that gives the features' means: (1, channels).
  public let pooled: String
  /// The layer that gives the logits: (1, classes).
  public let classifier: String
  public let classifierHasBiases: Bool
}

extension Network {
  /// The network's head, found from the graph by walking back from the last layer.
  public var classActivationHead: ClassActivationHead {
    get throws(NetworkError) {
      // What is looked for lies near the end.
      func input(of layer: Layer) -> Layer? { layers.last { $0.name == layer.inputs[0] } }
      guard let classifier = layers.last, let dense = classifier.kind as? Dense else {
        throw .noClassActivation(network: name)
      }
      var previous = input(of: classifier)
      while let layer = previous, layer.kind is Dropout { previous = input(of: layer) }
      guard let pooled = previous, pooled.kind is GlobalAveragePooling,
        let features = input(of: pooled)
      else {
        throw .noClassActivation(network: name)
      }
      return ClassActivationHead(
        features: features.name, pooled: pooled.name, classifier: classifier.name,
        classifierHasBiases: dense.hasBiases)
    }
  }
}
