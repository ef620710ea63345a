import CAMNet

/// All that a training's result follows from.
public struct TrainingSetup: Sendable {
  /// The network as the result will have it: with as many outputs as there are classes.
  public let model: Model
  /// The weights that the training begins with, a new head's zeros among them.
  public let parameters: NetworkParameters
  public let options: TrainingOptions
  public let photos: [TrainingPhoto]
  /// The places of the photos that are trained with, and of those that are kept back.
  public let training: [Int]
  public let validation: [Int]
  public let execution: ExecutionOptions
  /// What keeps features on disk; nil for nothing.
  public let cache: FeatureCache?
  /// camreport's version.
  public let version: String

  public init(
    model: Model, parameters: NetworkParameters, options: TrainingOptions,
    photos: [TrainingPhoto], training: [Int], validation: [Int],
    execution: ExecutionOptions = ExecutionOptions(), cache: FeatureCache? = nil, version: String
  ) {
    self.model = model
    self.parameters = parameters
    self.options = options
    self.photos = photos
    self.training = training
    self.validation = validation
    self.execution = execution
    self.cache = cache
    self.version = version
  }

  /// The side of the network's input in pixels.
  public var size: InputSize { options.size ?? model.network.defaultSize }
}

extension Model {
  /// The weights that a training of this model begins with: those that there are, but zeros for the last product, whose classes
  /// are new.
  public func beginning(from parameters: NetworkParameters) -> NetworkParameters {
    guard let last = network.layers.last else { return parameters }
    let zeros = network.parameters.filter { $0.name.layer == last.name }.map {
      ($0.name, Tensor(shape: $0.shape, repeating: 0))
    }
    return parameters.replacing(Dictionary(uniqueKeysWithValues: zeros))
  }
}
