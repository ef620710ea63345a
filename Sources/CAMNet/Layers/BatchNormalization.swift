/// Batch normalization at inference: γ · (x − mean) / √(variance + ε) + β, channel by channel.
/// Ioffe and Szegedy, 2015, algorithm 2.
public struct BatchNormalization: Sendable, Hashable {
  public let epsilon: Float

  public init(epsilon: Float) {
    self.epsilon = epsilon
  }

  static let roles: [ParameterRole] = [.scale, .shift, .mean, .variance]

  /// The two numbers a channel that normalization comes to: x · scale + shift.
  func affine(_ parameters: LayerParameters) -> (scale: [Float], shift: [Float]) {
    let gamma = parameters[.scale].tensor.elements
    let beta = parameters[.shift].tensor.elements
    let mean = parameters[.mean].tensor.elements
    let variance = parameters[.variance].tensor.elements
    // In double precision, so that each is rounded once. The shift is that of the rounded scale: the two belong together.
    let scale = gamma.indices.map {
      Float(Double(gamma[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot())
    }
    let shift = gamma.indices.map {
      Float(Double(beta[$0]) - Double(mean[$0]) * Double(scale[$0]))
    }
    return (scale, shift)
  }

  /// The gradient of γ: for each channel Σ gradient · (x − mean) / √(variance + ε).
  /// - Parameters:
  ///   - products: for each channel Σ gradient · x.
  ///   - sums: for each channel Σ gradient.
  ///   - biases: what x has yet to be given, a number a channel; none where it lacks nothing.
  func scaleGradient(
    _ products: [Double], sums: Tensor, _ parameters: LayerParameters, biases: [Float]? = nil
  ) -> Tensor {
    let mean = parameters[.mean].tensor.elements
    let variance = parameters[.variance].tensor.elements
    return Tensor(
      shape: sums.shape,
      products.indices.map { channel in
        let centre = Double(mean[channel] - (biases?[channel] ?? 0))
        let deviation = Double(variance[channel] + epsilon).squareRoot()
        return Float((products[channel] - centre * Double(sums[flat: channel])) / deviation)
      })
  }
}
