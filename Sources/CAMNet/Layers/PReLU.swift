/// What is positive, and everything else times a learned slope, one for each channel or one for all: He et al., "Delving Deep into
/// Rectifiers", ICCV 2015. It reads feature maps, or a row, (1, channels).
public struct PReLU: LayerKind {
  /// Whether all channels have one slope.
  public let isShared: Bool

  public init(isShared: Bool = false) {
    self.isShared = isShared
  }

  public static let operations = ["prelu"]
  public var operation: String { "prelu" }

  public var settings: [String: String] { ["slopes": isShared ? "one" : "one a channel"] }

  public var look: LayerLook { LayerLook("PReLU") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] { ["shared": .flag(isShared)] }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMapOrRow()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    [(.scale, [isShared ? 1 : inputs[0][inputs[0].rank - 1]])]
  }

  public func expression(_ inputs: [String]) -> String { "prelu(\(inputs[0]), gamma)" }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "\(gradient) * np.where(\(input) > 0, 1, gamma)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    sloped(inputs[0], at: inputs[0], parameters)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    let input = call.inputs[0]
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      gradients.inputs = [sloped(gradient, at: input, call.parameters)]
    }
    if wanting.contains(.parameters) {
      let below = Tensor(shape: input.shape, input.elements.map { min($0, 0) })
      let products = gradient.seenAsMaps.channelProducts(with: below.seenAsMaps)
      let slopes = isShared ? [products.reduce(0, +)] : products
      gradients.parameters[.scale] = Tensor(shape: [slopes.count], slopes.map { Float($0) })
    }
    return gradients
  }

  /// Values as they are where the input is positive, and times their slope where it is not.
  private func sloped(
    _ values: Tensor, at input: Tensor, _ parameters: LayerParameters
  ) -> Tensor {
    let channels = values.shape[values.shape.rank - 1]
    let own = parameters[.scale].tensor.elements
    let slopes = isShared ? [Float](repeating: own[0], count: channels) : own
    return values.seenAsMaps.mapPixels(with: input.seenAsMaps) { values, input, target, pixels in
      for pixel in 0..<pixels {
        for channel in 0..<channels {
          let place = pixel * channels + channel
          target[place] = input[place] > 0 ? values[place] : values[place] * slopes[channel]
        }
      }
    }
    .reshaped(values.shape)
  }
}
