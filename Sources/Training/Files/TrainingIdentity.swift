import CAMNet

/// All that a training's result follows from, as texts by names that a person knows: two trainings of one identity give the same
/// bytes.
public struct TrainingIdentity: Sendable, Hashable, Codable {
  private let facts: [Fact]

  private struct Fact: Hashable, Codable {
    let name: String
    let value: String
  }

  /// - Parameters:
  ///   - weightsSHA256: the hash of the weights that the training begins with.
  ///   - dataSHA256: the hash of all photos with their labels and sides of the split.
  public init(
    _ setup: TrainingSetup, weightsSHA256: String, dataSHA256: String
  ) throws {
    let products = try TrainingPhase.products(setup.model, setup.options)
    let own = [
      ("camreport", setup.version), ("the instruction set", setup.execution.kernels.name),
      ("the library of products", products ?? "none"),
      ("the network", setup.model.name), ("the input's size", "\(setup.size)"),
      ("the weights' SHA-256", weightsSHA256), ("the data's SHA-256", dataSHA256),
    ]
    facts = (own + setup.options.arguments).map { Fact(name: $0.0, value: $0.1) }
  }

  /// What is otherwise in another identity.
  func differences(from now: TrainingIdentity) -> [TrainingError.Difference] {
    let then = Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { one, _ in one })
    let named = Set(now.facts.map(\.name))
    let gone = facts.filter { !named.contains($0.name) }
      .map { TrainingError.Difference(name: $0.name, then: $0.value, now: "unknown") }
    return gone
      + now.facts.filter { then[$0.name] != $0.value }.map {
        TrainingError.Difference(name: $0.name, then: then[$0.name] ?? "unknown", now: $0.value)
      }
  }
}

extension TrainingOptions {
  /// The options of ``arguments`` that the command line has without a value.
  package static let flags: Set = ["--nesterov", "--keep-head", "--keep-duplicates", "--bgr"]

  /// All options by the names that the command line has for them, with their values; `yes` or `no` for those without.
  package var arguments: [(option: String, value: String)] {
    let preparation = preparation?.arguments
    return [
      ("--model", network ?? "the weights' own"),
      ("--preprocess", preparation?.name ?? "the network's own"),
      ("--mean", preparation?.mean ?? "none"), ("--std", preparation?.deviation ?? "none"),
      ("--bgr", preparation?.isReversed == true ? "yes" : "no"), ("--train", trained.text),
      ("--epochs", "\(epochs)"), ("--batch", "\(batch)"),
      ("--learning-rate", learningRate.map { "\($0)" } ?? "auto"), ("--schedule", schedule),
      ("--optimizer", optimizer.name), ("--momentum", "\(optimizer.momentum)"),
      ("--nesterov", optimizer.isNesterov ? "yes" : "no"), ("--beta1", "\(optimizer.beta1)"),
      ("--beta2", "\(optimizer.beta2)"), ("epsilon", "\(optimizer.epsilon)"),
      ("--weight-decay", "\(weightDecay)"), ("--label-smoothing", "\(labelSmoothing)"),
      ("--class-weights", balancesClasses ? "balanced" : "none"),
      ("--validation", validation.text),
      ("--augment", augmentations.isEmpty ? "none" : augmentations.joined(separator: ",")),
      ("--seed", seed), ("--patience", patience.map { "\($0)" } ?? "none"),
      ("--keep-head", keepsHead ? "yes" : "no"),
      ("--keep-duplicates", keepsDuplicates ? "yes" : "no"), ("--bad-photos", "\(badPhotos)"),
      ("--size", size?.text ?? "the network's own"),
      ("--classes", classes ?? "the weights' own"), ("--boxes", boxes ?? "none"),
    ]
  }
}

extension Preparation {
  /// The preparation as the command line takes it: by its name, or by its numbers of bytes.
  fileprivate var arguments: (name: String?, mean: String?, deviation: String?, isReversed: Bool) {
    let preset = Self.presets.first { $0.preparation.reading(channels.count) == self }
    func text(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: ",") }
    return preset.map { ($0.name, nil, nil, false) }
      ?? (nil, text(offsets), text(divisors), channels == .bgr)
  }
}

extension TrainedLayers {
  /// The layers as the command line takes them: `head`, `all`, or names with commas between.
  fileprivate var text: String {
    switch self {
    case .head: "head"
    case .all: "all"
    case .layers(let names): names.joined(separator: ",")
    }
  }
}

extension Validation {
  /// What the command line takes: a fraction or a path.
  public var text: String {
    switch self {
    case .fraction(let fraction): "\(fraction)"
    case .data(let path): path
    }
  }
}
