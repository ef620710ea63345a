import EmbeddedModel

/// A network that camreport knows by name: its declaration, and how its weights files are laid out.
public struct Model: Sendable {
  public let network: Network
  /// The network's name as its paper writes it.
  public let title: String
  public let layout: WeightsLayout
  /// Weights inside the program, as the bytes of a safetensors file.
  private let embedded: (@Sendable () -> FileBytes)?

  public var name: String { network.name }
  public var hasEmbeddedWeights: Bool { embedded != nil }

  public static let vgg16CAM = Model(
    network: .vgg16CAM, title: "VGG16-CAM", layout: .vgg16CAM, embedded: nil)

  public static let efficientNetLite0 = Model(
    network: .efficientNetLite0, title: "EfficientNet-Lite0", layout: .efficientNetLite0,
    embedded: {
      embeddedFile(camreport_embedded_weights(), named: "efficientnet-lite0.safetensors")
    })

  public static let all = [efficientNetLite0, vgg16CAM]

  public static func named(_ name: String) throws(ModelError) -> Model {
    guard let model = all.first(where: { $0.name == name }) else {
      throw .unknownModel(name, known: all.map(\.name))
    }
    return model
  }

  /// The model whose parameters a file holds: the one with most of its names in it.
  public static func holding(_ store: WeightsStore) throws(ModelError) -> Model {
    let counts = all.map { model in
      model.network.parameters.count { store[model.layout.names($0.name)] != nil }
    }
    guard let best = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[best] > 0 else {
      throw .noKnownModel(source: store.source, names: Array(store.entries.prefix(3).map(\.name)))
    }
    return all[best]
  }

  /// The weights inside the program.
  public func embeddedWeights() throws -> WeightsStore {
    guard let embedded else { throw ModelError.noEmbeddedWeights(self.name) }
    return try WeightsStore(embedded(), source: "embedded")
  }

  /// The 1000 class names of ILSVRC-2012, as a JSON list.
  public static var imageNetClassNames: FileBytes {
    embeddedFile(camreport_embedded_class_names(), named: "imagenet-class-names.json")
  }
}

private func embeddedFile(_ region: camreport_embedded_region, named name: String) -> FileBytes {
  FileBytes(
    staticBytes: UnsafeRawBufferPointer(start: region.bytes, count: region.count), name: name)
}
