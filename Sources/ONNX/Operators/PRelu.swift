import CAMNet

/// `PRelu`: what is below 0 times a slope, one for each channel or for each value. He et al., 2015.
public struct PRelu: Operator {
  /// Whether a list of slopes is the channels', and not the last axis's.
  private let isOfChannels: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    isOfChannels = node.opset < 7
  }

  /// The shape in which slopes are repeated to make up the input's.
  private func slopes(_ shape: Shape, for input: Shape) throws(OperatorError) -> Shape {
    let isList = isOfChannels && shape.rank == 1 && shape[0] > 1 && input.rank >= 2
    let slopes =
      isList ? Shape(shape.dimensions + input.dimensions.dropFirst(2).map { _ in 1 }) : shape
    guard slopes.broadcast(with: input) == input else {
      throw OperatorError("has slopes of the shape \(shape) for \(input)")
    }
    return slopes
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.shape(0)
    _ = try slopes(try inputs.shape(1), for: input)
    return [ValueType(input)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let (input, slopes) = (try inputs.tensor(0), try inputs.tensor(1))
    let shape = try self.slopes(slopes.shape, for: input.shape)
    return [
      .floats(input.combined(slopes.reshaped(shape), input.shape) { $0 < 0 ? $0 * $1 : $0 })
    ]
  }
}
