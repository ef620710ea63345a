import CAMNet
import Foundation

/// What a network says of a photo that is prepared in one way and another, so that a person sees which of them it was trained with.
public struct PreparationTrial: Sendable {
  /// One way to prepare the photo.
  public struct Row: Sendable {
    /// The preset's name; nil for the way in which reports prepare it, where that is none of the presets.
    public let preset: String?
    /// Whether reports prepare photos so.
    public let isUsual: Bool
    public let preparation: RecordedPreparation
    /// The most probable class; nil where the pass gave NaN or infinity.
    public let first: LabelledPrediction?
    /// How evenly the probability is spread over the classes, in bits: 0 where one class has all of it.
    public let entropy: Double?
  }

  public let rows: [Row]
  /// The entropy of an even spread over the network's classes, in bits.
  public let greatestEntropy: Double

  /// - Throws: for a network that prepares photos as it was trained, or gives no classes.
  public init(_ loaded: LoadedModel, photo: Photo, options: InputOptions) throws {
    guard let usual = loaded.preparation else {
      throw ModelError.preparesItself(loaded.model.title)
    }
    guard let logits = loaded.logits else { throw TrialError.noClasses(loaded.model.title) }
    let scoring = loaded.model.scoring
    var ways: [(preset: String?, preparation: Preparation)] = Preparation.presets.map {
      ($0.name, $0.preparation.reading(usual.preparation.channels.count))
    }
    if !ways.contains(where: { $0.preparation == usual.preparation }) {
      ways.insert((nil, usual.preparation), at: 0)
    }
    let input = photo.prepared(options).image.networkInput
    rows = try ways.map { preset, preparation in
      let model = try loaded.model.with(preparation, .options)
      let executor = Executor(
        model.network, parameters: loaded.executor.parameters, options: loaded.executor.options)
      let values = try executor.withForwardPass(
        input, measures: false, keeping: .layers([logits])
      ) { pass in
        try pass.finish()
        return pass.kept[logits]
      }
      let isSound = values?.statistics != nil
      let isUsual = preparation == usual.preparation
      return Row(
        preset: preset, isUsual: isUsual,
        preparation: isUsual
          ? usual : RecordedPreparation(origin: .options, preparation: preparation),
        first: isSound
          ? values.flatMap { Prediction.top(1, of: $0, scoring).first }.map {
            LabelledPrediction(prediction: $0, label: loaded.classNames[$0.index])
          } : nil,
        entropy: isSound ? values.map { scoring.entropy(scoring.probabilities($0.elements)) } : nil)
    }
    greatestEntropy = scoring.greatestEntropy(loaded.classNames.count)
  }

  /// The rows as a table for a terminal.
  public var text: String {
    let table = TextTable(
      head: ["preprocess", "what the network is given", "top class", "probability", "entropy"],
      alignRight: [3, 4],
      rows: rows.map { row in
        [
          (row.preset ?? "this run's") + (row.isUsual ? " *" : ""), row.preparation.numbers,
          row.first.map(\.shortLabel) ?? "not a number",
          row.first.map { Formatted.percent($0.prediction.probability) } ?? "",
          row.entropy.map { String(format: "%.2f bits", $0) } ?? "",
        ]
      })
    return
      (table.lines() + [
        "* is what a report is made with; x is a byte, 0 to 255. Entropy is at most "
          + String(format: "%.2f bits", greatestEntropy)
          + ".",
        "The right preparation gives a sensible class, and is the surest of photos of things that the network knows;",
        "numbers that are too large make a network sure of anything.",
      ]).joined(separator: "\n")
  }
}

/// Why preparations cannot be tried.
private enum TrialError: Error, CustomStringConvertible {
  case noClasses(String)

  var description: String {
    switch self {
    case .noClasses(let title): "\(title) gives no classes, by which preparations could be compared"
    }
  }
}
