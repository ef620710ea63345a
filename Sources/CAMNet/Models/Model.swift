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
  /// Weights inside the program, as the bytes of a safetensors file.
  private let embedded: (@Sendable () -> FileBytes)?

  /// - Parameters:
  ///   - title: how the network is called in reports; its name unless something else is said.
  ///   - layout: how its weights files name and order the parameters; `layer/role` and canonical axes unless something else
  ///     is said.
  ///   - placement: where the places of its maps are said to lie where nothing else is asked for.
  public init(
    _ network: Network, title: String? = nil, layout: WeightsLayout = WeightsLayout(),
    classNames: [String]? = nil, placement: Placement = .center
  ) {
    self.init(
      network, title: title, layout: layout, classNames: classNames, placement: placement,
      embedded: nil)
  }

  private init(
    _ network: Network, title: String? = nil, layout: WeightsLayout, classNames: [String]? = nil,
    placement: Placement = .center, embedded: (@Sendable () -> FileBytes)?
  ) {
    self.network = network
    self.title = title ?? network.name
    self.layout = layout
    self.classNames = classNames
    self.placement = placement
    self.embedded = embedded
  }

  public var name: String { network.name }
  public var hasEmbeddedWeights: Bool { embedded != nil }

  public static let vgg16CAM = Model(
    .vgg16CAM, title: "VGG16-CAM", layout: .vgg16CAM, placement: .notebook)

  public static let efficientNetLite0 = Model(
    .efficientNetLite0, title: "EfficientNet-Lite0", layout: .efficientNetLite0,
    embedded: {
      embeddedFile(camreport_embedded_weights(), named: "efficientnet-lite0.safetensors")
    })

  /// The models that camreport knows by name; the first is the one that runs where none is named.
  public static let all = [efficientNetLite0, vgg16CAM]

  public static func named(
    _ name: String, among models: [Model] = all
  ) throws(ModelError) -> Model {
    guard let model = models.first(where: { $0.name == name }) else {
      throw .unknownModel(name, known: models.map(\.name))
    }
    return model
  }

  /// The model whose parameters a file holds: the one with most of its names in it.
  public static func holding(
    _ store: WeightsStore, among models: [Model] = all
  ) throws(ModelError) -> Model {
    let counts = models.map { model in
      model.network.parameters.count { store[model.layout.names($0.name)] != nil }
    }
    guard let best = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[best] > 0 else {
      throw .noKnownModel(source: store.source, names: Array(store.entries.prefix(3).map(\.name)))
    }
    return models[best]
  }

  /// The model with as many classes as a weights file has weights for: fine-tuning gives a network another last product. The
  /// same model where the file has as many, or no weights that could be its last layer's.
  public func fitted(to store: WeightsStore) -> Model {
    guard let last = network.layers.last, let dense = last.kind as? Dense,
      let needed = network.parameters.first(where: { $0.name == last.parameterName(.weights) })?
        .shape,
      let found = store[layout.names(last.parameterName(.weights))]?.shape, found.rank == 2
    else { return self }
    let axes = layout.fileAxes(rank: 2)
    let (inputs, outputs) = (found[axes[0]], found[axes[1]])
    guard inputs == needed[0], outputs != dense.outputs, outputs > 0,
      let network = try? network.with(outputs: outputs)
    else { return self }
    return Model(
      network, title: title, layout: layout, classNames: nil, placement: placement, embedded: nil)
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
  /// The network with another number of outputs of its last layer.
  /// - Precondition: the last layer is a product.
  fileprivate func with(outputs: Int) throws(NetworkError) -> Network {
    guard let last = layers.last, let dense = last.kind as? Dense else {
      preconditionFailure("\(name) does not end in a product")
    }
    let product = Layer(
      last.name, Dense(outputs: outputs, hasBiases: dense.hasBiases), last.inputs,
      weights: last.weightsSlice, block: last.block, source: last.source)
    return try Network(
      name: name, input: input, defaultSize: defaultSize, layers: layers.dropLast() + [product])
  }
}

private func embeddedFile(_ region: camreport_embedded_region, named name: String) -> FileBytes {
  FileBytes(
    staticBytes: UnsafeRawBufferPointer(start: region.bytes, count: region.count), name: name)
}
