import Synchronization

/// What is the same for every photo of one size: shapes, which tensor goes where and for how long, and, where they are to be
/// kept, layers with their weights made ready.
final class ExecutionPlan: Sendable {
  struct Step: Sendable {
    let shapes: LayerShapes
    /// Which tensors the layer reads: 0 for the network's input, else a layer's number, from 1.
    let inputs: [Int]
    /// Those of them that nobody reads after it.
    let released: [Int]
  }

  let steps: [Step]
  private let kept: Mutex<[any PreparedLayer]>

  init(_ network: Network, size: Int) throws(NetworkError) {
    let shapes = try network.shapes(size: size)
    var numbers = [network.input: 0]
    var lastUse: [Int: Int] = [:]
    for (index, entry) in shapes.enumerated() {
      for name in entry.layer.inputs { lastUse[numbers[name] ?? 0] = index }
      numbers[entry.layer.name] = index + 1
    }
    steps = shapes.enumerated().map { index, entry in
      let inputs = entry.layer.inputs.map { numbers[$0] ?? 0 }
      return Step(
        shapes: entry, inputs: inputs, released: inputs.filter { lastUse[$0] == index })
    }
    kept = Mutex([])
  }

  /// The layers made ready, made at the first call.
  func layers(
    _ parameters: NetworkParameters, _ options: ExecutionOptions
  ) -> [any PreparedLayer] {
    kept.withLock { kept in
      if kept.isEmpty {
        // Whoever else wants them waits, so that all cores are free for it.
        kept = Parallelism.$current.withValue(.cores) { prepared(parameters, options) }
      }
      return kept
    }
  }

  private func prepared(
    _ parameters: NetworkParameters, _ options: ExecutionOptions
  ) -> [any PreparedLayer] {
    [any PreparedLayer](unsafeUninitializedCapacity: steps.count) { layers, count in
      parallel(over: steps.count) { index in
        layers.initializeElement(at: index, to: steps[index].shapes.prepared(parameters, options))
      }
      count = steps.count
    }
  }
}

/// Plans by the photos' size.
final class ExecutionPlans: Sendable {
  private let plans = Mutex<[Int: ExecutionPlan]>([:])

  func plan(for network: Network, size: Int) throws(NetworkError) -> ExecutionPlan {
    if let plan = plans.withLock({ $0[size] }) { return plan }
    let plan = try ExecutionPlan(network, size: size)
    plans.withLock { $0[size] = plan }
    return plan
  }
}

extension LayerShapes {
  /// The layer with its weights in the order in which its kernel reads them.
  func prepared(
    _ parameters: NetworkParameters, _ options: ExecutionOptions
  ) -> any PreparedLayer {
    let parameters = parameters.parameters(of: self)
    guard let kind = layer.kind as? any PreparedLayerKind else {
      return plain(layer.kind, parameters, output)
    }
    return kind.prepared(for: inputs, parameters: parameters, output: output, options)
  }
}

private func plain(
  _ kind: some LayerKind, _ parameters: LayerParameters, _ output: Shape
) -> any PreparedLayer {
  PlainLayer(kind: kind, parameters: parameters, output: output)
}
