/// Dropout as it is at inference: nothing is dropped, values pass unchanged. Srivastava et al., 2014.
public struct Dropout: LayerKind {
  public init() {}

  public static let operations = ["dropout"]
  public var operation: String { "dropout" }

  public var look: LayerLook { LayerLook("dropout") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.one()
  }

  public func expression(_ inputs: [String]) -> String {
    "dropout(\(inputs[0]), keep_prob=1.0)"
  }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    gradient
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0]
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    LayerGradients(inputs: wanting.contains(.inputs) ? [gradient] : [])
  }
}
