import CAMNet

/// The notebook's walk-through of one photo: steps planned from the network, then run one by one.
public struct Walkthrough: Sendable {
  public let model: LoadedModel
  public let options: InputOptions
  public let words: Words
  /// The names of the methods that were asked for beside the first.
  let asked: [String]
  /// What the steps about maps know; nil for a network whose end makes none.
  let maps: MapContext?
  let fineTuning: FineTuningOptions
  private let steps: [any WalkthroughStep]
  /// The network's layers at the input size of the options.
  let shapes: [LayerShapes]
  /// The steps that are planned once, by their places; nil where a step is about the photo.
  private let planned: [PlannedStep?]
  let drawing: NetworkDrawing

  /// - Parameter methods: the names of methods whose maps are made beside the class activation map.
  /// - Throws: ``NetworkError`` where the network cannot take photos of this size, ``WalkthroughError`` where names clash, or
  ///   the network has not what is asked for.
  public init(
    model: LoadedModel, options: InputOptions, words: Words, methods: [String] = [],
    maps: MapOptions = MapOptions(), fineTuning: FineTuningOptions = FineTuningOptions()
  ) throws {
    try fineTuning.check(model)
    if fineTuning.hasGradients { try model.model.network.checkGradients() }
    let chosen = try WalkthroughMethods.chosen(methods, for: model)
    let shapes = try model.model.network.shapes(size: options.size)
    let maps = try MapContext(model, shapes, maps, size: options.size)
    let steps = Self.steps(for: model, shapes, methods: chosen, maps: maps, fineTuning)
    let planning = Planning(model: model, options: options, shapes: shapes, photo: nil)
    self.model = model
    self.options = options
    self.words = words
    asked = methods
    self.maps = maps
    self.fineTuning = fineTuning
    self.steps = steps
    self.shapes = shapes
    planned = try steps.enumerated().map { index, step in
      step.isAboutPhoto ? nil : try PlannedStep(step, number: index + 1, planning, words)
    }
    try Self.checkNames(of: steps, planned.map { $0?.plan.code ?? "" }, model.model.network)
    drawing = NetworkDrawing(shapes)
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
    var records = try plan(photo)
    let walk = Walk(model: model, options: options, words: words, photo: photo)
    let failure = try model.executor.withThreads {
      try Self.walk(walk, &records, observe: observe, save: save)
    }
    try model.checkWeights()
    return Report(
      photo: photo, pagePhoto: walk.pagePhoto, input: try walk.take(.input), walkthrough: self,
      steps: records, predictions: (try? walk.take(.predictions)) ?? [],
      explanations: walk.explanations, failure: failure)
  }

  /// The steps in order, none of which has run.
  package func plan(_ photo: Photo) throws -> [Step] {
    let planning = Planning(model: model, options: options, shapes: shapes, photo: photo)
    return try steps.indices.map { index in
      Step(try planned[index] ?? PlannedStep(steps[index], number: index + 1, planning, words))
    }
  }

  /// Runs the steps in order. - Returns: why a layer failed, where one did.
  private static func walk(
    _ walk: Walk, _ records: inout [Step], observe: (WalkthroughEvent) -> Void,
    save: ((Step, Tensor) throws -> Void)?
  ) throws -> String? {
    let clock = ContinuousClock()
    for index in records.indices {
      let step = records[index].planned.step
      walk.running = step.name
      observe(.started(records[index], of: records.count))
      let start = clock.now
      let outcome: StepOutcome
      do {
        outcome = try step.run(walk)
      } catch let error as ExecutionError {
        records[index].status = .failed(error.description)
        return error.description
      }
      let took = outcome.took ?? clock.now - start
      records[index].complete(outcome, took: took, walk.words)
      if let save, let tensor = outcome.tensor { try save(records[index], tensor()) }
      observe(.completed(records[index], of: records.count))
    }
    return nil
  }
}

extension Step {
  fileprivate mutating func complete(_ outcome: StepOutcome, took: Duration, _ words: Words) {
    result = Result(
      statistics: outcome.statistics, algorithm: outcome.algorithm,
      milliseconds: took.milliseconds,
      text: outcome.sentence.flatMap { words.result(planned.keys, $0) }, table: outcome.table,
      figures: outcome.figures, numbers: outcome.numbers)
    status = .completed
  }
}

/// What an observer of a walk-through is told.
public enum WalkthroughEvent: Sendable {
  case started(Step, of: Int)
  case completed(Step, of: Int)
}
