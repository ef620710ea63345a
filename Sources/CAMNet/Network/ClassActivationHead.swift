/// The end of a network that class maps are made from: what follows the last value of more than one pixel, and leads to one number
/// for each class.
public struct ClassActivationHead: Sendable, Hashable {
  /// What lies between the feature maps and the logits, and so what weighs the maps.
  public enum Kind: String, Sendable, Hashable {
    /// Global average pooling and one product: a class's weights are a column of its matrix.
    case product
    /// Means over all places and several steps that are one matrix together.
    case matrix
    /// Means over all places alone: each class has a feature map of its own, which is its map.
    case channels
    /// Anything else: the weights are the means of the logit's gradient over the places, as Grad-CAM has them.
    case gradient
  }

  public let kind: Kind
  /// The layer whose feature maps are weighed: (1, h, w, channels).
  public let features: String
  /// The layer that gives the features' means; nil where the head does not begin with them.
  public let pooled: String?
  /// The layer that gives the logits: (1, classes).
  public let classifier: String
  /// Whether a class's logit has a part that no place makes: a bias. Not said of a head of the kind `gradient`.
  public let classifierHasBiases: Bool
  /// The head's layers in the order in which they run.
  public let layers: [Layer]

  /// Whether the logit is the sum of what the places put into it, so that the map divides it among them.
  public var isExact: Bool { kind != .gradient }
}

extension ClassActivationHead {
  /// The first layer whose gradient a notebook needs and does not compute; nil where there is none.
  var layerWithoutPython: Layer? {
    guard kind == .matrix || kind == .gradient else { return nil }
    let names = [features] + layers.map(\.name)
    return zip(names, layers).first { input, layer in
      layer.inputs != [input]
        || layer.kind.gradientExpression("g", input: input, output: layer.name) == nil
    }?.1
  }
}

/// Why a network has no class maps.
public enum Headlessness: Error, Hashable {
  /// Its last layer gives something else than a number for each class.
  case noClasses
  /// No feature maps of more than one pixel are all that its classes depend on.
  case noFeatures
  /// On the way back from the classes a layer holds its places in a row, as a transformer does its tokens, and not as maps.
  case tokens(layer: String)
  /// A layer of the head is computed plainly, so that its gradient is not known.
  case plain(layer: String, operation: String)
}

extension Headlessness: CustomStringConvertible {
  /// The reason as the end of a sentence that begins with the network.
  public var description: String {
    switch self {
    case .noClasses:
      "gives no number for each class, which a class activation map explains"
    case .noFeatures:
      "has no feature maps of more than one pixel that alone lead to its classes, which a class activation map weighs"
    case .tokens(let layer):
      "holds its places in a row at '\(layer)', as a transformer its tokens, and not as feature maps, which a class activation "
        + "map weighs"
    case .plain(let layer, let operation):
      "computes '\(layer)', a plain \(operation), after its last feature maps; a class activation map needs the gradient there, "
        + "which camreport does not know"
    }
  }
}

extension Network {
  /// The network's head, found from the graph by walking back from the last layer to the last value of more than one pixel.
  public var classActivationHead: ClassActivationHead {
    get throws(NetworkError) {
      if let head = productHead { return head }
      do throws(Headlessness) {
        return try head(shapes: inference().shapes)
      } catch {
        throw .noClassActivation(network: name, error)
      }
    }
  }

  /// The head of global average pooling, dropout perhaps, and one product, whatever the size of the features; nil for another.
  private var productHead: ClassActivationHead? {
    // What is looked for lies near the end.
    func input(of layer: Layer) -> Layer? { layers.last { $0.name == layer.inputs[0] } }
    guard let classifier = layers.last, let dense = classifier.kind as? Dense else { return nil }
    var head = [classifier]
    while let layer = input(of: head[0]) {
      head.insert(layer, at: 0)
      guard layer.kind is Dropout else { break }
    }
    guard head[0].kind is GlobalAveragePooling, let features = input(of: head[0]) else {
      return nil
    }
    return ClassActivationHead(
      kind: .product, features: features.name, pooled: head[0].name, classifier: classifier.name,
      classifierHasBiases: dense.hasBiases, layers: head)
  }

  /// The head of any network.
  private func head(shapes: [LayerShapes]) throws(Headlessness) -> ClassActivationHead {
    guard let last = shapes.last, last.output.rank == 2, last.output[0] == 1 else {
      throw .noClasses
    }
    let numbers = Dictionary(
      uniqueKeysWithValues: shapes.enumerated().map { ($1.layer.name, $0) })
    // Those that are read by later layers and not yet by what was walked back through, by number.
    var open: Set = [shapes.count - 1]
    var head: [LayerShapes] = []
    // Where a layer has no gradient, the walk goes on to see whether it is one of a transformer's.
    var plain: Headlessness?
    while let number = open.max() {
      let entry = shapes[number]
      if open.count == 1, entry.isFeatures {
        if let plain { throw plain }
        // In a row nobody says which axis of a plain operation's has the channels.
        if entry.layer.kind.isPlain, let flatten = head.last?.layer.kind as? Flatten,
          !flatten.isByMaps
        {
          throw .plain(layer: entry.layer.name, operation: entry.layer.kind.look.shortName)
        }
        return try ended(features: entry, head.reversed())
      }
      if entry.output.rank == 3 { throw .tokens(layer: entry.layer.name) }
      if entry.layer.kind.isPlain, plain == nil {
        plain = .plain(layer: entry.layer.name, operation: entry.layer.kind.look.shortName)
      }
      head.append(entry)
      open.remove(number)
      for input in entry.layer.inputs {
        guard let number = numbers[input] else { throw plain ?? .noFeatures }
        open.insert(number)
      }
    }
    throw .noFeatures
  }

  private func ended(
    features: LayerShapes, _ head: [LayerShapes]
  ) throws(Headlessness) -> ClassActivationHead {
    guard let first = head.first, let last = head.last else { throw .noClasses }
    let rest = head.dropFirst()
    let isExact =
      first.layer.kind.averagesAll(first.inputs)
      && zip(head, rest).allSatisfy { $1.layer.inputs == [$0.layer.name] }
      && rest.allSatisfy { $0.layer.kind.isAffine }
    let parameters = rest.flatMap { $0.layer.kind.parameters(for: $0.inputs).map(\.role) }
    let kind: ClassActivationHead.Kind =
      !isExact ? .gradient : parameters.isEmpty ? .channels : .matrix
    return ClassActivationHead(
      kind: kind, features: features.layer.name, pooled: isExact ? first.layer.name : nil,
      classifier: last.layer.name,
      classifierHasBiases: isExact && parameters.contains { $0 != .weights },
      layers: head.map(\.layer))
  }
}

extension LayerShapes {
  /// Whether the layer gives feature maps of more than one pixel. Those that layers of a head read have their channels last.
  fileprivate var isFeatures: Bool {
    output.rank == 4 && output[0] == 1 && output[1] * output[2] > 1
  }
}
