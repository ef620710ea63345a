import Foundation
import Plot
import Training

extension TrainingDocument {
  init(_ record: TrainingRecord, _ trained: TrainedNetwork?, _ words: Words) throws {
    let writer = TrainingWriter(record: record, trained: trained, words: words)
    title = words.label("training.title", ["model": record.title])
    headline = writer.headline
    warnings = writer.warnings
    sections = [
      Section(key: "result", title: words.label("training.result"), blocks: writer.result),
      Section(key: "curves", title: words.label("training.curves"), blocks: writer.curves),
      Section(key: "classes", title: words.label("training.classes"), blocks: writer.classes),
      Section(
        key: "mistakes", title: words.label("training.mistakes"), blocks: try writer.mistakes()),
      Section(key: "evidence", title: words.label("training.evidence"), blocks: writer.evidence),
      Section(key: "data", title: words.label("training.data"), blocks: try writer.data()),
      Section(key: "variables", title: words.label("training.variables"), blocks: writer.variables),
      Section(key: "repeat", title: words.label("training.repeat"), blocks: writer.repetition),
    ].filter { !$0.blocks.isEmpty }
  }
}

/// What a training's report says, section by section.
struct TrainingWriter {
  typealias Block = TrainingDocument.Block

  let record: TrainingRecord
  let trained: TrainedNetwork?
  let words: Words

  var names: [String] { record.data.classes.map(\.name) }

  func text(_ key: String, _ fields: Fields = [:]) -> String {
    words.title(["training.\(key)"], fields)
  }

  func label(_ key: String, _ fields: Fields = [:]) -> String {
    words.label("training.\(key)", fields)
  }

  func table(_ head: [String], numeric: [Bool], _ rows: [[String]]) -> Block {
    .table(StepTable(head: head.map { label("table.\($0)") }, isNumeric: numeric, rows: rows))
  }

  var headline: String {
    guard let evaluation = record.evaluation else { return text("headline.none") }
    return text(
      "headline",
      [
        "right": "\(evaluation.right)", "total": "\(evaluation.photos.count)",
        "kept": evaluation.isValidation,
      ])
  }

  /// What makes numbers below worth less than they look.
  var warnings: [String] {
    var warnings: [String] = []
    if record.ending == .diverged {
      warnings.append(text("diverged", ["epoch": "\(record.epochs.count + 1)"]))
    }
    if let evaluation = record.evaluation, !evaluation.isValidation {
      let isCopied = record.data.duplicates.contains { $0.moved != nil }
      warnings.append(text(isCopied ? "all_copies" : "unjudged"))
    }
    if let (largest, small) = record.data.imbalance {
      warnings.append(
        text(
          "unbalanced",
          [
            "most": largest.name, "count": "\(largest.photos)",
            "small": small.map { "'\($0.name)' \($0.photos)" }.joined(separator: ", "),
          ]))
    }
    let left = record.data.duplicates.filter { $0.moved == nil }
    if !left.isEmpty {
      warnings.append(text("leaking", ["count": "\(left.count)", "several": left.count > 1]))
    }
    for (index, evidence) in (record.evaluation?.evidence ?? []).enumerated()
    where evidence.isFixed && index < names.count {
      warnings.append(text("fixed", ["class": names[index]]))
    }
    return warnings
  }

  var result: [Block] {
    var blocks: [Block] = []
    if let best = record.bestEpoch, record.epochs.indices.contains(best) {
      let key: String? =
        switch record.ending {
        case .epochs: "ended.epochs"
        case .patience: "ended.patience"
        case .diverged: nil
        }
      if let key {
        blocks.append(
          .text(
            text(
              key,
              [
                "epochs": "\(record.epochs.count)", "best": "\(best + 1)",
                "judged": record.epochs.first?.validation != nil,
              ])))
      }
      let epoch = record.epochs[best]
      let rows =
        [("losses.training", epoch.training)]
        + (epoch.validation.map {
          [("losses.validation", $0)]
        } ?? [])
      blocks.append(
        table(
          ["photos", "cross_entropy", "weight_decay", "total", "accuracy"],
          numeric: [false, true, true, true, true],
          rows.map { key, losses in
            [
              label(key), Formatted.significant(losses.crossEntropy),
              Formatted.significant(losses.weightDecay), Formatted.significant(losses.total),
              Formatted.share(losses.accuracy),
            ]
          }))
    }
    if let options = optionRows { blocks.append(options) }
    if record.variables.contains(where: { $0.name.hasSuffix("/scale") }) {
      blocks.append(.text(text("normalization")))
    }
    if !record.output.isEmpty, record.ending != .diverged {
      blocks.append(.text(text("use")))
      blocks.append(.code("camreport photo.jpg --weights \(record.output.shellQuoted) --html out/"))
    }
    return blocks
  }

