import CAMNet

/// The cross entropy of the photo's label, or of the network's own first answer.
struct LossStep: WalkthroughStep {
  let name = "loss"
  let section = Section.fineTuning
  let context: LossContext
  /// Whether no earlier step gave the network's first answer its name.
  let namesLabel: Bool

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "loss = \(context.crossEntropy(of: context.logits))", assigns: "loss",
      inputs: [[1, context.classes]], output: [], fields: context.fields)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let label = try context.options.label ?? walk.take(.predictions)[0].prediction.index
    let crossEntropy = CrossEntropy(try walk.take(.logits), label: label)
    walk.give(crossEntropy, as: .crossEntropy)
    let logit = Formatted.significant(crossEntropy.logit, 8)
    let loss = Tensor(shape: [], [Float(crossEntropy.value)])
    return StepOutcome(
      statistics: loss.statistics,
      sentence: [
        "given": context.options.label != nil, "index": "\(label)",
        "label": walk.model.classNames[label].firstSynonym,
        "probability": Formatted.significant(crossEntropy.softmax.probability(of: label)),
        "log_sum": Formatted.significant(crossEntropy.softmax.logSum, 8),
        "logit": crossEntropy.logit < 0 ? "(\(logit))" : logit,
        "loss": Formatted.significant(Double(loss[flat: 0])),
      ],
      tensor: { loss })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    if namesLabel { cell.line("label_1, = top(\(context.logits), 1)") }
    cell.line(step.code)
    cell.show("np.float32(loss)", step)
  }
}
