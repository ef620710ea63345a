import CAMNet

/// Values that are laid in a row and gathered one after the other into the shape that they had, as PyTorch's newer exporter writes a
/// view of strides: nothing is done to them.
enum GatheredInOrder: GraphPattern {
  static func match(_ row: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch? {
    guard row.node.operation == "Reshape", row.types.first?.shape.rank == 1,
      let gather = links.reader(row, "Gather"), gather.node.inputs[0] == row.output,
      gather.types.first?.shape == row.inputTypes.first??.shape,
      let order = links.integers(gather.node.inputs[1]), order == Array(order.indices)
    else { return nil }
    return PatternMatch(
      inputs: [row.node.inputs[0]], inner: [row.output], output: gather.output,
      layer: { (inputs: NodeInputs) throws(OperatorError) in
        inputs.form.map { FastLayer(passing: $0, as: $0) }
      })
  }
}