  /// What was trained, and how.
  private var optionRows: Block? {
    let options = record.options
    let trained: String =
      switch options.trained {
      case .head: label("trained.head")
      case .all: label("trained.all")
      case .layers(let names): names.joined(separator: ", ")
      }
    let rate =
      options.learningRate.map { Formatted.significant($0) }
      ?? record.rangeTest.map { label("rate.found", ["rate": Formatted.significant($0.chosen)]) }
      ?? "–"
    let rows: [(String, String)] = [
      ("model", record.title), ("weights", record.weights), ("trained", trained),
      ("optimizer", options.optimizer.summary), ("rate", rate), ("schedule", options.schedule),
      ("batch", "\(options.batch)"), ("decay", Formatted.significant(options.weightDecay)),
      ("smoothing", Formatted.significant(options.labelSmoothing)),
      (
        "augmentation",
        options.augmentations.isEmpty
          ? "–" : options.augmentations.joined(separator: ", ")
      ),
      ("seed", options.seed), ("kernels", record.kernels),
    ]
    return table(
      ["option", "value"], numeric: [false, false], rows.map { [label("option.\($0.0)"), $0.1] })
  }

  var curves: [Block] {
    guard !record.epochs.isEmpty else { return [] }
    func points(_ value: (EpochRecord) -> Double?) -> [(x: Double, y: Double)] {
      record.epochs.compactMap { epoch in value(epoch).map { (Double(epoch.epoch + 1), $0) } }
    }
    func curve(
      _ key: String, _ color: Int, _ value: (EpochRecord) -> Double?
    ) -> CurveChart.Curve? {
      let points = points(value)
      return points.isEmpty
        ? nil
        : .init(label: label(key), points: points, color: CurveChart.colors[color])
    }
    let loss = CurveChart(
      title: label("curve.cross_entropy"), horizontal: label("curve.epoch"),
      curves: [
        curve("losses.training", 0) { $0.training.crossEntropy },
        curve("losses.validation", 1) { $0.validation?.crossEntropy },
      ].compactMap { $0 })
    let accuracy = CurveChart(
      title: label("curve.accuracy"), horizontal: label("curve.epoch"),
      curves: [
        curve("losses.training", 0) { $0.training.accuracy * 100 },
        curve("losses.validation", 1) { $0.validation.map { $0.accuracy * 100 } },
      ].compactMap { $0 })
    let rate = CurveChart(
      title: label("curve.rate"), horizontal: label("curve.epoch"),
      curves: [curve("option.rate", 2, \.learningRate)].compactMap { $0 })
    var blocks: [Block] = [figure(FigureRow([loss, accuracy]), "curves.caption")]
    // AdamW's decay is no part of the loss.
    if record.epochs.contains(where: { $0.training.weightDecay > 0 }) {
      let decay = CurveChart(
        title: label("curve.decay"), horizontal: label("curve.epoch"),
        curves: [curve("losses.decay", 3) { $0.training.weightDecay }].compactMap { $0 })
      blocks.append(
        figure(
          FigureRow([decay, rate]), "decay.caption",
          ["warm": record.epochs[0].isWarmUp && record.epochs.count > 1]))
    } else {
      blocks.append(figure(rate, "rate.caption"))
    }
    if let test = record.rangeTest {
      let chart = CurveChart(
        title: label("curve.range"), horizontal: label("option.rate"),
        curves: [
          .init(
            label: label("curve.loss"), points: test.points.map { ($0.learningRate, $0.loss) },
            color: CurveChart.colors[0])
        ], isLogarithmic: true, mark: test.chosen,
        // The last losses are many times the first, whose fall is what matters.
        highest: test.points.first.map { 2 * $0.loss })
      blocks.append(
        figure(chart, "range.caption", ["rate": Formatted.significant(test.chosen)]))
    }
    return blocks
  }

  func figure(_ figure: any Figure, _ caption: String, _ fields: Fields = [:]) -> Block {
    let caption = label(caption, fields)
    return .figure(
      StepFigure(content: .figure(figure), alternativeText: caption, caption: caption))
  }
}

extension OptimizerOptions {
  /// The optimizer with the numbers that it has.
  fileprivate var summary: String {
    name == "sgd"
      ? "sgd, \(isNesterov ? "Nesterov's momentum" : "momentum") \(Formatted.significant(momentum))"
      : "\(name), β \(Formatted.significant(beta1)), \(Formatted.significant(beta2))"
  }
}
