import Synchronization

/// A network's layers at one input size with the weights they were made of, in the order in which kernels read them.
///
/// It carries its own parameters, so that what was made of some cannot be run with others.
final class PreparedNetwork: Sendable {
  let plan: ExecutionPlan
  private let parameters: NetworkParameters
  private let options: ExecutionOptions
  private let kept = Mutex<[any PreparedLayer]>([])
  /// What each layer's way forward and its way back keep, where the options keep packed weights.
  private let packed: (forward: [KeptLayer], backward: [KeptLayer])

  init(
    _ plan: ExecutionPlan, _ parameters: NetworkParameters, _ options: ExecutionOptions
  ) {
    self.plan = plan
    self.parameters = parameters
    self.options = options
    let steps = options.keptWeights == .packed ? plan.steps : []
    packed = (steps.map { _ in KeptLayer() }, steps.map { _ in KeptLayer() })
  }

  /// All layers made ready, at the first call, and kept; nil where the options keep not all weights.
  func keptLayers() -> [any PreparedLayer]? {
    guard options.keptWeights == .all else { return nil }
    return kept.withLock { kept in
      if kept.isEmpty {
        // Whoever else wants them waits, so that all cores are free for it.
        kept = Parallelism.$current.withValue(.cores) { prepared() }
      }
      return kept
    }
  }

  /// The same plan for other parameters.
  func replacing(_ parameters: NetworkParameters) -> PreparedNetwork {
    PreparedNetwork(plan, parameters, options)
  }

  private func prepared() -> [any PreparedLayer] {
    [any PreparedLayer](unsafeUninitializedCapacity: plan.steps.count) { layers, count in
      parallel(over: plan.steps.count) { index in
        layers.initializeElement(at: index, to: prepared(index))
      }
      count = plan.steps.count
    }
  }

  /// One layer made ready, or kept from the pass before.
  func layer(_ index: Int) -> any PreparedLayer {
    guard options.keptWeights == .packed else { return prepared(index) }
    return packed.forward[index].layer { prepared(index) }
  }

  /// Where the way back through a layer keeps what it makes of the layer's weights; nil where the options keep nothing.
  func keptBackward(_ index: Int) -> KeptLayer? {
    options.keptWeights == .packed ? packed.backward[index] : nil
  }

  private func prepared(_ index: Int) -> any PreparedLayer {
    let shapes = plan.steps[index].shapes
    let own = parameters.parameters(of: shapes)
    guard let kind = shapes.layer.kind as? any PreparedLayerKind else {
      return plain(shapes.layer.kind, own, shapes.output)
    }
    return kind.prepared(
      for: shapes.inputs, parameters: own, output: shapes.output, options)
  }
}

/// A place for a layer that the first who needs it makes ready, and that is kept if its weights are read without transforms.
final class KeptLayer: Sendable {
  private let kept = Mutex<(any PreparedLayer)?>(nil)

  func layer(_ make: () -> any PreparedLayer) -> any PreparedLayer {
    kept.withLock { kept in
      if let kept { return kept }
      let layer = make()
      if layer.algorithm.tile == nil { kept = layer }
      return layer
    }
  }
}

private func plain(
  _ kind: some LayerKind, _ parameters: LayerParameters, _ output: Shape
) -> any PreparedLayer {
  PlainLayer(kind: kind, parameters: parameters, output: output)
}

/// An executor's prepared networks, by the photos' size.
final class PreparedNetworks: Sendable {
  private let networks: Mutex<[InputSize: PreparedNetwork]>

  init(_ networks: [InputSize: PreparedNetwork] = [:]) {
    self.networks = Mutex(networks)
  }

  /// The same plans for other parameters.
  func replacing(_ parameters: NetworkParameters) -> PreparedNetworks {
    PreparedNetworks(networks.withLock { $0 }.mapValues { $0.replacing(parameters) })
  }

  /// The network prepared for a size, by `make` where it is not yet.
  func network(
    size: InputSize, _ make: () throws(NetworkError) -> PreparedNetwork
  ) throws(NetworkError) -> PreparedNetwork {
    if let network = networks.withLock({ $0[size] }) { return network }
    let network = try make()
    // Of two made at once, one is kept: its weights are to be made ready once.
    return networks.withLock { networks in
      if let first = networks[size] { return first }
      networks[size] = network
      return network
    }
  }
}
