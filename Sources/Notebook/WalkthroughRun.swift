import CAMNet
import Foundation

/// One run of a walk-through: fills the planned steps in order.
final class WalkthroughRun {
  private(set) var report: Report
  private let observe: (WalkthroughEvent) -> Void
  private let save: ((Step, Tensor) throws -> Void)?
  /// How long fitting the photo to the network took.
  private let preparation: Duration
  private var next = 0
  /// Layers after which the most active feature maps are shown.
  private let shownLayers: Set<String>
  private var features: Tensor?
  private var pooled: Tensor?
  private var logits: Tensor?

  init(
    report: Report, preparation: Duration, observe: @escaping (WalkthroughEvent) -> Void,
    save: ((Step, Tensor) throws -> Void)?
  ) {
    self.report = report
    self.preparation = preparation
    self.observe = observe
    self.save = save
    let layers = report.model.model.network.layers
    var lastOfBlock: [String: String] = [:]
    for layer in layers {
      if let block = layer.block { lastOfBlock[block] = layer.name }
    }
    shownLayers = Set(lastOfBlock.values).union([report.model.head.features])
  }

  private var model: LoadedModel { report.model }
  private var words: Words { report.words }

  func runAll() throws {
    try runSetup()
    guard try runNetwork(), let features, let pooled, let logits else { return }
    try runPrediction(logits)
    try runLocalization(features, pooled: pooled)
    try runFineTuning()
  }

  // MARK: The notebook's sections

  private func runSetup() throws {
    let image = report.photo.image
    // Loading, decoding and resizing happened before the walk: they were timed where they were done.
    try step(took: model.loading) { _ in (nil, Step.Result()) }
    try step(took: model.naming) { _ in (nil, Step.Result()) }
    try step(took: report.photo.decoding) { _ in
      // A photo of floats is four times its bytes: made only where it is wanted.
      (save == nil ? nil : image.tensor, Step.Result(statistics: image.statistics))
    }
    let statistics = report.input.image.statistics
    try step(took: preparation) { _ in
      var result = Step.Result(statistics: statistics)
      result.figures = [.photo(report.input.image, words: words)]
      return (save == nil ? nil : report.input.image.tensor, result)
    }
    try step { _ in (save == nil ? nil : inputTensor, Step.Result(statistics: statistics)) }
  }

  private var inputTensor: Tensor {
    report.input.image.tensor.reshaped(Network.inputShape(size: report.options.size))
  }

  /// False where a layer failed.
  private func runNetwork() throws -> Bool {
    var failure: (any Error)?
    do {
      try model.executor.run(inputTensor) { event in
        guard failure == nil else { return }
        do {
          try handle(event)
        } catch {
          failure = error
        }
      }
    } catch {
      report.steps[next].status = .failed(error.description)
      report.failure = error.description
      return false
    }
    if let failure { throw failure }
    return true
  }

  private func handle(_ event: ExecutionEvent) throws {
    switch event {
    case .started:
      if report.steps[next].name == "kernels" { try runKernelSplit() }
      observe(.started(report.steps[next], of: report.steps.count))
    case .finished(let layer):
      var result = Step.Result(
        statistics: layer.statistics, algorithm: layer.algorithm,
        milliseconds: layer.duration.milliseconds)
      if shownLayers.contains(layer.layer.name) {
        result.figures = [
          .mosaic(of: layer.output, name: layer.layer.name, words: words)
        ]
      }
      if layer.layer.name == model.head.features { features = layer.output }
      if layer.layer.name == model.head.pooled { pooled = layer.output }
      if layer.layer.name == model.head.classifier { logits = layer.output }
      try complete(result, tensor: layer.output)
    case .failed:
      break
    }
  }

  private func runKernelSplit() throws {
    try step { step in
      guard let shape = step.outputShape, let whole = step.inputShapes.first,
        let parameter = model.model.network.parameters.first(where: { $0.shape == whole })
      else { return (nil, Step.Result()) }
      let half = model.executor.parameters[parameter.name].tensor.outputChannels(0..<shape[3])
      return (half, Step.Result(statistics: half.statistics))
    }
  }

