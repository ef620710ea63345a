/// Batch normalization at inference as a layer of its own, with the activation that follows: that of a network which normalizes
/// before it convolves, as DenseNet does. He et al., "Identity Mappings in Deep Residual Networks", 2016. It reads feature maps, or
/// a row, (1, channels).
public struct BatchNorm: LayerKind {
  public let normalization: BatchNormalization
  public let activation: Activation

  public init(epsilon: Float, activation: Activation = .none) {
    normalization = BatchNormalization(epsilon: epsilon)
    self.activation = activation
  }

  public static let operations = ["batch_normalization"]
  public var operation: String { "batch_normalization" }

  public var settings: [String: String] {
    var settings = ["epsilon": "\(normalization.epsilon)"]
    settings["activation"] = activation == .none ? nil : activation.rawValue
    return settings
  }

  public var look: LayerLook { LayerLook("batch norm") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["relu": .flag(activation == .relu), "relu6": .flag(activation == .relu6)]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMapOrRow()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    BatchNormalization.roles.map { ($0, [inputs[0][inputs[0].rank - 1]]) }
  }

  public func expression(_ inputs: [String]) -> String {
    activation.wrap(
      "batch_normalization(\(inputs[0]), mean, variance, beta, gamma, \(normalization.epsilon))")
  }

  public var isAffine: Bool { activation == .none }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "\(activation.passed(gradient, output: output)) * (gamma / np.sqrt(variance + \(normalization.epsilon)))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let (scale, shift) = normalization.affine(parameters)
    return inputs[0].seenAsMaps.scalingChannels(
      by: Tensor(shape: [scale.count], scale), adding: Tensor(shape: [shift.count], shift),
      range: activation.range, KernelSet.current
    )
    .reshaped(output)
  }

  /// The gradient of γ is made from the input, so that a γ of 0 divides nothing.
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    let kernels = call.options.kernels
    let (passed, sums) = activation.backward(
      gradient.seenAsMaps, output: call.output.seenAsMaps, kernels)
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      let (scale, _) = normalization.affine(call.parameters)
      gradients.inputs = [
        passed.scalingChannels(
          by: Tensor(shape: [scale.count], scale), adding: nil,
          range: -.infinity ... .infinity, kernels
        )
        .reshaped(gradient.shape)
      ]
    }
    if wanting.contains(.parameters) {
      gradients.parameters[.shift] = sums
      gradients.parameters[.scale] = normalization.scaleGradient(
        passed.channelProducts(with: call.inputs[0].seenAsMaps), sums: sums, call.parameters)
    }
    return gradients
  }
}
