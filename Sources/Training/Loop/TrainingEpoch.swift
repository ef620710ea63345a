import CAMNet

/// One epoch of a training: each photo seen once, in an order of the epoch's own.
struct TrainingEpoch {
  /// From 0.
  let number: Int
  let phase: TrainingPhase
  let steps: TrainingSteps
  /// The learning rate that the schedule changes.
  let learningRate: Double
  /// The photos that were kept back, by their places.
  let validation: [Int]
  /// What is told of the epoch as it goes on.
  private var progress: TrainingProgress
  /// The 2-norms of the last step's gradients, by the variables' names.
  private(set) var gradientNorms: [String: Double] = [:]

  /// Where the loss became infinite or no number.
  struct Divergence: Error {
    /// From 1, in the epoch.
    let step: Int
    let learningRate: Double
  }

  init(
    _ number: Int, of epochs: Int, _ phase: TrainingPhase, _ steps: TrainingSteps,
    learningRate: Double, training: Int, validation: [Int]
  ) {
    self.number = number
    self.phase = phase
    self.steps = steps
    self.learningRate = learningRate
    self.validation = validation
    progress = TrainingProgress(
      epoch: number, epochs: epochs, photos: training + validation.count)
  }

  mutating func run(_ observe: (TrainingEvent) throws -> Void) throws -> EpochRecord {
    let batches = steps.batches(epoch: number)
    let before = (number - phase.epochs.lowerBound) * batches.count
    let all = phase.epochs.count * batches.count
    var sums = LossSums()
    for (index, batch) in batches.enumerated() {
      let factor = phase.schedule.factor(at: Double(before + index) / Double(all))
      let rate = learningRate * factor
      let result = try steps.batch(batch, epoch: number) { try tell(observe) }
      guard result.loss.isFinite else { throw Divergence(step: index + 1, learningRate: rate) }
      if index == batches.count - 1 {
        gradientNorms = steps.variables.norms(of: result.gradients)
      }
      steps.variables.step(result.gradients, learningRate: rate, number: before + index + 1)
      sums.add(result.losses, decay: result.decayLoss)
      progress.losses = sums.means
      progress.learningRate = rate
    }
    let kept = try steps.losses(of: validation) { try tell(observe) }
    guard steps.variables.areFinite, kept.map(\.crossEntropy.isFinite) ?? true,
      let training = sums.means
    else { throw Divergence(step: batches.count, learningRate: progress.learningRate) }
    return EpochRecord(
      epoch: number, isWarmUp: phase.isWarmUp, learningRate: progress.learningRate,
      training: training, validation: kept)
  }

  private mutating func tell(_ observe: (TrainingEvent) throws -> Void) throws {
    progress.photo += 1
    try observe(.photo(progress))
  }
}
