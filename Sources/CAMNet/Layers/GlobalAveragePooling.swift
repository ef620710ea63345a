/// The mean of each feature map: (1, h, w, channels) → (1, channels), or (1, 1, 1, channels) where the axes are kept. Lin et al.,
/// "Network in Network", 2014.
public struct GlobalAveragePooling: LayerKind {
  /// Whether what is left are feature maps of one place, which convolutions can go on with.
  public let keepsAxes: Bool

  public init(keepsAxes: Bool = false) {
    self.keepsAxes = keepsAxes
  }

  public static let operations = ["global_average_pooling"]
  public var operation: String { "global_average_pooling" }

  public var settings: [String: String] { keepsAxes ? ["axes": "kept"] : [:] }

  public var look: LayerLook { LayerLook("average pool", .pooling) }

  public var neighborhood: Neighborhood { .whole }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    return keepsAxes ? [input[0], 1, 1, input[3]] : [input[0], input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    "reduce_mean(\(inputs[0]), axis=[1, 2]\(keepsAxes ? ", keepdims=True" : ""))"
  }

  public var isAffine: Bool { true }

  public func averagesAll(_ inputs: [Shape]) -> Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "np.ones_like(\(input)) * \(gradient).reshape(1, 1, 1, -1) / (\(input)[..., 0].size)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].channelSums(dividedBy: Double(inputs[0].shape[1] * inputs[0].shape[2]))
      .reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let input = call.inputs[0]
    let channels = gradient.count
    let share = gradient.elements.map { $0 / Float(input.count / channels) }
    return LayerGradients(inputs: [
      input.mapPixels(to: input.shape) { _, target, pixels in
        for pixel in 0..<pixels {
          (target + pixel * channels).initialize(from: share, count: channels)
        }
      }
    ])
  }
}
