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

extension PRelu: LayeredOperator {
  /// Of feature maps or a row, with one slope for each channel or for all.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let form = inputs.form, let axis = inputs.channelAxis(0), inputs.isConstant(1) else {
      return nil
    }
    let input = try inputs.operands.shape(0)
    let slopes = try slopes(try inputs.operands.shape(1), for: input)
    let isShared = slopes.elementCount == 1
    guard isShared || slopes.isByChannel(input[axis], of: form) else { return nil }
    return [
      FastLayer(
        PReLU(isShared: isShared), [(0, form)], parameters: [(.scale, 1, nil)], output: form)
    ]
  }
}
