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
    let scale = gamma.indices.map { gamma[$0] / (variance[$0] + epsilon).squareRoot() }
    return (scale, gamma.indices.map { beta[$0] - mean[$0] * scale[$0] })
  }
}
