import CAMNet

/// The classifier's weights of the classes whose maps are shown.
struct ClassWeightsStep: WalkthroughStep {
  let name = "class_weights"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    let channels = context.channels(planning)
    return StepPlan(
      code: "w = gather(transpose(W), [\(context.labels)])", assigns: "w",
      inputs: [[channels, planning.model.classNames.count]], output: [context.classes, channels],
      fields: context.fields(planning))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let classes = try walk.mapped().map(\.prediction.index)
    let executor = walk.model.executor
    let weights = Tensor.stacked(classes.map { executor.classWeights($0, context.head) })
    return StepOutcome(
      statistics: weights.statistics, sentence: try walk.classFields(), tensor: { weights })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    let (classifier, classes) = (context.head.classifier, context.classes)
    let comma = classes == 1 ? "," : ""
    cell.line("\(context.labels)\(comma) = top(\(classifier), \(classes))")
    cell.line("W = variables[\"\(classifier)/weights\"]")
    cell.line(step.code)
    cell.show("w", step)
  }
}
