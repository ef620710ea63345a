/// A row as feature maps of one place: (1, channels) → (1, 1, 1, channels). What follows can weigh whole maps by it.
public struct Unflatten: LayerKind {
  public init() {}

  public static let operations = ["unflatten"]
  public var operation: String { "unflatten" }

  public var look: LayerLook { LayerLook("unflatten") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.one()
    guard input.rank == 2 else { throw .rank(expected: 2, found: input) }
    return [input[0], 1, 1, input[1]]
  }

  public func expression(_ inputs: [String]) -> String { "unflatten(\(inputs[0]))" }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "flatten(\(gradient))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    LayerGradients(
      inputs: wanting.contains(.inputs) ? [gradient.reshaped(call.inputs[0].shape)] : [])
  }
}
