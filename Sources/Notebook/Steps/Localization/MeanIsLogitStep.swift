import CAMNet

/// The check that a map's mean, and its class's bias, are the class's logit.
struct MeanIsLogitStep: WalkthroughStep {
  let name = "mean_is_logit"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "sums = reduce_mean(cam, axis=[1, 2])"
        + (context.head.classifierHasBiases ? " + b" : ""),
      assigns: "sums", inputs: [context.maps(planning)], output: [context.classes],
      fields: context.fields(planning))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let shown = Array(zip(try walk.take(.maps), try walk.mapped()))
    let sums = Tensor(shape: [shown.count], shown.map { Float($0.0.logit) })
    let difference =
      shown.map { abs($0.0.logit - Double($0.1.prediction.logit)) }.max() ?? 0
    // Rounding is relative to the maps' largest value.
    let size = shown.flatMap(\.0.map.elements).reduce(0) { max($0, Double(abs($1))) }
    return StepOutcome(
      statistics: sums.statistics,
      sentence: [
        "difference": Formatted.significant(difference, 2),
        "holds": difference <= MapContext.roundingTolerance * size,
      ],
      table: table(shown, walk.words), tensor: { sums })
  }

  private func table(
    _ shown: [(ClassActivationMap, LabelledPrediction)], _ words: Words
  ) -> StepTable {
    let hasBias = context.head.classifierHasBiases
    let columns = ["class", "mean"] + (hasBias ? ["bias"] : []) + ["sum", "logit"]
    return StepTable(
      head: columns.map { words.label("table.\($0)") },
      isNumeric: [false] + columns.dropFirst().map { _ in true },
      rows: shown.map { map, labelled in
        let bias = hasBias ? [Formatted.significant(Double(map.bias), 6)] : []
        return [labelled.shortLabel, Formatted.significant(map.mean, 6)] + bias
          + [
            Formatted.significant(map.logit, 6),
            Formatted.significant(Double(labelled.prediction.logit), 6),
          ]
      })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    let classifier = context.head.classifier
    if context.head.kind == .matrix, context.head.classifierHasBiases {
      cell.line("zeros = 0 * \(context.head.pooled ?? "")")
      for entry in context.entries.dropFirst() {
        cell.parameters(of: entry)
        cell.line("zeros = \(entry.layer.kind.expression(["zeros"]))")
      }
      cell.line("b = zeros[0, [\(context.labels)]]")
    } else if context.head.classifierHasBiases {
      cell.line("b = variables[\"\(classifier)/biases\"][[\(context.labels)]]")
    }
    cell.line(step.code)
    cell.show("sums", step)
    cell.line("print(np.allclose(sums, \(classifier)[0, [\(context.labels)]], rtol=1e-4))")
    cell.printed("True")
  }
}
