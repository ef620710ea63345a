import CAMNet

/// The part of a network that a training changes: its parameters, and the layers from the first that reads one of them to the
/// last. What lies before is frozen: of one photo it always gives the same.
struct TrainedPart: Sendable {
  /// The parameters that are trained, in the network's order.
  let parameters: [ParameterDeclaration]
  /// The number of the first layer that a change of them changes, or of the dropout before it, which changes nothing.
  let first: Int
  /// What the trained layers read of the frozen part: layers, or the network's input.
  private let inputs: [String]
  /// Whether the frozen part has parameters, and is not only the photo's preparation: what it gives is worth keeping then.
  private let isWorthKeeping: Bool
  /// The one product that all of the part is; nil where it is more.
  let product: Layer?

  init(_ network: Network, training layers: Set<String>) {
    parameters = network.parameters.filter {
      $0.name.role.isTrainable && layers.contains($0.name.layer)
    }
    let names = Set(parameters.map(\.name))
    let reads = { (layer: Layer) in
      ParameterRole.allCases.contains { names.contains(layer.parameterName($0)) }
    }
    var first = network.layers.firstIndex(where: reads) ?? network.layers.endIndex
    while first > 0, network.layers[first - 1].kind is Dropout { first -= 1 }
    self.first = first
    let frozen = Set([network.input] + network.layers[..<first].map(\.name))
    var inputs: [String] = []
    for name in network.layers[first...].flatMap(\.inputs)
    where frozen.contains(name) && !inputs.contains(name) {
      inputs.append(name)
    }
    self.inputs = inputs
    let own = Set(network.parameters.map(\.name))
    let hasFrozenParameters = network.layers[..<first].contains { layer in
      ParameterRole.allCases.contains { own.contains(layer.parameterName($0)) }
    }
    isWorthKeeping = hasFrozenParameters && !inputs.contains(network.input)
    let rest = network.layers[first...].filter { !($0.kind is Dropout) }
    product = rest.count == 1 && rest[0].kind is Dense && inputs.count == 1 ? rest[0] : nil
  }

  var names: Set<ParameterName> { Set(parameters.map(\.name)) }

  /// The layers whose outputs are kept of each photo; none where each pass begins with the photo itself.
  var keptLayers: [String] { isWorthKeeping ? inputs : [] }
}

extension TrainedLayers {
  /// The layers by the names that their parameters go by.
  package func names(in model: Model) throws(TrainingError) -> Set<String> {
    switch self {
    case .head: return Set(model.headLayers)
    case .all: return Set(model.network.parameters.map(\.name.layer))
    case .layers(let names):
      let owners = Set(
        model.network.parameters.filter { $0.name.role.isTrainable }.map(\.name.layer))
      for name in names where !owners.contains(name) {
        guard let layer = model.network.layers.first(where: { $0.name == name }) else {
          throw .unknownLayer(name, model: model.name, known: owners.sorted())
        }
        guard let slice = layer.weightsSlice else {
          throw .nothingToTrain(layer: name, model: model.name)
        }
        throw .sharedWeights(layer: name, owner: slice.layer)
      }
      return Set(names)
    }
  }
}
