/// Runs a network on one photo, layer by layer.
///
/// A batch is one photo: many photos are many passes, side by side, so that what one gives depends on no other.
public struct Executor: Sendable {
  public let network: Network
  public let parameters: NetworkParameters
  public let options: ExecutionOptions
  private let prepared: PreparedNetworks

  /// - Precondition: `parameters` were read for the model of this network.
  public init(
    _ network: Network, parameters: NetworkParameters, options: ExecutionOptions = .init()
  ) {
    self.init(
      network: network, parameters: parameters, options: options, prepared: PreparedNetworks())
  }

  private init(
    network: Network, parameters: NetworkParameters, options: ExecutionOptions,
    prepared: PreparedNetworks
  ) {
    self.network = network
    self.parameters = parameters
    self.options = options
    self.prepared = prepared
  }

  /// Gives `body` a forward pass to take layers from, and the threads that compute them.
  /// - Parameters:
  ///   - input: one photo, (1, height, width, 3) with values 0 … 255.
  ///   - measures: whether each output's statistics are computed, and a pass that gives NaN or infinity is stopped.
  ///   - keeping: which outputs the pass holds to its end.
  public func withForwardPass<Result>(
    _ input: Tensor, measures: Bool = true, keeping: Keeping = .nothing,
    _ body: (ForwardPass) throws -> Result
  ) throws -> Result {
    try withThreads {
      try body(try forwardPass(input, measures: measures, keeping: keeping))
    }
  }

  /// Runs `body` with the threads that the options ask for: all layers and pictures made in it are computed by them.
  package func withThreads<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Parallelism.with(threads: options.threads, body)
  }

  /// A forward pass on the threads of the ``withThreads(_:)`` it is in.
  package func forwardPass(
    _ input: Tensor, measures: Bool = true, keeping: Keeping = .nothing
  ) throws(ExecutionError) -> ForwardPass {
    precondition(
      input.shape.rank == 4 && input.shape == Network.inputShape(input.shape.inputSize),
      "a pass takes one photo, and not \(input.shape)")
    let network = try prepared(size: input.shape.inputSize)
    return ForwardPass(network, input, measures: measures, keeping: keeping)
  }

  /// A forward pass that begins with the layer number `first`, on the threads of the ``withThreads(_:)`` it is in.
  /// - Parameters:
  ///   - outputs: the outputs of earlier layers that the layers from `first` on read, of a photo of `size`.
  ///   - keeping: which outputs the pass holds to its end, beside those.
  package func forwardPass(
    from first: Int, _ outputs: Activations, size: InputSize, keeping: Keeping
  ) throws(ExecutionError) -> ForwardPass {
    ForwardPass(try prepared(size: size), from: first, outputs, keeping: keeping)
  }

  /// The same network with other values of its parameters; what was planned for these is not planned again.
  public func replacing(_ parameters: NetworkParameters) -> Executor {
    Executor(
      network: network, parameters: parameters, options: options,
      prepared: prepared.replacing(parameters))
  }

  /// The network's layers for all photos of a size.
  func prepared(size: InputSize) throws(ExecutionError) -> PreparedNetwork {
    do {
      return try prepared.network(size: size) { () throws(NetworkError) in
        PreparedNetwork(try ExecutionPlan(network, size: size), parameters, options)
      }
    } catch {
      throw .network(error)
    }
  }

  /// The outputs of the named layers for one photo, in the names' order.
  /// - Precondition: the network has these layers.
  public func outputs(of names: [String], for image: RGBImage) throws -> [Tensor] {
    precondition(names.allSatisfy { name in network.layers.contains { $0.name == name } })
    return try withForwardPass(image.networkInput, measures: false, keeping: .layers(Set(names))) {
      pass in
      try pass.finish()
      return names.compactMap { pass.kept[$0] }
    }
  }
}
