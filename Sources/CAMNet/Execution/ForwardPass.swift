/// One photo's way through a network, a layer at a time: each is computed when it is asked for.
public final class ForwardPass {
  private let network: PreparedNetwork
  private let layers: [any PreparedLayer]?
  private let measures: Bool
  private let keeping: Keeping
  private let clock = ContinuousClock()
  /// The input and the outputs so far, by number; nil where no later layer reads them.
  private var tensors: [Tensor?]
  private var index = 0
  /// The outputs that were asked to be kept, so far.
  public private(set) var kept = Activations()

  init(_ network: PreparedNetwork, _ input: Tensor, measures: Bool, keeping: Keeping) {
    self.network = network
    self.measures = measures
    self.keeping = keeping
    layers = network.keptLayers()
    tensors = [input]
    tensors.reserveCapacity(network.plan.steps.count + 1)
  }

  /// A pass that begins with the layer number `first`, from outputs of layers before it that later ones read.
  init(
    _ network: PreparedNetwork, from first: Int, _ outputs: Activations, keeping: Keeping
  ) {
    self.network = network
    measures = false
    self.keeping = keeping
    layers = network.keptLayers()
    tensors = [nil] + network.plan.steps[..<first].map { outputs[$0.shapes.layer.name] }
    kept = outputs
    index = first
  }

  /// Computes the next layer; nil after the last.
  ///
  /// A tensor is let go after its last use, unless it is kept or the caller holds it.
  /// - Throws: ``ExecutionError/nonFinite(layer:count:of:)`` where the pass measures and a value is NaN or infinite.
  public func next() throws(ExecutionError) -> LayerResult? {
    guard index < network.plan.steps.count else { return nil }
    let step = network.plan.steps[index]
    let inputs = step.inputs.compactMap { tensors[$0] }
    let start = clock.now
    let layer = layers?[index] ?? network.layer(index)
    let output = layer.run(inputs)
    let duration = clock.now - start
    let statistics = measures ? output.statistics : nil
    if measures && statistics == nil {
      throw .nonFinite(
        layer: step.shapes.layer.name, count: output.nonFiniteCount, of: output.count)
    }
    if keeping.keeps(step.shapes.layer.name) { kept[step.shapes.layer.name] = output }
    tensors.append(output)
    for number in step.released { tensors[number] = nil }
    index += 1
    return LayerResult(
      shapes: step.shapes, output: output, statistics: statistics, duration: duration,
      algorithm: layer.algorithm)
  }

  /// Computes all layers that are left.
  public func finish() throws(ExecutionError) {
    while try next() != nil {}
  }
}

/// Which of a forward pass's outputs are kept to its end.
public enum Keeping: Sendable {
  case nothing
  case layers(Set<String>)
  case all

  func keeps(_ layer: String) -> Bool {
    switch self {
    case .nothing: false
    case .layers(let names): names.contains(layer)
    case .all: true
    }
  }
}

/// Outputs of layers, by the layers' names.
public struct Activations: Sendable {
  private var outputs: [String: Tensor]

  public init(_ outputs: [String: Tensor] = [:]) {
    self.outputs = outputs
  }

  /// A layer's output; nil where it was not kept.
  public internal(set) subscript(layer: String) -> Tensor? {
    get { outputs[layer] }
    set { outputs[layer] = newValue }
  }

  /// The outputs that were kept, in no order.
  package var all: [Tensor] { Array(outputs.values) }
}

/// A layer that has run.
public struct LayerResult: Sendable {
  public let shapes: LayerShapes
  public let output: Tensor
  /// The output's statistics; nil where they were not asked for.
  public let statistics: TensorStatistics?
  /// How long the layer took, without its statistics.
  public let duration: Duration
  public let algorithm: LayerAlgorithm

  public var layer: Layer { shapes.layer }
}

/// Why a run stopped.
public enum ExecutionError: Error, Hashable {
  case network(NetworkError)
  case nonFinite(layer: String, count: Int, of: Int)
  case nonFiniteMap(classIndex: Int, count: Int, of: Int)
  case nonFiniteGradient(parameter: String, count: Int, of: Int)
}

extension ExecutionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .network(let error):
      "\(error)"
    case .nonFinite(let layer, let count, let total):
      "layer '\(layer)' gave \(count) of \(total) values that are NaN or infinite: "
        + "its sums are too large for float32; check the weights file"
    case .nonFiniteMap(let classIndex, let count, let total):
      "the map of class \(classIndex) has \(count) of \(total) values that are NaN or infinite: "
        + "the class's weights are too large for float32; check the weights file"
    case .nonFiniteGradient(let parameter, let count, let total):
      "the gradient of '\(parameter)' has \(count) of \(total) values that are NaN or infinite: "
        + "its sums are too large for float32; check the weights file"
    }
  }
}
