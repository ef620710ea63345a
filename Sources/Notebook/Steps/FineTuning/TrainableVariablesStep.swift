import CAMNet

/// The list of what fine-tuning would change.
struct TrainableVariablesStep: WalkthroughStep {
  let name = "trainable_variables"
  let section = Section.fineTuning

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "trainable_variables()", parameters: planning.model.trainableCount,
      fields: FineTuning.fields(logits: planning.model.logits))
  }

  func run(_ walk: Walk) -> StepOutcome {
    let (fineTuning, words) = (walk.model.fineTuning, walk.words)
    return StepOutcome(
      sentence: [
        "count": "\(fineTuning.variables.count)",
        "weights": "\(fineTuning.variables.count { $0.l2Loss != nil })",
        "values": Formatted.count(walk.model.trainableCount),
      ],
      table: StepTable(
        head: ["variable", "shape", "values", "l2_loss"].map { words.label("table.\($0)") },
        isNumeric: [false, false, true, true],
        rows: fineTuning.variables.map {
          [
            "\($0.declaration.name)", "\($0.declaration.shape)",
            Formatted.count($0.declaration.shape.elementCount),
            $0.l2Loss.map { Formatted.significant($0) } ?? "–",
          ]
        }))
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line("for name, values in \(step.code).items():")
    cell.line("    print(name, shape_text(values.shape))")
    for variable in report.model.fineTuning.variables {
      cell.printed("\(variable.declaration.name) \(variable.declaration.shape)")
    }
  }
}

extension LoadedModel {
  /// How many values fine-tuning would change.
  var trainableCount: Int {
    model.network.parameters.filter { $0.name.role.isTrainable }
      .reduce(0) { $0 + $1.shape.elementCount }
  }
}
