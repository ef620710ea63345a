import CAMNet

/// The gradient of the last product's weights, which a notebook computes by itself.
struct HeadGradientStep: WalkthroughStep {
  let name = "head_gradient"
  let section = Section.fineTuning
  let context: LossContext
  let product: LastProduct

  func plan(_ planning: Planning) -> StepPlan {
    let shape = planning.output(of: product.input)
    return StepPlan(
      code: "head_gradient = matmul(transpose(\(product.input)), \(context.logitsGradient))"
        + " + \(FineTuning.weightDecay) * W",
      inputs: [shape, [1, context.classes]], output: [shape[1], context.classes],
      multiplyAdds: shape[1] * context.classes,
      fields: context.fields.adding(["input": product.input, "has_bias": product.hasBiases]))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let gradients = try walk.take(.gradients)
    let (weights, biases) = (product.weights, product.biases)
    return StepOutcome(
      statistics: gradients.values[weights]?.statistics,
      sentence: [
        "norm": gradients.norms[weights].map { Formatted.significant($0) },
        "bias_norm": gradients.norms[biases].map { Formatted.significant($0) },
      ],
      tensor: gradients.values[weights].map { gradient in { gradient } })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line("W = variables[\"\(product.weights)\"]")
    cell.line(step.code)
    cell.show("np.float32(head_gradient)", step)
    guard let norm = step.result.statistics?.l2Norm else { return }
    cell.line("print(agreed(np.linalg.norm(head_gradient), \(PythonLiteral.number(norm))))")
    cell.printed(Formatted.significant(norm))
  }
}
