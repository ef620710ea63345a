import CAMNet

/// The trained weights, read before the walk.
struct WeightsStep: WalkthroughStep {
  let name = "weights"
  let section = Section.setup

  func plan(_ planning: Planning) -> StepPlan {
    let model = planning.model
    return StepPlan(
      code: "pretrained_weights = load(\(PythonLiteral.string(model.weightsName)))",
      fields: [
        "source": model.store.source, "embedded": model.weights == .embedded,
        "synthetic": model.isSynthetic, "in_memory": model.store.files.isEmpty,
        "parameters": Formatted.count(model.parameterCount),
      ])
  }

  func run(_ walk: Walk) -> StepOutcome { StepOutcome(took: walk.model.loading) }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line("pretrained_weights = load(weights_path)")
    cell.line("print(len(pretrained_weights), \"arrays\")")
    let count =
      report.model.isReadableByNumPy
      ? report.model.store.entries.count : report.model.model.network.parameters.count
    cell.printed("\(count) arrays")
  }
}

extension LoadedModel {
  /// The weights' file without its folder, `embedded`, or `synthetic:SEED`.
  var weightsName: String { store.source.split(separator: "/").last.map(String.init) ?? "" }

  /// How many values the network reads.
  var parameterCount: Int {
    model.network.parameters.reduce(0) { $0 + $1.shape.elementCount }
  }
}
