/// One number added to each channel.
public struct BiasAdd: LayerKind {
  public init() {}

  public static let operations = ["bias_add"]
  public var operation: String { "bias_add" }

  public var look: LayerLook { LayerLook("bias add") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMap()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    [(.biases, [inputs[0][3]])]
  }

  public func expression(_ inputs: [String]) -> String {
    "bias_add(\(inputs[0]), b)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[3]
    return inputs[0].mapPixels(to: output) { source, target, pixels in
      parameters[.biases].tensor.withUnsafeElements { biases in
        guard let biases = biases.baseAddress else { return }
        for pixel in 0..<pixels {
          let (values, sums) = (source + pixel * channels, target + pixel * channels)
          for channel in 0..<channels { sums[channel] = values[channel] + biases[channel] }
        }
      }
    }
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    LayerGradients(
      inputs: wanting.contains(.inputs) ? [gradient] : [],
      parameters: wanting.contains(.parameters) ? [.biases: gradient.channelSums()] : [:])
  }
}
