import CAMNet

/// What training lowers: the cross entropy and the weight decay together.
struct TotalLossStep: WalkthroughStep {
  static let key = "total_loss"
  let name = TotalLossStep.key
  let section = Section.fineTuning
  let context: LossContext

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "total_loss = loss + weight_decay", inputs: [[], []], output: [],
      fields: context.fields)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let losses = Losses(
      crossEntropy: try walk.take(.crossEntropy).value,
      weightDecay: walk.model.fineTuning.weightDecayLoss)
    let total = Tensor(shape: [], [Float(losses.total)])
    return StepOutcome(
      statistics: total.statistics,
      sentence: [
        "loss": Formatted.significant(losses.crossEntropy, 6),
        "weight_decay": Formatted.significant(losses.weightDecay, 6),
        "total_loss": Formatted.significant(losses.total, 6),
      ],
      tensor: { total })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line(step.code)
    cell.show("np.float32(total_loss)", step)
  }
}

/// A loss by its two parts.
struct Losses: Sendable {
  let crossEntropy: Double
  let weightDecay: Double

  var total: Double { crossEntropy + weightDecay }
}
