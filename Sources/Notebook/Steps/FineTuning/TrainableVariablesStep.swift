import CAMNet

/// The list of what fine-tuning would change.
struct TrainableVariablesStep: WalkthroughStep {
  let name = "trainable_variables"
  let section = Section.fineTuning
  /// What there is to know of the loss whose gradients are shown; nil where none are.
  let gradients: LossContext?

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "trainable_variables()", parameters: planning.model.trainableCount,
      fields: FineTuning.fields(logits: planning.model.logits)
        .adding(["gradients": gradients != nil]))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let (fineTuning, words) = (walk.model.fineTuning, walk.words)
    let norms = try gradients.map { try self.norms(walk, $0) }
    let columns = ["variable", "shape", "values", "l2_loss"] + (norms == nil ? [] : ["gradient"])
    return StepOutcome(
      sentence: [
        "count": "\(fineTuning.variables.count)",
        "weights": "\(fineTuning.variables.count { $0.l2Loss != nil })",
        "values": Formatted.count(walk.model.trainableCount),
      ],
      table: StepTable(
        head: columns.map { words.label("table.\($0)") },
        isNumeric: [false, false] + columns.dropFirst(2).map { _ in true },
        rows: fineTuning.variables.map { variable in
          let norm = norms.map { [Formatted.significant($0[variable.declaration.name] ?? 0)] }
          return [
            "\(variable.declaration.name)", "\(variable.declaration.shape)",
            Formatted.count(variable.declaration.shape.elementCount),
            variable.l2Loss.map { Formatted.significant($0) } ?? "–",
          ] + (norm ?? [])
        }))
  }

  /// Computes the gradients for the steps after this one, and gives their lengths.
  private func norms(_ walk: Walk, _ context: LossContext) throws -> [ParameterName: Double] {
    let seed = try walk.take(.crossEntropy).gradient(walk.take(.logits))
    let gradients = try LossGradients(
      walk.model.executor, walk.take(.pass).kept, input: walk.networkInput(),
      seed: [context.logits: seed])
    walk.give(gradients, as: .gradients)
    return gradients.norms
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
