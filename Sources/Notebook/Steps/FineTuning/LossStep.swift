import CAMNet
import Foundation

/// The cross entropy of the network's own first answer.
struct LossStep: WalkthroughStep {
  let name = "loss"
  let section = Section.fineTuning
  /// The layer that gives the logits.
  let logits: String
  /// Whether no earlier step gave the label its name.
  let namesLabel: Bool

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "loss = sparse_softmax_cross_entropy_with_logits(\(logits), label_1)", assigns: "loss",
      inputs: [[1, planning.model.classNames.count]], output: [],
      fields: FineTuning.fields(logits: logits))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let first = try walk.take(.predictions)[0]
    let probability = first.prediction.probability
    let loss = Tensor(shape: [], [Float(-log(probability))])
    return StepOutcome(
      statistics: loss.statistics,
      sentence: [
        "label": first.shortLabel, "probability": Formatted.significant(probability),
        "loss": Formatted.significant(Double(loss[flat: 0])),
      ],
      tensor: { loss })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    if namesLabel { cell.line("label_1, = top(\(logits), 1)") }
    cell.line(step.code)
    cell.show("loss", step)
  }
}
