import CAMNet

/// The notebook's walk-through of one photo: steps planned from the network, then run one by one.
public struct Walkthrough: Sendable {
  public let model: LoadedModel
  public let options: InputOptions
  public let words: Words

  /// What is the same for every photo.
  private let planned: Later<Result<Plan, NetworkError>>

  private struct Plan {
    /// All but those of the set-up.
    let steps: [Step]
    let drawing: NetworkDrawing
  }

  public init(model: LoadedModel, options: InputOptions, words: Words) {
    self.model = model
    self.options = options
    self.words = words
    planned = Later {
      Result { () throws(NetworkError) in
        var planner = StepPlanner(
          model: model, options: options, words: words, first: StepPlanner.setupCount + 1)
        let shapes = try model.model.network.shapes(size: options.size)
        planner.planNetwork(shapes)
        planner.planPrediction()
        planner.planLocalization()
        planner.planFineTuning()
        return Plan(steps: planner.steps, drawing: NetworkDrawing(shapes))
      }
    }
  }

  /// The steps of the set-up, with all that is known of them before anything runs.
  private func setup(_ photo: Photo) -> [Step] {
    var planner = StepPlanner(model: model, options: options, words: words)
    planner.planSetup(photo)
    return planner.steps
  }

  /// Runs the walk-through. A layer that fails ends it: its step is marked failed, later ones as not run.
  /// - Parameters:
  ///   - observe: told when a step begins and when it is complete.
  ///   - save: given each completed step's tensor, where there is one to give; an error it throws ends the run.
  public func run(
    _ photo: Photo, observe: (WalkthroughEvent) -> Void = { _ in },
    save: ((Step, Tensor) throws -> Void)? = nil
  ) throws -> Report {
    model.startHashing()
    let plan = try planned.value.get()
    let clock = ContinuousClock()
    let start = clock.now
    let input = photo.image.prepared(
      size: options.size, filter: options.filter, crop: options.crops)
    let preparation = clock.now - start
    let report = Report(
      photo: photo, input: input, options: options, model: model, words: words,
      steps: setup(photo) + plan.steps, drawing: plan.drawing)
    return try withoutActuallyEscaping(observe) { observe in
      let run = WalkthroughRun(
        report: report, preparation: preparation, observe: observe, save: save)
      try run.runAll()
      return run.report
    }
  }
}

/// What an observer of a walk-through is told.
public enum WalkthroughEvent: Sendable {
  case started(Step, of: Int)
  case completed(Step, of: Int)
}
