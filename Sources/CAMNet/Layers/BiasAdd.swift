/// One number added to each channel.
public struct BiasAdd: LayerKind {
  public init() {}

  public static let operations = ["bias_add"]
  public var operation: String { "bias_add" }

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
    let biases = parameters[.biases].tensor.elements
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        for pixel in stride(from: 0, to: source.count, by: biases.count) {
          for channel in 0..<biases.count {
            destination[pixel + channel] = source[pixel + channel] + biases[channel]
          }
        }
      }
    }
  }
}
