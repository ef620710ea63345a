import CAMNet

/// The logits as probabilities, and the most probable classes.
struct SoftmaxStep: WalkthroughStep {
  let name: String
  let section = Section.prediction
  /// The layer that gives the logits.
  let logits: String
  private let scoring: Scoring
  /// How many classes are named at most.
  private static let count = 5

  init(logits: String, _ scoring: Scoring) {
    name = scoring == .softmax ? "softmax" : "sigmoids"
    self.logits = logits
    self.scoring = scoring
  }

  func plan(_ planning: Planning) -> StepPlan {
    let shape: Shape = [1, planning.model.classNames.count]
    return StepPlan(
      code: "probabilities = \(scoring.rawValue)(\(logits))", assigns: "probabilities",
      inputs: [shape],
      output: shape,
      fields: [
        "classes": Formatted.count(planning.model.classNames.count),
        "one": planning.model.classNames.count == 1,
      ])
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let (logits, words) = (try walk.take(.logits), walk.words)
    let probabilities = Tensor(
      shape: logits.shape, scoring.probabilities(logits.elements).map { Float($0) })
    let predictions = Prediction.top(Self.count, of: logits, scoring).map {
      LabelledPrediction(prediction: $0, label: walk.model.classNames[$0.index])
    }
    walk.give(predictions, as: .predictions)
    let table = StepTable(
      head: ["rank", "class", "logit", "probability"].map { words.label("table.\($0)") },
      isNumeric: [true, false, true, true],
      rows: predictions.map {
        [
          "\($0.prediction.rank)", $0.shownLabel,
          Formatted.significant(Double($0.prediction.logit)),
          Formatted.percent($0.prediction.probability),
        ]
      })
    return StepOutcome(
      statistics: probabilities.statistics, sentence: try walk.classFields(), table: table,
      tensor: { probabilities })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    let predictions = report.predictions
    let recorded = predictions.map { PythonLiteral.number($0.prediction.probability) }
    let list = "(\(recorded.joined(separator: ", "))\(recorded.count == 1 ? "," : ""))"
    let count = min(Self.count, report.model.classNames.count)
    cell.line(step.code)
    cell.show("probabilities", step)
    cell.line("for index, recorded in zip(top(\(logits), \(count)), \(list)):")
    cell.line("    print(agreed(probabilities[0, index], recorded), class_names[index])")
    for prediction in predictions {
      cell.printed(
        "\(Formatted.significant(prediction.prediction.probability)) \(prediction.label)")
    }
  }
}

extension Walk {
  /// The predictions whose maps are shown.
  func mapped() throws -> [LabelledPrediction] {
    Array(try take(.predictions).prefix(model.mappedClasses))
  }

  /// What sentences may name of those predictions: `label_1`, `index_1`, `probability_1`, and where there is a second class
  /// (`second`) the same of it.
  func classFields() throws -> Fields {
    let mapped = try mapped()
    var fields: Fields = ["second": mapped.count > 1]
    for (index, labelled) in mapped.enumerated() {
      fields["label_\(index + 1)"] = labelled.shortLabel
      fields["index_\(index + 1)"] = "\(labelled.prediction.index)"
      fields["probability_\(index + 1)"] = Formatted.percent(labelled.prediction.probability)
    }
    return fields
  }

  /// Titles for pictures of the predictions whose maps are shown.
  func titles() throws -> [String] {
    try mapped().map(words.title)
  }
}
