/// The mean of each feature map: (1, h, w, channels) → (1, channels). Lin et al., "Network in Network", 2014.
public struct GlobalAveragePooling: LayerKind {
  public init() {}

  public static let operations = ["global_average_pooling"]
  public var operation: String { "global_average_pooling" }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    return [input[0], input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    "reduce_mean(\(inputs[0]), axis=[1, 2])"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[1]
    var sums = [Double](repeating: 0, count: channels)
    inputs[0].withUnsafeElements { source in
      for pixel in stride(from: 0, to: source.count, by: channels) {
        for channel in 0..<channels {
          sums[channel] += Double(source[pixel + channel])
        }
      }
    }
    let pixels = Double(inputs[0].count / channels)
    return Tensor(shape: output, sums.map { Float($0 / pixels) })
  }
}
