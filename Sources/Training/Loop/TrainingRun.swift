import CAMNet

/// A training: epochs of steps, each of which changes variables by the gradients of a batch's loss.
///
/// The same set-up gives the same bytes, whatever the number of threads, and whether it was interrupted and gone on with or not.
public struct TrainingRun {
  private let setup: TrainingSetup
  private let checkpoint: Checkpoint?
  private let phases: [TrainingPhase]
  private let logits: String
  private let executor: Executor
  private let loss: SoftmaxCrossEntropy
  private let variables: Variables
  private var state = TrainingState()
  /// The values of the best epoch; nil where no photos were kept back, and the last epoch is the best.
  private var best: VariableValues?
  private let products: String?
  private var writing: CheckpointWriting

  /// - Parameters:
  ///   - checkpoint: where the training is written down after its epochs; nil for nowhere.
  ///   - resumes: whether it goes on from what is written there, where something is.
  ///   - longestPause: how long ago the last checkpoint may be when an epoch's is left out because a disk takes long for it.
  public init(
    _ setup: TrainingSetup, checkpoint: Checkpoint? = nil, resumes: Bool = false,
    longestPause: Duration = .seconds(1)
  ) throws {
    self.setup = setup
    self.checkpoint = checkpoint
    writing = CheckpointWriting(longestPause: longestPause)
    phases = try TrainingPhase.all(setup.model, setup.options)
    products = try TrainingPhase.products(setup.model, setup.options)
    let last = try setup.model.network.shapes().last
    guard let last, last.output.rank == 2 else {
      throw TrainingError.noHead(model: setup.model.name)
    }
    logits = last.layer.name
    var options = setup.execution
    options.keptWeights = .batch(setup.options.batch)
    executor = Executor(setup.model.network, parameters: setup.parameters, options: options)
    let counts = setup.training.reduce(into: [Int](repeating: 0, count: last.output[1])) {
      $0[setup.photos[$1].label] += 1
    }
    loss = SoftmaxCrossEntropy(
      smoothing: setup.options.labelSmoothing,
      weights: setup.options.balancesClasses
        ? SoftmaxCrossEntropy.balanced(counts: counts) : counts.map { _ in 1 })
    // All that a later phase trains, an earlier one may.
    variables = try Variables(
      phases[phases.count - 1].part.parameters, from: setup.parameters, setup.options)
    if resumes, let checkpoint, FileBytes.isRegular(checkpoint.path) {
      (state, best) = try checkpoint.read(into: variables)
      writing.epochs = state.finished
      if best == nil, !setup.validation.isEmpty { best = variables.copiedValues }
    }
  }

  /// The layers whose outputs of each photo are kept in each phase of a training; none where it begins with the photos themselves.
  static func keptLayers(_ model: Model, _ options: TrainingOptions) throws -> [[String]] {
    try TrainingPhase.all(model, options).map(\.part.keptLayers)
  }

  /// Trains to the end.
  /// - Parameters:
  ///   - stores: what is kept of the photos already.
  ///   - observe: told what happens, often; what it throws ends the training, whose checkpoint stays.
  public mutating func run(
    stores: [FeatureStore] = [], observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingResult {
    try executor.withThreads {
      try observe(.begun(after: state.epochs))
      for phase in phases where state.finished < phase.epochs.upperBound {
        if state.finished <= phase.epochs.lowerBound { variables.forget() }
        let store = try self.store(for: phase, among: stores)
        let steps = TrainingSteps(
          setup, phase, variables, store, executor: executor, logits: logits, loss: loss)
        if let ending = try run(phase, steps, observe) { return result(ending) }
      }
      return result(.epochs)
    }
  }

  /// A store with what is kept of photos in a phase.
  private func store(
    for phase: TrainingPhase, among stores: [FeatureStore]
  ) throws -> FeatureStore {
    let layers = phase.part.keptLayers
    if let store = stores.first(where: { $0.gives(layers) }) { return store }
    return try FeatureStore(
      layers, executor: executor, size: setup.size, cache: setup.cache, version: setup.version)
  }

  /// Trains the epochs of a phase that are left. - Returns: why the training is over; nil where it goes on.
  private mutating func run(
    _ phase: TrainingPhase, _ steps: TrainingSteps, _ observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingResult.Ending? {
    let learningRate: Double
    if let rate = phase.learningRate {
      learningRate = rate
    } else {
      let test =
        try state.rangeTest
        ?? RangeTest.run(steps) { try observe(.rangeTest(step: $0, of: RangeTest.steps)) }
      state.rangeTest = test
      learningRate = test.chosen
    }
    while phase.epochs.contains(state.finished) {
      if isOver { return .patience }
      var epoch = TrainingEpoch(
        state.finished, of: epochs, phase, steps, learningRate: learningRate,
        training: setup.training.count, validation: setup.validation)
      var interruption: (any Error)?
      let record: EpochRecord
      do {
        record = try epoch.run { event in
          guard interruption == nil else { return }
          do {
            try observe(event)
          } catch let error where isAhead {
            // The epochs before would be lost, so that this one, which is as short, is done and written down first.
            interruption = error
          }
        }
      } catch let divergence as TrainingEpoch.Divergence {
        return .diverged(
          .init(
            epoch: state.finished + 1, step: divergence.step,
            learningRate: divergence.learningRate,
            checkpoint: writing.epochs > 0 ? checkpoint?.path : nil))
      }
      state.gradientNorms = epoch.gradientNorms
      let isBest = state.add(record)
      if isBest, !setup.validation.isEmpty { best = variables.copiedValues }
      if isOver || state.finished == epochs || interruption != nil || writing.isDue {
        try write()
      }
      do {
        if let interruption { throw interruption }
        try observe(.epoch(record, of: epochs))
      } catch {
        try write()
        throw error
      }
    }
    return nil
  }

  /// Whether the best epoch is longer ago than the options have patience for.
  private var isOver: Bool { setup.options.patience.map { state.waited >= $0 } ?? false }

  /// How many epochs there are.
  private var epochs: Int { phases[phases.count - 1].epochs.upperBound }

  /// Whether there are epochs that no checkpoint has.
  private var isAhead: Bool { checkpoint != nil && writing.epochs < state.finished }

  /// Writes the checkpoint where it lacks an epoch.
  private mutating func write() throws {
    guard let checkpoint, isAhead else { return }
    let isLastBest = state.bestEpoch == state.finished - 1
    let duration = try ContinuousClock().measure {
      try checkpoint.write(state, variables, best: isLastBest ? nil : best)
    }
    writing.note(state.finished, took: duration)
  }

  private func result(_ ending: TrainingResult.Ending) -> TrainingResult {
    TrainingResult(
      ending: ending, epochs: state.epochs, bestEpoch: state.bestEpoch,
      rangeTest: state.rangeTest,
      products: products,
      gradientNorms: state.gradientNorms,
      values: best ?? variables.values)
  }
}

/// What a training came to.
public struct TrainingResult: Sendable {
  /// Why it ended.
  public enum Ending: Sendable, Hashable {
    case epochs
    case patience
    case diverged(TrainingError.Divergence)
  }

  public let ending: Ending
  public let epochs: [EpochRecord]
  public let bestEpoch: Int?
  public let rangeTest: RangeTestRecord?
  /// The library that computed products; nil where camreport's kernels did all.
  public let products: String?
  /// The 2-norms of the last step's gradients, by the variables' names.
  public let gradientNorms: [String: Double]
  /// The values of the best epoch, in canonical shapes; those that a training which diverged has no better ones than may be no
  /// numbers.
  public let values: [ParameterName: Tensor]
}
