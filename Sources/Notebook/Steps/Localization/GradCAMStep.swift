import CAMNet

extension GradCAM: WalkthroughMethod {
  func steps(_ context: MapContext) -> [any WalkthroughStep] { [GradCAMStep(context: context)] }
}

/// Grad-CAM's maps, and the check that they are the positive part of the class activation maps.
struct GradCAMStep: WalkthroughStep {
  let name = "grad_cam"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    let (maps, channels) = (context.maps(planning), context.channels(planning))
    let features = context.head.features
    let places = maps[1] * maps[2]
    let weights = context.head.isExact ? "w / \(places)" : "w"
    var fields = context.fields(planning)
    fields["places"] = Formatted.count(places)
    return StepPlan(
      keys: context.head.isExact ? [] : ["grad_cam.gradient"],
      code: "grad_cam = relu(einsum('ck,yxk->cyx', \(weights), squeeze(\(features), axis=0)))",
      assigns: "grad_cam", inputs: [[context.classes, channels], planning.output(of: features)],
      output: maps, multiplyAdds: maps.elementCount * channels, fields: fields)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let method = GradCAM()
    let evidence = Evidence(
      executor: walk.model.executor, features: try walk.take(.features))
    let maps = try walk.take(.maps).map { try GradCAM.positivePart(of: $0, evidence) }
    for (map, labelled) in zip(maps, try walk.take(.predictions)) {
      try walk.check(map, of: labelled.prediction.index)
    }
    let shown = Array(maps.prefix(context.classes))
    let enlarged = maps.map { $0.upsampledBilinearly(context.grid) }
    let overlays = try walk.explain(
      method.name, maps: maps, enlarged: enlarged,
      levels: enlarged.prefix(context.classes).map { $0.minMaxNormalized() },
      options: context.options)
    let stacked = Tensor.stacked(shown)
    let figures: [StepFigure] = [
      .maps(shown, titles: try walk.titles(), words: walk.words),
      .overlays(overlays, titles: try walk.titles(), words: walk.words),
    ]
    guard context.head.isExact else {
      return StepOutcome(statistics: stacked.statistics, figures: figures, tensor: { stacked })
    }
    let checks = zip(shown, try walk.take(.maps)).map { Identity(gradCAM: $0, cam: $1.map) }
    return StepOutcome(
      statistics: stacked.statistics,
      sentence: [
        "difference": Formatted.significant(checks.map(\.difference).max() ?? 0, 2),
        "holds": checks.allSatisfy(\.holds),
      ],
      table: table(Array(zip(try walk.mapped(), checks)), walk.words),
      figures: figures, tensor: { stacked })
  }

  /// Grad-CAM's map held against the positive part of the class activation map, divided by the number of places.
  private struct Identity {
    /// The two maps' sums.
    let gradCAM: Double
    let positivePart: Double
    /// The largest difference at a place, as a fraction of the class activation map's largest magnitude over the places.
    let difference: Double

    init(gradCAM map: Tensor, cam: Tensor) {
      let places = Double(cam.count)
      let expected = cam.elements.map { max(Double($0), 0) / places }
      let scale = cam.elements.reduce(0) { max($0, Double(abs($1))) } / places
      let largest = zip(map.elements, expected).map { abs(Double($0) - $1) }.max() ?? 0
      gradCAM = map.elements.reduce(0) { $0 + Double($1) }
      positivePart = expected.reduce(0, +)
      difference = scale > 0 ? largest / scale : largest
    }

    var holds: Bool { difference <= MapContext.roundingTolerance }
  }

  private func table(
    _ checks: [(LabelledPrediction, Identity)], _ words: Words
  ) -> StepTable {
    StepTable(
      head: ["class", "positive_part", "grad_cam"].map { words.label("table.\($0)") },
      isNumeric: [false, true, true],
      rows: checks.map { labelled, check in
        [
          labelled.shortLabel, Formatted.significant(check.positivePart, 6),
          Formatted.significant(check.gradCAM, 6),
        ]
      })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    let size = report.options.size
    cell.line(step.code)
    cell.show("grad_cam", step)
    if context.head.isExact { addCheck(&cell) }
    let figures = step.result.figures
    guard figures.count == 2 else { return }
    cell.line("enlarged = \(context.enlarging("grad_cam", size: size))")
    let pictures = [
      ("grad_cam", "colored(stretched(m), 'jet')"),
      ("enlarged", "blend(img, stretched(m), cmap='jet', alpha=0.5)"),
    ]
    for (figure, (maps, drawn)) in zip(figures, pictures) {
      cell.line("bars = \(figure.content.bars.python(maps))")
      cell.line(
        "picture(side_by_side([\(drawn) for m in \(maps)], 2, 224, bars),"
          + " \(PythonLiteral.string(figure.alternativeText)))")
    }
    try cell.picture(step.result.figures[0], columns: 2, edge: 224)
    try cell.overlays(by: GradCAM().name, report, step.result.figures[1].alternativeText)
  }

  /// Holds the maps against the positive part of the class activation maps.
  private func addCheck(_ cell: inout PythonCell) {
    cell.line("raw = einsum('ck,yxk->cyx', w, squeeze(\(context.head.features), axis=0))")
    cell.line("print(np.allclose(grad_cam * raw[0].size, relu(raw), atol=1e-4 * abs(raw).max()))")
    cell.printed("True")
  }
}
