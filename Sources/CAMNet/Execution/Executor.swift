/// Runs a network on one photo, layer by layer.
public struct Executor: Sendable {
  public let network: Network
  public let parameters: NetworkParameters
  public let options: ExecutionOptions
  private let prepared = PreparedLayers()

  /// - Precondition: `parameters` were read for the model of this network.
  public init(
    _ network: Network, parameters: NetworkParameters, options: ExecutionOptions = .init()
  ) {
    self.network = network
    self.parameters = parameters
    self.options = options
  }

  /// Runs every layer in order on `input`, (1, size, size, 3) with values 0 … 255, and tells `observe` of each.
  ///
  /// A tensor is let go after its last use, unless the observer keeps it.
  /// - Parameter measures: whether each output's statistics are computed, and a run that gives NaN or infinity stopped.
  public func run(
    _ input: Tensor, measures: Bool = true, observe: (ExecutionEvent) -> Void
  ) throws(ExecutionError) {
    let result = Parallelism.with(threads: options.threads) { () -> Result<Void, ExecutionError> in
      Result { () throws(ExecutionError) in try runAll(input, measures: measures, observe: observe)
      }
    }
    try result.get()
  }

  private func runAll(
    _ input: Tensor, measures: Bool, observe: (ExecutionEvent) -> Void
  ) throws(ExecutionError) {
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
      let layer = prepared.layer(
        entry, parameters: parameters.parameters(of: entry), options: options)
      let output = layer.run(inputs)
      let duration = clock.now - start
      let statistics = measures ? output.statistics : nil
      if measures && statistics == nil {
        let error = ExecutionError.nonFinite(
          layer: entry.layer.name, count: output.nonFiniteCount, of: output.count)
        observe(.failed(entry, error))
        throw error
      }
      observe(
        .finished(
          LayerResult(
            shapes: entry, output: output, statistics: statistics, duration: duration,
            algorithm: layer.algorithm)))
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
  /// Nil where they were not asked for.
  public let statistics: TensorStatistics?
  /// The layer alone, without statistics.
  public let duration: Duration
  public let algorithm: LayerAlgorithm

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
