import Foundation

/// Each value divided by a power of what its neighbours along the channels hold at the same place: x / (bias + α / size · Σ x²)^β.
/// Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, whose α is that of ONNX divided by the size.
public struct LocalResponseNormalization: LayerKind {
  /// How many channels are summed, the value's own in their middle; of an even number there is one more above it.
  public let size: Int
  public let alpha: Float
  public let beta: Float
  public let bias: Float

  /// - Precondition: `size` is 1 or more.
  public init(size: Int, alpha: Float, beta: Float, bias: Float) {
    precondition(size > 0)
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
  }

  public static let operations = ["local_response_normalization"]
  public var operation: String { "local_response_normalization" }

  public var settings: [String: String] {
    ["size": "\(size)", "alpha": "\(alpha)", "beta": "\(beta)", "bias": "\(bias)"]
  }

  public var look: LayerLook { LayerLook("LRN") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    [
      "size": .number(size), "alpha": .text("\(alpha)"), "beta": .text("\(beta)"),
      "bias": .text("\(bias)"),
    ]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMap()
  }

  public func expression(_ inputs: [String]) -> String {
    "local_response_normalization(\(inputs[0]), \(size), \(alpha), \(beta), \(bias))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[3]
    return inputs[0].mapPixels(to: output) { source, target, pixels in
      var sums = [Float](repeating: 0, count: channels)
      for pixel in 0..<pixels {
        let (values, results) = (source + pixel * channels, target + pixel * channels)
        squares(values, &sums)
        for channel in 0..<channels {
          results[channel] = values[channel] * pow(sums[channel], -beta)
        }
      }
    }
  }

  /// What a value gives goes into its own result, and into those of its neighbours by their sums.
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let channels = gradient.shape[3]
    let factor = 2 * beta * alpha / Float(size)
    let (below, above) = ((size - 1) / 2, size / 2)
    return LayerGradients(inputs: [
      call.inputs[0].mapPixels(with: gradient) { source, slopes, target, pixels in
        var sums = [Float](repeating: 0, count: channels)
        var shares = [Float](repeating: 0, count: channels)
        for pixel in 0..<pixels {
          let place = pixel * channels
          let (values, results) = (source + place, target + place)
          squares(values, &sums)
          for channel in 0..<channels {
            results[channel] = slopes[place + channel] * pow(sums[channel], -beta)
            shares[channel] = results[channel] * values[channel] / sums[channel]
          }
          for channel in 0..<channels {
            let readers = max(channel - above, 0)...min(channel + below, channels - 1)
            results[channel] -=
              factor * values[channel] * readers.reduce(Float(0)) { $0 + shares[$1] }
          }
        }
      }
    ])
  }

  /// What each channel of a place is divided by a power of.
  private func squares(_ values: UnsafePointer<Float>, _ sums: inout [Float]) {
    let (below, above, last) = ((size - 1) / 2, size / 2, sums.count - 1)
    for channel in sums.indices {
      var sum: Float = 0
      for index in max(channel - below, 0)...min(channel + above, last) {
        sum += values[index] * values[index]
      }
      sums[channel] = bias + alpha / Float(size) * sum
    }
  }
}
