/// One run of a layer, as its gradient needs it.
public struct LayerCall: Sendable {
  public let inputs: [Tensor]
  public let output: Tensor
  public let parameters: LayerParameters
  /// How the gradients are computed.
  public let options: ExecutionOptions
  /// Where what is made of the weights is kept for the next photos; nil where it is not kept.
  let kept: KeptLayer?

  public init(
    inputs: [Tensor], output: Tensor, parameters: LayerParameters,
    options: ExecutionOptions = ExecutionOptions()
  ) {
    self.init(
      inputs: inputs, output: output, parameters: parameters, options: options, kept: nil)
  }

  init(
    inputs: [Tensor], output: Tensor, parameters: LayerParameters, options: ExecutionOptions,
    kept: KeptLayer?
  ) {
    self.kept = kept
    self.inputs = inputs
    self.output = output
    self.parameters = parameters
    self.options = options
  }
}

/// Which gradients of a layer are wanted.
public struct Wanted: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// Those of all of the layer's inputs.
  public static let inputs = Wanted(rawValue: 1)
  /// Those of all of the layer's parameters.
  public static let parameters = Wanted(rawValue: 2)
}

/// What a loss changes by with a layer's inputs and parameters: ∂loss/∂x, each in the shape of its x.
public struct LayerGradients: Sendable {
  /// One gradient for each input, in order; empty where they were not wanted.
  public var inputs: [Tensor]
  /// The gradients of the parameters that are learned, in their canonical shapes, of a slice of weights the slice's; empty where
  /// they were not wanted.
  public var parameters: [ParameterRole: Tensor]

  public init(inputs: [Tensor] = [], parameters: [ParameterRole: Tensor] = [:]) {
    self.inputs = inputs
    self.parameters = parameters
  }
}
