/// Runs a network on one photo, layer by layer.
public struct Executor: Sendable {
  public let network: Network
  public let parameters: NetworkParameters
  public let options: ExecutionOptions
  private let plans = ExecutionPlans()

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
    let plan: ExecutionPlan
    do {
      plan = try plans.plan(for: network, size: input.shape[1])
    } catch {
      throw .network(error)
    }
    let kept = options.keepsWeights ? plan.layers(parameters, options) : nil
    var tensors: [Tensor?] = [input]
    tensors.reserveCapacity(plan.steps.count + 1)
    let clock = ContinuousClock()
    for (index, step) in plan.steps.enumerated() {
      observe(.started(step.shapes))
      let inputs = step.inputs.compactMap { tensors[$0] }
      let start = clock.now
      let layer = kept?[index] ?? step.shapes.prepared(parameters, options)
      let output = layer.run(inputs)
      let duration = clock.now - start
      let statistics = measures ? output.statistics : nil
      if measures && statistics == nil {
        let error = ExecutionError.nonFinite(
          layer: step.shapes.layer.name, count: output.nonFiniteCount, of: output.count)
        observe(.failed(step.shapes, error))
        throw error
      }
      observe(
        .finished(
          LayerResult(
            shapes: step.shapes, output: output, statistics: statistics, duration: duration,
            algorithm: layer.algorithm)))
      tensors.append(output)
      for number in step.released { tensors[number] = nil }
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
