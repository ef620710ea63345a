import CAMNet

/// GELU as graphs write it that have no operator for it: x · ½ · (1 + erf(x / √2)), its factors in any order.
enum WrittenGELU: GraphPattern {
  static func match(_ erf: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch? {
    guard erf.node.operation == "Erf", let argument = links.maker(erf.node.inputs[0], "Mul", "Div"),
      let (x, factor) = scaled(argument, links), abs(factor - 0.5.squareRoot()) < 1e-6,
      let sum = links.reader(erf, "Add"), let one = sum.input(besides: erf.output),
      links.number(one) == 1
    else { return nil }
    // What is multiplied after that is x and a half, in this order, in the other, or their product.
    var inner: Set = [argument.output, erf.output]
    var (last, hasArgument, hasHalf) = (sum, false, false)
    while !hasArgument || !hasHalf {
      guard let product = links.reader(last, "Mul", "Div"),
        let other = product.input(besides: last.output)
      else { return nil }
      if other == x, !hasArgument, product.node.operation == "Mul" {
        hasArgument = true
      } else if let (value, factor) = scaled(product, links), value == last.output, factor == 0.5,
        !hasHalf
      {
        hasHalf = true
      } else if !hasArgument, !hasHalf, product.node.operation == "Mul",
        let half = links.maker(other, "Mul", "Div"), let (value, factor) = scaled(half, links),
        value == x, factor == 0.5
      {
        (hasArgument, hasHalf) = (true, true)
        inner.insert(half.output)
      } else {
        return nil
      }
      inner.insert(last.output)
      last = product
    }
    return PatternMatch(
      inputs: [x], inner: inner, output: last.output,
      layer: { (inputs: NodeInputs) throws(OperatorError) in
        inputs.form.map { FastLayer(ActivationFunction(.gelu), [(0, $0)], output: $0) }
      })
  }

  /// What a product or a quotient multiplies by a number, and that number.
  private static func scaled(
    _ step: ImportedGraph.Step, _ links: GraphLinks
  ) -> (value: String, factor: Double)? {
    let (first, second) = (step.node.inputs[0], step.node.inputs[1])
    if let number = links.number(second) {
      return (first, step.node.operation == "Div" ? 1 / Double(number) : Double(number))
    }
    guard step.node.operation == "Mul", let number = links.number(first) else { return nil }
    return (second, Double(number))
  }
}
