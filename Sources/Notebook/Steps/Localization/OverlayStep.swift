import CAMNet

/// The maps over the photo, and the boxes around the classes' objects: the end of the method, which gives its explanations.
struct OverlayStep: WalkthroughStep {
  let name = "overlay"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "overlays = [blend(img, m, cmap='jet', alpha=0.5) for m in cam]",
      inputs: [context.enlarged(planning)], fields: context.fields(planning))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let overlays = try walk.explain(
      ClassActivationMapping().name, maps: walk.take(.maps).map(\.map),
      enlarged: walk.take(.enlarged), levels: walk.take(.levels),
      options: context.options)
    return StepOutcome(
      sentence: try walk.classFields(),
      figures: [.overlays(overlays, titles: try walk.titles(), words: walk.words)])
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line(step.code)
    guard let text = step.result.figures.first?.alternativeText else { return }
    cell.line("picture(side_by_side(overlays, 2, 224, bars), \(PythonLiteral.string(text)))")
    try cell.overlays(by: ClassActivationMapping().name, report, text)
  }
}
