import EmbeddedModel

/// A network with what there is to know of it beside its layers: what it is called, how its weights files are laid out, and
/// what its classes are called.
public struct Model: Sendable {
  public let network: Network
  /// The network's name as its paper writes it.
  public let title: String
  public let layout: WeightsLayout
  /// The classes' names in the order of the network's outputs; nil where the network does not say them.
  public let classNames: [String]?
  /// Where the places of the network's maps are said to lie where nothing else is asked for.
  public let placement: Placement
  /// The layers, by the names that their parameters go by, that other classes need to have trained anew.
  public let headLayers: [String]
  /// What says how photos are prepared.
  public let preparation: PreparationOrigin
  /// What the logits are made probabilities by.
  public let scoring: Scoring
  /// Weights inside the program, as the bytes of a safetensors file.
  private let embedded: (@Sendable () -> FileBytes)?

  /// - Parameters:
  ///   - title: how the network is called in reports; its name unless something else is said.
  ///   - layout: how its weights files name and order the parameters; `layer/role` and canonical axes unless something else
  ///     is said.
  ///   - placement: where the places of its maps are said to lie where nothing else is asked for.
  ///   - headLayers: the layers that other classes need to have trained anew, by the names that their parameters go by; what
  ///     follows global average pooling unless something else is said.
  ///   - preparation: what says how photos are prepared.
  ///   - scoring: what the logits are made probabilities by.
  public init(
    _ network: Network, title: String? = nil, layout: WeightsLayout = WeightsLayout(),
    classNames: [String]? = nil, placement: Placement = .center, headLayers: [String]? = nil,
    preparation: PreparationOrigin = .network, scoring: Scoring = .softmax
  ) {
    self.init(
      network, title: title, layout: layout, classNames: classNames, placement: placement,
      headLayers: headLayers, preparation: preparation, scoring: scoring, embedded: nil)
  }

  private init(
    _ network: Network, title: String? = nil, layout: WeightsLayout, classNames: [String]? = nil,
    placement: Placement = .center, headLayers: [String]? = nil,
    preparation: PreparationOrigin = .network, scoring: Scoring = .softmax,
    embedded: (@Sendable () -> FileBytes)?
  ) {
    self.network = network
    self.title = title ?? network.name
    self.layout = layout
    self.classNames = classNames
    self.placement = placement
    self.headLayers = headLayers ?? network.layersBehindPooling
    self.preparation = preparation
    self.scoring = scoring
    self.embedded = embedded
  }

  public var name: String { network.name }
  public var hasEmbeddedWeights: Bool { embedded != nil }

  public static let vgg16CAM = Model(
    .vgg16CAM, title: "VGG16-CAM", layout: .vgg16CAM, placement: .notebook,
    headLayers: ["CAM_conv", "CAM_fc"])

  public static let efficientNetLite0 = Model(
    .efficientNetLite0, title: "EfficientNet-Lite0", layout: .efficientNetLite0,
    embedded: {
      embeddedFile(camreport_embedded_weights(), named: "efficientnet-lite0.safetensors")
    })

  /// The models that camreport knows by name; the first is the one that runs where none is named.
  public static let all = [efficientNetLite0, vgg16CAM]

  public static func named(
    _ name: String, among models: [Model] = known
  ) throws(ModelError) -> Model {
    guard let model = models.first(where: { $0.name == name }) else {
      throw .unknownModel(name, known: models.map(\.name))
    }
    return model
  }

  /// The model whose parameters a file holds: the one that the file names, else the one with most of its names in it.
  public static func holding(
    _ store: WeightsStore, among models: [Model] = known
  ) throws(ModelError) -> Model {
    let name = ModelMetadata(store.metadata).model
    let found = models.map { (model: $0, count: $0.named(in: store).count) }
      .filter { entry in
        // Names such as torch's are those of many networks.
        let isTorch = torch.contains { $0.name == entry.model.name }
        return entry.count > (isTorch ? entry.model.network.parameters.count / 2 : 0)
      }
    if let named = models.first(where: { $0.name == name }),
      !torch.contains(where: { $0.name == name })
        || found.contains(where: { $0.model.name == name })
    {
      return named
    }
    // Of those with as many names, the smallest network: the others lack some.
    let best = found.max {
      ($0.count, -$0.model.network.parameters.count)
        < ($1.count, -$1.model.network.parameters.count)
    }
    guard let best else {
      if let name { throw .otherNetwork(source: store.source, model: name) }
      throw .noKnownModel(source: store.source, names: Array(store.entries.prefix(3).map(\.name)))
    }
    return best.model
  }

