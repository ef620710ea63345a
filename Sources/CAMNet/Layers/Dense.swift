/// A product with a matrix, (1, in) × (in, out) → (1, out), and a bias where there is one.
public struct Dense: LayerKind {
  public let outputs: Int
  public let hasBiases: Bool

  public init(outputs: Int, hasBiases: Bool) {
    self.outputs = outputs
    self.hasBiases = hasBiases
  }

  public static let operations = ["dense"]
  public var operation: String { "dense" }

  public var settings: [String: String] {
    var settings = ["outputs": "\(outputs)"]
    settings["biases"] = hasBiases ? "yes" : nil
    return settings
  }

  public var look: LayerLook { LayerLook("dense", .dense) }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.one()
    guard input.rank == 2 else { throw .rank(expected: 2, found: input) }
    return [input[0], outputs]
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    [(.weights, [inputs[0][1], outputs])] + (hasBiases ? [(.biases, [outputs])] : [])
  }

  public func multiplyAdds(for inputs: [Shape], output: Shape) -> Int {
    inputs[0].elementCount * outputs
  }

  public func expression(_ inputs: [String]) -> String {
    "matmul(\(inputs[0]), W)" + (hasBiases ? " + b" : "")
  }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "matmul(\(gradient), transpose(W))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let product = vectorTimesMatrix(inputs[0], parameters[.weights], output: output)
    guard hasBiases else { return product }
    let biases = parameters[.biases].tensor.elements
    return Tensor(shape: output, zip(product.elements, biases).map { $0 + $1 })
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      // W · gradient: the same product, with the matrix's axes exchanged.
      let weights = call.parameters[.weights]
      let transposed = Parameter(stored: weights.stored, axes: weights.axes.reversed())
      gradients.inputs = [vectorTimesMatrix(gradient, transposed, output: call.inputs[0].shape)]
    }
    if wanting.contains(.parameters) {
      let inputs = call.inputs[0].elements
      gradients.parameters[.weights] = Tensor(shape: [inputs.count, outputs]) { destination in
        gradient.withUnsafeElements { gradient in
          parallel(over: Split(inputs.count, limit: 64)) { rows in
            guard let gradient = gradient.baseAddress, let target = destination.baseAddress else {
              return
            }
            for row in rows {
              let (input, line) = (inputs[row], target + row * outputs)
              for output in 0..<outputs { line[output] = input * gradient[output] }
            }
          }
        }
      }
      if hasBiases { gradients.parameters[.biases] = gradient.reshaped([outputs]) }
    }
    return gradients
  }
}
