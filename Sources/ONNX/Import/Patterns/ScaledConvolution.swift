import CAMNet

/// A convolution whose maps are multiplied by a constant each and have one added, as Keras' exporters write batch normalization and
/// Caffe's its `Scale`: both are a part of the kernels and the biases.
enum ScaledConvolution: GraphPattern {
  static func match(_ convolution: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch? {
    guard let operation = convolution.operation as? ConvolutionOperator,
      let channels = convolution.types.first?.shape[1]
    else { return nil }
    let names = convolution.node.inputs
    let ownBiases = names.count > 2 && !names[2].isEmpty ? names[2] : nil
    var affine = [Affine](repeating: Affine(), count: channels)
    var biases = ownBiases
    var (last, inner, isByChannel) = (convolution, Set<String>(), false)
    while let next = links.reader(last, "Mul", "Add", "Sub", "Div"),
      let constant = next.input(besides: last.output),
      let numbers = links.numbers(constant, of: channels)
    {
      let isFirst = next.node.inputs[0] == last.output
      if next.node.operation == "Div", !isFirst || numbers.contains(0) { break }
      for channel in 0..<channels {
        affine[channel] = affine[channel].followed(
          by: next.node.operation, numbers[channel % numbers.count], isFirst: isFirst)
      }
      if ["Add", "Sub"].contains(next.node.operation), biases == nil { biases = constant }
      if numbers.count == channels { isByChannel = true }
      inner.insert(last.output)
      last = next
    }
    // The kernels, which are large, are read where they change.
    guard isByChannel, let kernels = links.ownConstant(names[1]) else { return nil }
    var own = [Float](repeating: 0, count: channels)
    if let ownBiases {
      guard let values = links.ownConstant(ownBiases) else { return nil }
      own = values.elements
    }
    let each = kernels.count / max(channels, 1)
    var constants = [
      names[1]: Operand.Constant.computed(
        .floats(
          Tensor(
            shape: kernels.shape,
            kernels.elements.enumerated().map {
              Float(Double($0.element) * affine[$0.offset / each].scale)
            })))
    ]
    if let biases {
      constants[biases] = .computed(
        .floats(
          Tensor(
            shape: [channels],
            zip(affine, own).map { Float(Double($1) * $0.scale + $0.shift) })))
    }
    return PatternMatch(
      inputs: [names[0], names[1]] + (biases.map { [$0] } ?? []), inner: inner,
      output: last.output, constants: constants,
      layer: { (inputs: NodeInputs) throws(OperatorError) in try operation.layers(inputs)?.first })
  }
}

/// x · scale + shift.
private struct Affine {
  var scale = 1.0
  var shift = 0.0

  /// What it is followed by an operation with a number.
  func followed(by operation: String, _ number: Double, isFirst: Bool) -> Affine {
    switch operation {
    case "Mul": Affine(scale: scale * number, shift: shift * number)
    case "Div": Affine(scale: scale / number, shift: shift / number)
    case "Add": Affine(scale: scale, shift: shift + number)
    default:
      isFirst
        ? Affine(scale: scale, shift: shift - number) : Affine(scale: -scale, shift: number - shift)
    }
  }
}
