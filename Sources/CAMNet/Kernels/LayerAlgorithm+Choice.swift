extension LayerAlgorithm {
  /// The algorithm that a convolution takes: the cheapest that fits it and the options.
  ///
  /// Winograd's algorithms round more than the direct one: they are left out where the options ask for precision.
  static func choice(
    for convolution: Convolution, input: Shape, output: Shape, _ options: ExecutionOptions
  ) -> LayerAlgorithm {
    let window = convolution.window
    let fits =
      window.height == 3 && window.width == 3 && window.strides == 1 && window.dilations == 1
      && convolution.groups == 1
    guard fits, !options.isPrecise else { return .direct }
    if let wanted = options.algorithm { return wanted }
    // With so few channels, transforms cost more than products.
    guard input[3] >= 16, output[3] >= 16 else { return .direct }
    let cost = ConvolutionCost(
      input: input, output: output, keepsWeights: options.keptWeights == .all)
    return choices.min { cost.nanoseconds($0) < cost.nanoseconds($1) } ?? .direct
  }
}

/// A model of what a 3×3 convolution costs. Its rates are fitted to thirty layers of networks on two cores with AVX-512
/// (docs/PERFORMANCE.md); only the rates' proportions matter.
private struct ConvolutionCost {
  let input: Shape
  let output: Shape
  let keepsWeights: Bool

  /// The rate of products, in floating-point operations a nanosecond.
  private static let products = 480.0
  /// The rate at which weights are read from memory, in bytes a nanosecond: half of the time is hidden behind the products.
  private static let reading = 60.0
  /// Nanoseconds that a value of the input takes at each Winograd position: it is made, stored and read.
  private static let inputTransform = 0.4
  /// Nanoseconds that a value of the output takes at each Winograd position.
  private static let outputTransform = 0.05
  /// Nanoseconds that a kernel's value takes at each Winograd position: it is made from nine weights, stored and read.
  private static let preparation = 0.06

  /// The time in nanoseconds that the convolution is expected to take by an algorithm.
  func nanoseconds(_ algorithm: LayerAlgorithm) -> Double {
    let pairs = Double(input[3] * output[3])
    guard let tile = algorithm.tile else {
      let multiplications = 9 * Double(output[1] * output[2]) * pairs
      return 2 * multiplications / Self.products + 9 * 4 * pairs / Self.reading
    }
    let positions = Double((tile + 2) * (tile + 2))
    let tiles = Double(((output[1] + tile - 1) / tile) * ((output[2] + tile - 1) / tile))
    let weights = keepsWeights ? 4 / Self.reading : Self.preparation
    let transforms =
      Double(input[3]) * Self.inputTransform + Double(output[3]) * Self.outputTransform
    return positions
      * (2 * tiles * pairs / Self.products + tiles * transforms + pairs * weights)
  }
}
