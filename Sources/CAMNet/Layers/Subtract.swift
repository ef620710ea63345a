/// The difference of two tensors of one shape, value by value. What subtracts constants is called `subtract` in records already.
public struct Subtract: LayerKind {
  public init() {}

  public static let operations = ["difference"]
  public var operation: String { "difference" }

  public var look: LayerLook { LayerLook("difference") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else { throw .inputCount(expected: 2, found: inputs.count) }
    guard inputs[0] == inputs[1] else { throw .differentShapes(inputs[0], inputs[1]) }
    return inputs[0]
  }

  public func expression(_ inputs: [String]) -> String { "\(inputs[0]) - \(inputs[1])" }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { first in
        inputs[1].withUnsafeElements { second in
          parallel(over: Split(output.elementCount, limit: 16_384)) { part in
            guard let first = first.baseAddress, let second = second.baseAddress,
              let target = destination.baseAddress
            else { return }
            for index in part { target[index] = first[index] - second[index] }
          }
        }
      }
    }
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let zeros = Tensor(shape: gradient.shape, repeating: 0)
    return LayerGradients(inputs: [
      gradient, forward([zeros, gradient], parameters: call.parameters, output: gradient.shape),
    ])
  }
}
