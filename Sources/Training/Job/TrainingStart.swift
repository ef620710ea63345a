import CAMNet

/// The network and the weights that a training begins with.
public struct TrainingStart: Sendable {
  public let model: Model
  public let parameters: NetworkParameters
  /// Where the weights are from, as a command line has it.
  public let weights: WeightsSource
  /// The hash of the weights' file, or of all values where there is none.
  public let weightsSHA256: String
  /// The names of the classes that the weights tell apart.
  public let classNames: [String]

  public init(
    model: Model, parameters: NetworkParameters, weights: WeightsSource, weightsSHA256: String,
    classNames: [String]
  ) {
    self.model = model
    self.parameters = parameters
    self.weights = weights
    self.weightsSHA256 = weightsSHA256
    self.classNames = classNames
  }

  /// The network for some classes, and the weights that it begins with.
  func begin(
    classes: [String], keepsHead: Bool
  ) throws(TrainingError) -> (model: Model, parameters: NetworkParameters) {
    guard let model = model.with(outputs: classes.count, classNames: classes) else {
      throw .noHead(model: model.name)
    }
    return (model, keepsHead ? parameters : model.beginning(from: parameters))
  }
}
