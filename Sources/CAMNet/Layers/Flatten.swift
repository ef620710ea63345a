/// All values of feature maps in one row: (1, h, w, channels) → (1, h · w · channels).
public struct Flatten: LayerKind {
  /// Whether the row has one map after the other, as networks trained on channels × height × width have it, and not one place after
  /// the other.
  public let isByMaps: Bool

  public init(isByMaps: Bool = false) {
    self.isByMaps = isByMaps
  }

  public static let operations = ["flatten"]
  public var operation: String { "flatten" }

  public var settings: [String: String] { ["order": isByMaps ? "channels first" : "channels last"] }

  public var look: LayerLook { LayerLook("flatten") }

  public var neighborhood: Neighborhood { .whole }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["places": .number(shapes.inputs[0][1] * shapes.inputs[0][2]), "by_maps": .flag(isByMaps)]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    return [input[0], input[1] * input[2] * input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    "flatten(\(isByMaps ? "transpose(\(inputs[0]), (0, 3, 1, 2))" : inputs[0]))"
  }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    let maps = "transpose(\(input), (0, 3, 1, 2))"
    return isByMaps
      ? "transpose(\(gradient).reshape(\(maps).shape), (0, 2, 3, 1))"
      : "\(gradient).reshape(\(input).shape)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let maps = isByMaps ? Parameter(stored: inputs[0], axes: [0, 3, 1, 2]).tensor : inputs[0]
    return maps.reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let shape = call.inputs[0].shape
    guard isByMaps else { return LayerGradients(inputs: [gradient.reshaped(shape)]) }
    let maps = gradient.reshaped([shape[0], shape[3], shape[1], shape[2]])
    return LayerGradients(inputs: [Parameter(stored: maps, axes: [0, 2, 3, 1]).tensor])
  }
}
