import CAMNet

/// The loss that keeps weights small.
struct WeightDecayStep: WalkthroughStep {
  let name = "weight_decay"
  let section = Section.fineTuning
  /// The layer that gives the logits; nil where the network has none.
  let logits: String?

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "weight_decay = \(FineTuning.weightDecay) * sum(l2_loss(W) for W in weights)",
      output: [], fields: FineTuning.fields(logits: logits))
  }

  func run(_ walk: Walk) -> StepOutcome {
    let fineTuning = walk.model.fineTuning
    let loss = Tensor(shape: [], [Float(fineTuning.weightDecayLoss)])
    return StepOutcome(
      statistics: loss.statistics,
      sentence: [
        "decay": "\(FineTuning.weightDecay)",
        "l2_loss": Formatted.significant(fineTuning.l2Loss, 6),
        "weight_decay": Formatted.significant(fineTuning.weightDecayLoss, 6),
      ],
      tensor: { loss })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line(
      "weights = [values for name, values in trainable_variables().items() if name.endswith(\"/weights\")]"
    )
    cell.line(step.code)
    cell.show("np.float32(weight_decay)", step)
  }
}
