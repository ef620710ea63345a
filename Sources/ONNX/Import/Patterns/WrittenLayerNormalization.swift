import CAMNet

/// Layer normalization as graphs write it that have no operator for it: the mean taken away, the rest divided by the root of its mean
/// square, then scale and shift.
enum WrittenLayerNormalization: GraphPattern {
  static func match(_ mean: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch? {
    guard mean.node.operation == "ReduceMean", let shape = mean.inputTypes.first??.shape,
      shape.rank > 1, let axis = meanAxis(mean)
    else { return nil }
    let x = mean.node.inputs[0]
    // Some exporters subtract once for the square and once for the quotient.
    let differences = links.readers(mean)
    guard !differences.isEmpty,
      differences.allSatisfy({
        $0.node.operation == "Sub" && $0.node.inputs == [x, mean.output]
      })
    else { return nil }
    let readers = differences.flatMap(links.readers)
    guard let square = readers.first(where: { isSquare($0, links) }),
      let variance = links.reader(square, "ReduceMean"), meanAxis(variance) == axis,
      let sum = links.reader(variance, "Add"), let added = sum.input(besides: variance.output),
      let epsilon = links.number(added), let root = links.reader(sum, "Sqrt"),
      let quotient = links.reader(root, "Div"), quotient.node.inputs[1] == root.output,
      Set(readers.map(\.output)) == [square.output, quotient.output],
      let scaled = links.reader(quotient, "Mul"),
      let scale = scaled.input(besides: quotient.output), links.isConstant(scale),
      let shifted = links.reader(scaled, "Add"),
      let shift = shifted.input(besides: scaled.output), links.isConstant(shift)
    else { return nil }
    let steps = [mean, square, variance, sum, root, quotient, scaled] + differences
    return PatternMatch(
      inputs: [x, scale, shift], inner: Set(steps.map(\.output)), output: shifted.output,
      layer: { (inputs: NodeInputs) throws(OperatorError) in
        try LayerNormalization(axis: axis, epsilon: epsilon).layers(inputs)?.first
      })
  }

  /// The one axis along which means are made that are kept as an axis of one; nil where there are others.
  private static func meanAxis(_ step: ImportedGraph.Step) -> Int? {
    guard let from = step.inputTypes.first??.shape, let to = step.types.first?.shape,
      from.rank == to.rank
    else { return nil }
    let axes = from.dimensions.indices.filter { from[$0] != to[$0] }
    return axes.count == 1 ? axes[0] : nil
  }

  /// Whether a step is its input times itself.
  private static func isSquare(_ step: ImportedGraph.Step, _ links: GraphLinks) -> Bool {
    switch step.node.operation {
    case "Pow": links.number(step.node.inputs[1]) == 2
    case "Mul": step.node.inputs[0] == step.node.inputs[1]
    default: false
    }
  }
}
