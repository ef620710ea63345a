/// The mean of each feature map: (1, h, w, channels) → (1, channels). Lin et al., "Network in Network", 2014.
public struct GlobalAveragePooling: LayerKind {
  public init() {}

  public static let operations = ["global_average_pooling"]
  public var operation: String { "global_average_pooling" }

  public var look: LayerLook { LayerLook("average pool", .pooling) }

  public var neighborhood: Neighborhood { .whole }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    return [input[0], input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    "reduce_mean(\(inputs[0]), axis=[1, 2])"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[1]
    let pixels = inputs[0].count / channels
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        parallel(over: Split(channels, limit: 256)) { part in
          guard let source = source.baseAddress else { return }
          withUnsafeTemporaryAllocation(of: Double.self, capacity: part.count) { sums in
            guard let sums = sums.baseAddress else { return }
            sums.initialize(repeating: 0, count: part.count)
            for pixel in 0..<pixels {
              let values = source + pixel * channels + part.lowerBound
              for channel in 0..<part.count { sums[channel] += Double(values[channel]) }
            }
            for channel in 0..<part.count {
              destination[part.lowerBound + channel] = Float(sums[channel] / Double(pixels))
            }
          }
        }
      }
    }
  }
}
