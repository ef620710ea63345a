import CAMNet

/// The class activation maps: of the shown classes, and of the other named ones for exploring.
struct ClassMapStep: WalkthroughStep {
  var name: String { context.head.isExact ? "class_map" : "gradient_map" }
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    let (maps, channels) = (context.maps(planning), context.channels(planning))
    let features = context.head.features
    return StepPlan(
      code: "cam = einsum('ck,yxk->cyx', w, squeeze(\(features), axis=0))", assigns: "cam",
      inputs: [[context.classes, channels], planning.output(of: features)], output: maps,
      multiplyAdds: maps.elementCount * channels, fields: context.fields(planning))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let features = try walk.take(.features)
    let classes = try walk.take(.predictions).map(\.prediction.index)
    let maps =
      context.head.kind == .product
      ? try ClassActivationMap.maps(
        features: features, executor: walk.model.executor, of: classes) : try walk.take(.maps)
    for map in maps { try walk.check(map.map, of: map.classIndex) }
    walk.give(maps, as: .maps)
    let shown = maps.prefix(context.classes).map(\.map)
    let stacked = Tensor.stacked(shown)
    return StepOutcome(
      statistics: stacked.statistics,
      figures: [.maps(shown, titles: try walk.titles(), words: walk.words)], tensor: { stacked })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line(step.code)
    cell.show("cam", step)
    guard let figure = step.result.figures.first else { return }
    cell.line("bars = \(figure.content.bars.python("cam"))")
    try cell.figures(
      "side_by_side([colored(stretched(m), 'jet') for m in cam], 2, 224, bars)", step, columns: 2,
      edge: 224)
  }
}
