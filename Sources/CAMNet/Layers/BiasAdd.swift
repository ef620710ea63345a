/// One number added to each channel of feature maps, or to each value of a row, (1, channels).
public struct BiasAdd: LayerKind {
  public init() {}

  public static let operations = ["bias_add"]
  public var operation: String { "bias_add" }

  public var look: LayerLook { LayerLook("bias add") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMapOrRow()
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    [(.biases, [inputs[0][inputs[0].rank - 1]])]
  }

  public func expression(_ inputs: [String]) -> String {
    "bias_add(\(inputs[0]), b)"
  }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    gradient
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[output.rank - 1]
    let maps = inputs[0].seenAsMaps
    return maps.mapPixels(to: maps.shape) { source, target, pixels in
      parameters[.biases].tensor.withUnsafeElements { biases in
        guard let biases = biases.baseAddress else { return }
        for pixel in 0..<pixels {
          let (values, sums) = (source + pixel * channels, target + pixel * channels)
          for channel in 0..<channels { sums[channel] = values[channel] + biases[channel] }
        }
      }
    }
    .reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    LayerGradients(
      inputs: wanting.contains(.inputs) ? [gradient] : [],
      parameters: wanting.contains(.parameters) ? [.biases: gradient.seenAsMaps.channelSums()] : [:]
    )
  }
}

extension Tensor {
  /// A row as feature maps of one place.
  var seenAsMaps: Tensor {
    shape.rank == 2 ? reshaped([shape[0], 1, 1, shape[1]]) : self
  }
}
