import CAMNet

/// Neighbouring epochs of a training that change the same variables, by one learning rate and schedule. An optimizer remembers
/// nothing of the phase before.
struct TrainingPhase: Sendable {
  /// Whether only a new head is trained, so that its first, large gradients do not reach the layers before it.
  let isWarmUp: Bool
  let epochs: Range<Int>
  let part: TrainedPart
  /// Nil for a learning rate that a range test finds.
  let learningRate: Double?
  let schedule: any Schedule.Type

  /// The phases of a training: where all layers are trained with a new head, one epoch of the head alone first.
  static func all(_ model: Model, _ options: TrainingOptions) throws -> [TrainingPhase] {
    let schedule = try Schedules.named(options.schedule)
    let layers = try options.trained.names(in: model)
    let part = TrainedPart(model.network, training: layers)
    guard !part.parameters.isEmpty else { throw TrainingError.noHead(model: model.name) }
    var phases: [TrainingPhase] = []
    if options.trained == .all, !options.keepsHead {
      let optimizer = try Optimizers.named(options.optimizer.name)
      phases.append(
        TrainingPhase(
          isWarmUp: true, epochs: 0..<1,
          part: TrainedPart(model.network, training: Set(model.headLayers)),
          learningRate: optimizer.defaultRates.head, schedule: ConstantSchedule.self))
    }
    let first = phases.count
    phases.append(
      TrainingPhase(
        isWarmUp: false, epochs: first..<first + options.epochs, part: part,
        learningRate: options.learningRate, schedule: schedule))
    return phases
  }

  /// The library that computes a head's products in some phase of a training; nil where camreport's kernels do all.
  static func products(_ model: Model, _ options: TrainingOptions) throws -> String? {
    try all(model, options).contains { HeadProducts($0.part) != nil }
      ? OpenBLAS.shared?.configuration : nil
  }
}
