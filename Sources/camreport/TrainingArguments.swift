import ArgumentParser
import CAMNet
import Training

/// What a training is told on the command line.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is trained: head (what follows global average pooling, for vgg16-cam CAM_conv too), all, or layers by name with commas between. All layers begin with an epoch of the head alone.",
      valueName: "layers"))
  var train = "head"

  @Option(help: ArgumentHelp("How often each photo is seen.", valueName: "count"))
  var epochs = TrainingOptions().epochs

  @Option(
    help: ArgumentHelp("How many photos' gradients make a step.", valueName: "count"))
  var batch = TrainingOptions().batch

  @Option(
    help: ArgumentHelp(
      "The learning rate, or auto: one that a range test on a copy finds. Default: \(LearningRate.defaults).",
      valueName: "rate"))
  var learningRate: LearningRate?

  @Option(
    help:
      "How the learning rate changes: cosine to zero, step to a tenth at a half and at three quarters."
  )
  var schedule = ScheduleName(rawValue: TrainingOptions().schedule)

  @Option(help: "How gradients change the weights.")
  var optimizer = OptimizerName(rawValue: TrainingOptions().optimizer.name)

  @Option(help: "sgd's momentum. Default: \(OptimizerOptions().momentum).")
  var momentum: Double?

  @Flag(help: "Use Nesterov's momentum.")
  var nesterov = false

  @Option(
    help: "How much adam's moving mean of gradients keeps. Default: \(OptimizerOptions().beta1).")
  var beta1: Double?

  @Option(
    help:
      "How much adam's moving mean of their squares keeps. Default: \(OptimizerOptions().beta2).")
  var beta2: Double?

  @Option(
    help: ArgumentHelp(
      "λ in λ · Σ l2_loss(W) over the weights, the notebook's loss; decoupled from the gradient with adamw.",
      valueName: "number"))
  var weightDecay = TrainingOptions().weightDecay

  @Option(
    help: ArgumentHelp(
      "How much of each label is spread evenly over all classes, 0 or more and less than 1.",
      valueName: "share"))
  var labelSmoothing = TrainingOptions().labelSmoothing

  @Option(help: "balanced: each class counts as much as every other, however many photos it has.")
  var classWeights = ClassWeights.none

  @Option(
    help: ArgumentHelp(
      "The photos that are kept back to judge by: so much of each class, 0 for none, or a folder or CSV of others.",
      valueName: "share or data"),
    completion: .directory)
  var validation = TrainingOptions().validation

  @Option(
    name: .customLong("augment"),
    help: ArgumentHelp(
      "Change the photos by chance in each epoch. May be given several times.", valueName: "name"))
  var augmentations: [AugmentationName] = []

  @Option(help: ArgumentHelp("What all that is random follows from.", valueName: "word"))
  var seed = TrainingOptions().seed

  @Option(
    help: ArgumentHelp(
      "End after so many epochs without a lower loss of the photos kept back. Default: never.",
      valueName: "count"))
  var patience: Int?

  @Flag(help: "Begin with the head's own weights, where the classes are the same.")
  var keepHead = false

  @Flag(help: "Leave copies of a photo on both sides of the split.")
  var keepDuplicates = false

  @Option(
    help: ArgumentHelp(
      "How many of a hundred photos may be unreadable; they are left out.", valueName: "per cent"))
  var badPhotos = TrainingOptions().badPhotos

  func validate() throws {
    func check(_ isRight: Bool, _ sentence: String) throws {
      if !isRight { throw ValidationError(sentence) }
    }
    try check(!layers.isEmpty, "--train takes head, all, or names of layers.")
    let isSGD = optimizer.rawValue == SGD.name
    try check(isSGD || momentum == nil && !nesterov, "--momentum and --nesterov are sgd's.")
    try check(!isSGD || beta1 == nil && beta2 == nil, "--beta1 and --beta2 are adam's and adamw's.")
    if let refusal = try options.refusal { throw ValidationError("\(refusal).") }
  }

  private var layers: [String] { train.split(separator: ",").map(String.init) }

  /// The options, but for the input's size.
  var options: TrainingOptions {
    get throws {
      var options = TrainingOptions()
      options.trained =
        switch train.lowercased() {
        case "head": .head
        case "all": .all
        default: .layers(layers)
        }
      options.epochs = epochs
      options.batch = batch
      options.schedule = schedule.rawValue
      options.optimizer.name = optimizer.rawValue
      options.optimizer.momentum = momentum ?? options.optimizer.momentum
      options.optimizer.isNesterov = nesterov
      options.optimizer.beta1 = beta1 ?? options.optimizer.beta1
      options.optimizer.beta2 = beta2 ?? options.optimizer.beta2
      switch learningRate {
      case .auto: options.learningRate = nil
      case .rate(let rate): options.learningRate = rate
      case nil: options.learningRate = try options.defaultLearningRate
      }
      options.weightDecay = weightDecay
      options.labelSmoothing = labelSmoothing
      options.balancesClasses = classWeights == .balanced
      options.validation = validation
      options.augmentations = AugmentationName.choices.filter(augmentations.contains)
        .map(\.rawValue)
      options.seed = seed
      options.patience = patience
      options.keepsHead = keepHead
      options.keepsDuplicates = keepDuplicates
      options.badPhotos = badPhotos
      return options
    }
  }
}

/// A learning rate on the command line.
enum LearningRate: ExpressibleByArgument {
  case auto
  case rate(Double)

  init?(argument: String) {
    if argument.isSame(as: "auto") {
      self = .auto
    } else if let rate = Double(argument) {
      self = .rate(rate)
    } else {
      return nil
    }
  }

  /// The rates where none is given: `sgd 0.05 for a head and 0.001 for more, adam …`
  static var defaults: String {
    Optimizers.all.map {
      "\($0.name) \($0.defaultRates.head) for a head and \($0.defaultRates.all) for more"
    }
    .joined(separator: ", ")
  }
}

enum ClassWeights: String, CaseIterable, Choice {
  case none, balanced
}

/// An optimizer by its name.
struct OptimizerName: Choice {
  let rawValue: String

  static var choices: [OptimizerName] { Optimizers.all.map { OptimizerName(rawValue: $0.name) } }
}

/// A schedule by its name.
struct ScheduleName: Choice {
  let rawValue: String

  static var choices: [ScheduleName] { Schedules.all.map { ScheduleName(rawValue: $0.name) } }
}

/// An augmentation by its name.
struct AugmentationName: Choice, Equatable {
  let rawValue: String

  static var choices: [AugmentationName] {
    Augmentations.all.map { AugmentationName(rawValue: $0.name) }
  }
}

extension Validation: ExpressibleByArgument {
  public init?(argument: String) {
    self = Double(argument).map { .fraction($0) } ?? .data(argument)
  }

  public var defaultValueDescription: String { text }
}