  private func runPrediction(_ logits: Tensor) throws {
    try step { step in
      let probabilities = Tensor(
        shape: logits.shape, Prediction.softmax(logits.elements).map { Float($0) })
      report.predictions = Prediction.top(5, of: logits).map {
        Report.LabelledPrediction(prediction: $0, label: model.classNames[$0.index])
      }
      var result = Step.Result(statistics: probabilities.statistics)
      result.table = Step.Table(
        head: ["rank", "class", "logit", "probability"].map { words.label("table.\($0)") },
        isNumeric: [true, false, true, true],
        rows: report.predictions.map {
          [
            "\($0.prediction.rank)", $0.label,
            Formatted.significant(Double($0.prediction.logit)),
            Formatted.percent($0.prediction.probability),
          ]
        })
      result.text = resultText(step, classFields)
      return (probabilities, result)
    }
  }

  private func runLocalization(_ features: Tensor, pooled: Tensor) throws {
    let size = report.options.size
    let maps = try report.predictions.prefix(2).map { labelled in
      try ClassActivationMap(
        features: features, executor: model.executor, classIndex: labelled.prediction.index)
    }
    try step { step in
      let weights = Tensor.stacked(maps.map(\.classWeights))
      var result = Step.Result(statistics: weights.statistics)
      result.text = resultText(step, classFields)
      return (weights, result)
    }
    try step { step in
      let stacked = Tensor.stacked(maps.map(\.map))
      var result = Step.Result(statistics: stacked.statistics)
      result.figures = [
        .maps(maps.map(\.map), titles: titles, words: words)
      ]
      return (stacked, result)
    }
    try step { step in
      let sums = Tensor(shape: [maps.count], maps.map { Float($0.logit) })
      var result = Step.Result(statistics: sums.statistics)
      result.table = identityTable(maps)
      let difference =
        zip(maps, report.predictions).map { abs($0.logit - Double($1.prediction.logit)) }
        .max() ?? 0
      let size = largestMagnitude(maps)
      result.text = resultText(
        step,
        [
          "difference": Formatted.significant(difference, 2),
          "holds": difference <= Self.roundingTolerance * size,
        ])
      return (sums, result)
    }
    try step { step in
      let contributions = maps.map { ClassContributions($0, pooled: pooled) }
      return (
        Tensor.stacked(contributions.map { Tensor(shape: [$0.values.count], $0.values) }),
        whyThisClass(step, contributions, features)
      )
    }
    let upsampled = maps.map { $0.map.upsampledBilinearly(height: size, width: size) }
    try step { step in
      let check = UpsamplingCheck(upsampled: upsampled[0], map: maps[0], features: features)
      var result = Step.Result(statistics: upsampled.statistics)
      result.text = resultText(
        step,
        [
          "pixels": Formatted.count(check.pixels), "channels": Formatted.count(check.channels),
          "difference": Formatted.significant(check.largestDifference, 2),
          "holds": check.largestDifference <= Self.roundingTolerance,
        ])
      return (save == nil ? nil : Tensor.stacked(upsampled), result)
    }
    for (index, map) in maps.enumerated() {
      let normalized = upsampled[index].minMaxNormalized()
      report.maps.append(
        Report.LabelledMap(
          prediction: report.predictions[index], map: map, upsampled: upsampled[index],
          normalized: normalized,
          overlay: Overlays.raster(
            normalized, size: size, on: report.pagePhoto, of: report.photo.image,
            region: report.input.region)))
    }
    report.otherMaps = try report.predictions.dropFirst(2).map { labelled in
      try ClassActivationMap(
        features: features, executor: model.executor, classIndex: labelled.prediction.index)
    }
    let others = report.otherMaps.map { $0.map.upsampledBilinearly(height: size, width: size) }
    report.boxes = (upsampled + others).map { BoundingBox($0).map(report.input.onPhoto) }
    try step { step in
      let normalized = report.maps.flatMap(\.normalized)
      let shape: Shape = [report.maps.count, size, size]
      let tensor = save.map { _ in Tensor(shape: shape, normalized.map(Float.init)) }
      return (tensor, Step.Result(statistics: TensorStatistics(normalized)))
    }
    try step { step in
      var result = Step.Result()
      result.figures = [.overlays(of: report, titles: titles)]
      result.text = resultText(step, classFields)
      return (nil, result)
    }
  }

