/// Each place's channels less their mean, divided by their deviation, times a scale, plus a shift: Ba et al., "Layer Normalization",
/// 2016. It reads feature maps, or a row, (1, channels).
public struct LayerNorm: LayerKind {
  /// What is added to the variance.
  public let epsilon: Float

  public init(epsilon: Float) {
    self.epsilon = epsilon
  }

  public static let operations = ["layer_normalization"]
  public var operation: String { "layer_normalization" }

  public var settings: [String: String] { ["epsilon": "\(epsilon)"] }

  public var look: LayerLook { LayerLook("layer norm") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMapOrRow()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    let channels: Shape = [inputs[0][inputs[0].rank - 1]]
    return [(.scale, channels), (.shift, channels)]
  }

  public func expression(_ inputs: [String]) -> String {
    "layer_normalization(\(inputs[0]), beta, gamma, \(epsilon))"
  }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "layer_normalization_gradient(\(gradient), \(input), gamma, \(epsilon))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[output.rank - 1]
    let (scale, shift) = (
      parameters[.scale].tensor.elements, parameters[.shift].tensor.elements
    )
    let maps = inputs[0].seenAsMaps
    return maps.mapPixels(to: maps.shape) { source, target, pixels in
      for pixel in 0..<pixels {
        let (values, results) = (source + pixel * channels, target + pixel * channels)
        let (mean, factor) = moments(values, channels)
        for channel in 0..<channels {
          let normal = Float((Double(values[channel]) - mean) * factor)
          results[channel] = normal * scale[channel] + shift[channel]
        }
      }
    }
    .reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    let shape = gradient.shape
    let channels = shape[shape.rank - 1]
    let scale = call.parameters[.scale].tensor.elements
    var normals = [Float](repeating: 0, count: gradient.count)
    var results = [Float](repeating: 0, count: gradient.count)
    call.inputs[0].withUnsafeElements { values in
      gradient.withUnsafeElements { gradient in
        guard let start = values.baseAddress else { return }
        for first in stride(from: 0, to: values.count, by: channels) {
          let (mean, factor) = moments(start + first, channels)
          var (sum, product) = (0.0, 0.0)
          for channel in 0..<channels {
            let normal = (Double(values[first + channel]) - mean) * factor
            let passed = Double(gradient[first + channel] * scale[channel])
            normals[first + channel] = Float(normal)
            sum += passed
            product += passed * normal
          }
          sum /= Double(channels)
          product /= Double(channels)
          for channel in 0..<channels {
            let passed = Double(gradient[first + channel] * scale[channel])
            results[first + channel] = Float(
              (passed - sum - Double(normals[first + channel]) * product) * factor)
          }
        }
      }
    }
    var gradients = LayerGradients()
    if wanting.contains(.inputs) { gradients.inputs = [Tensor(shape: shape, results)] }
    if wanting.contains(.parameters) {
      let passed = gradient.seenAsMaps
      gradients.parameters[.shift] = passed.channelSums()
      let products = passed.channelProducts(with: Tensor(shape: passed.shape, normals))
      gradients.parameters[.scale] = Tensor(shape: [channels], products.map { Float($0) })
    }
    return gradients
  }

  /// The mean of a place's channels, and one divided by their deviation.
  private func moments(
    _ values: UnsafePointer<Float>, _ channels: Int
  ) -> (mean: Double, factor: Double) {
    var (sum, squares) = (0.0, 0.0)
    for channel in 0..<channels { sum += Double(values[channel]) }
    let mean = sum / Double(channels)
    for channel in 0..<channels {
      let difference = Double(values[channel]) - mean
      squares += difference * difference
    }
    return (mean, 1 / (squares / Double(channels) + Double(epsilon)).squareRoot())
  }
}
