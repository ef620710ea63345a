/// Which algorithm a convolution takes, by a model of what each costs in nanoseconds.
///
/// Its numbers were measured on two cores with AVX-512; only their proportions matter, and those change little.
struct AlgorithmChoice {
  /// Products by the micro-kernel, floating-point operations a nanosecond.
  private static let flops = 380.0
  /// Memory that is streamed through, bytes a nanosecond.
  private static let bandwidth = 25.0
  /// Transformed weights written, bytes a nanosecond.
  private static let preparation = 12.0

  static func prefersWinograd(
    _ convolution: Convolution, input: Shape, output: Shape, _ options: ExecutionOptions
  ) -> Bool {
    let window = convolution.window
    guard !options.isPrecise, window.height == 3, window.width == 3, window.stride == 1,
      window.dilation == 1, convolution.groups == 1, input[3] >= 16, output[3] >= 16
    else { return false }
    let pairs = Double(input[3] * output[3])
    let tiles = Double((output[1] + 3) / 4 * ((output[2] + 3) / 4))
    let pixels = Double(output[1] * output[2])
    let direct = 2 * 9 * pixels * pairs / flops + 4 * 9 * pairs / bandwidth
    let transforms = 2 * 4 * 36 * tiles * Double(input[3] + output[3]) / bandwidth
    var winograd = 2 * 36 * tiles * pairs / flops + transforms + 4 * 36 * pairs / bandwidth
    if !options.keepsWeights { winograd += 4 * 36 * pairs / preparation }
    return winograd < direct
  }
}
