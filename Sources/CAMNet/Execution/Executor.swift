/// Runs a network on one photo, layer by layer.
public struct Executor: Sendable {
  public let network: Network
  public let parameters: NetworkParameters

  /// - Precondition: `parameters` were read for the model of this network.
  public init(_ network: Network, parameters: NetworkParameters) {
    self.network = network
    self.parameters = parameters
  }

  /// Runs every layer in order on `input`, (1, size, size, 3) with values 0 … 255, and tells `observe` of each.
  ///
  /// A tensor is let go after its last use, unless the observer keeps it.
  public func run(_ input: Tensor, observe: (ExecutionEvent) -> Void) throws(ExecutionError) {
    let shapes: [LayerShapes]
    do {
      shapes = try network.shapes(size: input.shape[1])
    } catch {
      throw .network(error)
    }
    var lastUse: [String: Int] = [:]
    for (index, entry) in shapes.enumerated() {
      for name in entry.layer.inputs { lastUse[name] = index }
    }

    var live = [network.input: input]
    let clock = ContinuousClock()
    for (index, entry) in shapes.enumerated() {
      observe(.started(entry))
      let inputs = entry.layer.inputs.compactMap { live[$0] }
      let start = clock.now
      let output = entry.layer.kind.forward(
        inputs, parameters: parameters.parameters(of: entry), output: entry.output)
      let duration = clock.now - start
      guard let statistics = output.statistics else {
        let error = ExecutionError.nonFinite(
          layer: entry.layer.name, count: output.nonFiniteCount, of: output.count)
        observe(.failed(entry, error))
        throw error
      }
      observe(
        .finished(
          LayerResult(shapes: entry, output: output, statistics: statistics, duration: duration)))
      live[entry.layer.name] = output
      for name in entry.layer.inputs where lastUse[name] == index { live[name] = nil }
    }
  }
}

/// What an observer is told, in the order in which it happens.
public enum ExecutionEvent: Sendable {
  case started(LayerShapes)
  case finished(LayerResult)
  case failed(LayerShapes, ExecutionError)
}

/// A layer that has run.
public struct LayerResult: Sendable {
  public let shapes: LayerShapes
  public let output: Tensor
  public let statistics: TensorStatistics
  /// The layer alone, without statistics.
  public let duration: Duration

  public var layer: Layer { shapes.layer }
}

/// Why a run stopped.
public enum ExecutionError: Error, Hashable {
  case network(NetworkError)
  case nonFinite(layer: String, count: Int, of: Int)
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .network(let error):
      "\(error)"
    case .nonFinite(let layer, let count, let total):
      "layer '\(layer)' gave \(count) of \(total) values that are NaN or infinite: "
        + "its sums are too large for float32; check the weights file"
    }
  }
}