  /// The model as a weights file has it: with the class names, the input size and the preparation that the file says, and with as many classes
  /// as it has weights for, since fine-tuning gives a network another last product.
  public func fitted(to store: WeightsStore) -> Model {
    let metadata = ModelMetadata(store.metadata)
    var fitted = prefixed(named(in: store).prefix)
    if let outputs = fitted.classes(in: store), outputs != self.outputs {
      fitted = fitted.with(outputs: outputs, classNames: nil) ?? fitted
    }
    if metadata.model == name, let names = metadata.classes {
      // Who wrote that trained by softmax.
      fitted = fitted.with(fitted.network, classNames: names, scoring: .softmax)
    }
    if metadata.model == name, let size = metadata.size {
      fitted = fitted.with(defaultSize: size) ?? fitted
    }
    if metadata.model == name, let prepared = metadata.preparation, preparation != .options {
      fitted = (try? fitted.with(prepared, .weights)) ?? fitted
    }
    return fitted
  }

  /// The model for files that put a text before all parameters' names.
  private func prefixed(_ prefix: String) -> Model {
    guard !prefix.isEmpty else { return self }
    let names = layout.names
    return with(
      network,
      layout: WeightsLayout(
        names: { prefix + names($0) }, axes: layout.axes, ownAxes: layout.ownAxes))
  }

  /// How many classes a file has weights for; nil where it has none that could be the last layer's.
  private func classes(in store: WeightsStore) -> Int? {
    guard let last = network.layers.last, last.kind is Dense,
      let needed = network.parameters.first(where: { $0.name == last.parameterName(.weights) })?
        .shape,
      let found = store[layout.names(last.parameterName(.weights))]?.shape, found.rank == 2
    else { return nil }
    let axes = layout.reading(store.format).fileAxes(of: last.parameterName(.weights), rank: 2)
    let (inputs, outputs) = (found[axes[0]], found[axes[1]])
    return inputs == needed[0] && outputs > 0 ? outputs : nil
  }

  /// How many classes the network's last product has; nil where it ends otherwise.
  public var outputs: Int? { (network.layers.last?.kind as? Dense)?.outputs }

  /// The model with another number of classes, and their names; nil where its network does not end in a product. Weights that
  /// come with it are of other classes, and are left out where their number changes.
  public func with(outputs: Int?, classNames: [String]?) -> Model? {
    guard let outputs, let network = network.with(outputs: outputs) else { return nil }
    return with(network, classNames: classNames, keepsEmbedded: outputs == self.outputs)
  }

  /// The model with another input size where none is asked for; nil where its layers do not fit that size.
  public func with(defaultSize: InputSize) -> Model? {
    guard let network = try? network.with(defaultSize: defaultSize) else { return nil }
    return with(network)
  }

  /// The model with another preparation of its photos.
  /// - Parameter origin: what says it.
  /// - Throws: ``ModelError`` for a network that prepares photos as it was trained.
  public func with(_ preparation: Preparation, _ origin: PreparationOrigin) throws -> Model {
    guard self.preparation != .network else { throw ModelError.preparesItself(title) }
    return with(try network.with(preparation), preparation: origin)
  }

  private func with(
    _ network: Network, layout: WeightsLayout? = nil, classNames: [String]?? = nil,
    preparation: PreparationOrigin? = nil,
    scoring: Scoring? = nil, keepsEmbedded: Bool = true
  ) -> Model {
    Model(
      network, title: title, layout: layout ?? self.layout,
      classNames: classNames ?? self.classNames,
      placement: placement, headLayers: headLayers, preparation: preparation ?? self.preparation,
      scoring: scoring ?? self.scoring, embedded: keepsEmbedded ? embedded : nil)
  }

  /// The weights inside the program.
  public func embeddedWeights() throws -> WeightsStore {
    guard let embedded else { throw ModelError.noEmbeddedWeights(self.name) }
    return try WeightsStore(embedded(), source: "\(WeightsSource.embedded)")
  }

  /// The 1000 class names of ILSVRC-2012, as a JSON list.
  public static var imageNetClassNames: FileBytes {
    embeddedFile(camreport_embedded_class_names(), named: "imagenet-class-names.json")
  }
}

extension Network {
  /// The network with another number of outputs of its last layer; nil where that is no product.
  fileprivate func with(outputs: Int) -> Network? {
    guard let last = layers.last, let dense = last.kind as? Dense else { return nil }
    let product = last.with(kind: Dense(outputs: outputs, hasBiases: dense.hasBiases))
    return try? with(layers: layers.dropLast() + [product])
  }

  /// The layers with parameters behind the last global average pooling; the last one with parameters where there are none.
  fileprivate var layersBehindPooling: [String] {
    let pooling = layers.lastIndex { $0.kind is GlobalAveragePooling } ?? layers.startIndex
    let behind = Set(layers[pooling...].map(\.name))
    let own = parameters.map(\.name.layer)
    let found = own.filter(behind.contains)
    return (found.isEmpty ? own.suffix(1) : found).reduce(into: []) { names, name in
      if names.last != name { names.append(name) }
    }
  }
}

private func embeddedFile(_ region: camreport_embedded_region, named name: String) -> FileBytes {
  FileBytes(
    staticBytes: UnsafeRawBufferPointer(start: region.bytes, count: region.count), name: name)
}