  private func runFineTuning() throws {
    let fineTuning = model.fineTuning
    try step { step in
      let probability = report.predictions[0].prediction.probability
      let loss = Tensor(shape: [], [Float(-log(probability))])
      var result = Step.Result(statistics: loss.statistics)
      result.text = resultText(
        step,
        [
          "label": report.predictions[0].shortLabel,
          "probability": Formatted.significant(probability),
          "loss": Formatted.significant(Double(loss[flat: 0])),
        ])
      return (loss, result)
    }
    try step { step in
      var result = Step.Result()
      result.table = Step.Table(
        head: ["variable", "shape", "values", "l2_loss"].map { words.label("table.\($0)") },
        isNumeric: [false, false, true, true],
        rows: fineTuning.variables.map {
          [
            "\($0.declaration.name)", "\($0.declaration.shape)",
            Formatted.count($0.declaration.shape.elementCount),
            $0.l2Loss.map { Formatted.significant($0) } ?? "–",
          ]
        })
      result.text = resultText(
        step,
        [
          "count": "\(fineTuning.variables.count)",
          "weights": "\(fineTuning.variables.count { $0.l2Loss != nil })",
          "values": Formatted.count(model.trainableCount),
        ])
      return (nil, result)
    }
    try step { step in
      let loss = Tensor(shape: [], [Float(fineTuning.weightDecayLoss)])
      var result = Step.Result(statistics: loss.statistics)
      result.text = resultText(
        step,
        [
          "decay": "\(FineTuning.weightDecay)",
          "l2_loss": Formatted.significant(fineTuning.l2Loss, 6),
          "weight_decay": Formatted.significant(fineTuning.weightDecayLoss, 6),
        ])
      return (loss, result)
    }
  }

  // MARK: Steps

  /// Runs the next step that is not a layer: times `body` unless told what the step took, keeps its result, saves its
  /// tensor.
  private func step(
    took duration: Duration? = nil, _ body: (Step) throws -> (Tensor?, Step.Result)
  ) throws {
    observe(.started(report.steps[next], of: report.steps.count))
    let clock = ContinuousClock()
    let start = clock.now
    var (tensor, result) = try body(report.steps[next])
    result.milliseconds = (duration ?? clock.now - start).milliseconds
    try complete(result, tensor: tensor)
  }

  private func complete(_ result: Step.Result, tensor: Tensor?) throws {
    report.steps[next].result = result
    report.steps[next].status = .completed
    if let save, let tensor { try save(report.steps[next], tensor) }
    observe(.completed(report.steps[next], of: report.steps.count))
    next += 1
  }

  /// What float32 sums of a thousand terms may differ by, relative to their size.
  private static let roundingTolerance = 1e-4

  /// The largest value of the maps, which the sums' rounding is relative to.
  private func largestMagnitude(_ maps: [ClassActivationMap]) -> Double {
    maps.flatMap(\.map.elements).reduce(0) { max($0, Double(abs($1))) }
  }

  // MARK: Words

  private func resultText(_ step: Step, _ fields: Fields) -> String? {
    words.result([step.name], fields)
  }

  /// `1st class: espresso`
  private var titles: [String] {
    report.predictions.prefix(2).enumerated().map { index, labelled in
      words.label("title.\(index + 1)", ["label": labelled.label])
    }
  }

  private var classFields: Fields {
    var fields: Fields = [:]
    for (index, labelled) in report.predictions.prefix(2).enumerated() {
      fields["label_\(index + 1)"] = labelled.shortLabel
      fields["index_\(index + 1)"] = "\(labelled.prediction.index)"
      fields["probability_\(index + 1)"] = Formatted.percent(labelled.prediction.probability)
    }
    return fields
  }

  private func identityTable(_ maps: [ClassActivationMap]) -> Step.Table {
    let hasBias = model.head.classifierHasBiases
    let columns = ["class", "mean"] + (hasBias ? ["bias"] : []) + ["sum", "logit"]
    return Step.Table(
      head: columns.map { words.label("table.\($0)") },
      isNumeric: [false] + columns.dropFirst().map { _ in true },
      rows: zip(maps, report.predictions).map { map, labelled in
        let bias = hasBias ? [Formatted.significant(Double(map.bias), 6)] : []
        return [labelled.shortLabel, Formatted.significant(map.mean, 6)] + bias
          + [
            Formatted.significant(map.logit, 6),
            Formatted.significant(Double(labelled.prediction.logit), 6),
          ]
      })
  }
}
