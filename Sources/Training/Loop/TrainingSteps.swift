import CAMNet

/// The steps of one phase of a training: losses and gradients of batches of photos.
struct TrainingSteps {
  private let setup: TrainingSetup
  private(set) var variables: Variables
  private let passes: any TrainedPasses
  private let features: FeatureStore
  private let loss: SoftmaxCrossEntropy
  private let names: Set<ParameterName>

  /// What a step's photos give, before anything is changed.
  struct Batch {
    let losses: LossSums
    let decayLoss: Double
    /// The gradients of the photos' loss alone.
    let gradients: [ParameterName: Tensor]

    /// The loss that the step makes smaller.
    var loss: Double { losses.crossEntropy + decayLoss }
  }

  init(
    _ setup: TrainingSetup, _ phase: TrainingPhase, _ variables: Variables,
    _ features: FeatureStore, executor: Executor, logits: String, loss: SoftmaxCrossEntropy
  ) {
    self.setup = setup
    self.variables = variables
    self.features = features
    self.loss = loss
    names = phase.part.names
    passes =
      HeadProducts(phase.part)
      ?? NetworkPasses(part: phase.part, executor: executor, logits: logits, size: setup.size)
  }

  /// The phase's steps on a copy of the variables, from which nothing reaches these.
  func copy() -> TrainingSteps {
    var copy = self
    copy.variables = variables.copy()
    return copy
  }

  /// The values of the phase's variables.
  private var values: VariableValues { variables.values.filter { names.contains($0.key) } }

  /// The photos in an epoch's order, in batches.
  /// - Parameter epoch: below 0 for what is no epoch of the training.
  func batches(epoch: Int) -> [[Int]] {
    let order = Draws.shuffled(
      setup.training, seed: setup.options.seed, .order, epoch: epoch
    ) { setup.photos[$0].name }
    return stride(from: 0, to: order.count, by: setup.options.batch).map {
      Array(order[$0..<min($0 + setup.options.batch, order.count)])
    }
  }

  /// The loss and the gradients of some photos, by their places.
  func batch(_ photos: [Int], epoch: Int, done: () throws -> Void) throws -> Batch {
    let isAugmented = !setup.options.augmentations.isEmpty
    let kept = try features.features(
      of: photos.map { setup.photos[$0] }, epoch: isAugmented ? epoch : nil)
    let labels = photos.map { setup.photos[$0].label }
    let weight = labels.reduce(0) { $0 + loss.weights[$1] }
    var losses = LossSums()
    let gradients = try passes.gradients(
      kept, values,
      seed: { photo, logits in
        let label = labels[photo]
        let result = loss(logits, label: label)
        losses.add(result, label: label, weight: loss.weights[label])
        return result.gradient.map { Float($0 / weight) }
      }, done: done)
    return Batch(
      losses: losses, decayLoss: variables.decayLoss(of: names), gradients: gradients)
  }

  /// The losses of photos that nothing is changed by, by their places; nil for no photos.
  func losses(of photos: [Int], done: () throws -> Void) throws -> EpochRecord.Losses? {
    let decay = variables.decayLoss(of: names)
    var losses = LossSums()
    for start in stride(from: 0, to: photos.count, by: 64) {
      let part = Array(photos[start..<min(start + 64, photos.count)])
      var sums = LossSums()
      let logits = try passes.logits(
        try features.features(of: part.map { setup.photos[$0] }), values, done: done)
      for (photo, logits) in zip(part, logits) {
        let label = setup.photos[photo].label
        sums.add(loss(logits, label: label), label: label, weight: loss.weights[label])
      }
      losses.add(sums, decay: decay)
    }
    return losses.means
  }
}
