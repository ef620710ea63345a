/// Two tensors of one shape, added element by element, with the activation that follows: the residual connection of He et al.,
/// 2015.
public struct Add: LayerKind {
  public let activation: Activation

  public init(activation: Activation = .none) {
    self.activation = activation
  }

  public static let operations = ["add"]
  public var operation: String { "add" }

  public var settings: [String: String] {
    activation == .none ? [:] : ["activation": activation.rawValue]
  }

  public var look: LayerLook { LayerLook("add") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["relu": .flag(activation == .relu), "relu6": .flag(activation == .relu6)]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else { throw .inputCount(expected: 2, found: inputs.count) }
    guard inputs[0] == inputs[1] else { throw .differentShapes(inputs[0], inputs[1]) }
    return inputs[0]
  }

  public func expression(_ inputs: [String]) -> String {
    activation.wrap(inputs.joined(separator: " + "))
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].adding(inputs[1], range: activation.range)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let (passed, _) = activation.backward(gradient, output: call.output, call.options.kernels)
    return LayerGradients(inputs: [passed, passed])
  }
}
