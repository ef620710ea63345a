import CAMNet

/// The maps scaled to bytes, each by its own range.
struct NormalizedStep: WalkthroughStep {
  let name = "normalized"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    let shape = context.enlarged(planning)
    return StepPlan(
      code: "cam = [uint8((m - m.min()) / (m.max() - m.min()) * 255) for m in cam]",
      inputs: [shape], output: shape, scalarType: "uint8", fields: context.fields(planning),
      isFingerprinted: false)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let levels = try walk.take(.enlarged).prefix(context.classes).map { $0.minMaxNormalized() }
    walk.give(levels, as: .levels)
    let (all, size) = (levels.flatMap { $0 }, walk.options.size)
    return StepOutcome(
      statistics: TensorStatistics(all),
      tensor: { Tensor(shape: [levels.count, size.height, size.width], all.map(Float.init)) })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    // The overlays' colours stand for these values, which are gone after this.
    let bars = report.overlaid(by: ClassActivationMapping().name).map(\.overlay.bar)
    cell.line("bars = \(bars.python("cam"))")
    cell.line(step.code)
    cell.show("np.stack(cam)", step)
  }
}
