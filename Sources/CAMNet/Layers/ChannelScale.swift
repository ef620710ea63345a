/// Each channel of feature maps, or each value of a row, (1, channels), times a learned number of its own: the layer scale of Touvron et
/// al., "Going deeper with Image Transformers", 2021, which ConvNeXt has too.
public struct ChannelScale: LayerKind {
  public init() {}

  public static let operations = ["channel_scale"]
  public var operation: String { "channel_scale" }

  public var look: LayerLook { LayerLook("scale") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMapOrRow()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    [(.scale, [inputs[0][inputs[0].rank - 1]])]
  }

  public func expression(_ inputs: [String]) -> String { "\(inputs[0]) * gamma" }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "\(gradient) * gamma"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    scaled(inputs[0], parameters, KernelSet.current)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      gradients.inputs = [scaled(gradient, call.parameters, call.options.kernels)]
    }
    if wanting.contains(.parameters) {
      let products = gradient.seenAsMaps.channelProducts(with: call.inputs[0].seenAsMaps)
      gradients.parameters[.scale] = Tensor(
        shape: [products.count], products.map { Float($0) })
    }
    return gradients
  }

  private func scaled(
    _ values: Tensor, _ parameters: LayerParameters, _ kernels: KernelSet
  ) -> Tensor {
    values.seenAsMaps.scalingChannels(
      by: parameters[.scale].tensor, adding: nil, range: -.infinity ... .infinity, kernels
    )
    .reshaped(values.shape)
  }
}
