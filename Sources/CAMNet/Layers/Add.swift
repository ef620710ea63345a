/// Two tensors of one shape, added element by element: the residual connection of He et al., 2015.
public struct Add: LayerKind {
  public init() {}

  public static let operations = ["add"]
  public var operation: String { "add" }

  public var look: LayerLook { LayerLook("add") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else { throw .inputCount(expected: 2, found: inputs.count) }
    guard inputs[0] == inputs[1] else { throw .differentShapes(inputs[0], inputs[1]) }
    return inputs[0]
  }

  public func expression(_ inputs: [String]) -> String {
    inputs.joined(separator: " + ")
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].adding(inputs[1])
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    LayerGradients(inputs: wanting.contains(.inputs) ? [gradient, gradient] : [])
  }
}
