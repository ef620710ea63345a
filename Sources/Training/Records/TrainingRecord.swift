import CAMNet

/// What a training was told, did and gave, `training.json`: everything that a report says. The same data, options and version make
/// the same record, so it holds no time and no speed.
public struct TrainingRecord: Sendable, Hashable, Codable {
  /// camreport's version.
  public var version: String
  /// The network's name, such as `vgg16-cam`, and its title.
  public var model: String
  public var title: String
  /// The instruction set whose kernels computed.
  public var kernels: String
  /// The library that computed the products of a head with kept features, and its version; nil where camreport's kernels did.
  public var products: String?
  /// Where the first weights are from, and the hash of their file; nil for weights from a formula.
  public var weights: String
  public var weightsSHA256: String?
  /// The result's path and the hash of its values: empty until it is written.
  public var output: String
  public var outputSHA256: String?
  public var options: TrainingOptions
  public var data: DataSummary
  public var rangeTest: RangeTestRecord?
  /// One entry for each epoch that was finished, in their order.
  public var epochs: [EpochRecord] = []
  /// The epoch whose weights are the result, from 0; nil before the first.
  public var bestEpoch: Int?
  public var ending = Ending.epochs
  /// The result on the photos of validation, or of training where none were kept back.
  public var evaluation: Evaluation?
  /// The trained and the frozen variables, in the network's order.
  public var variables: [VariableRecord] = []

  public init(
    version: String, model: String, title: String, kernels: String, products: String? = nil,
    weights: String, weightsSHA256: String? = nil, output: String, outputSHA256: String? = nil,
    options: TrainingOptions, data: DataSummary, rangeTest: RangeTestRecord? = nil,
    epochs: [EpochRecord] = [], bestEpoch: Int? = nil, ending: Ending = Ending.epochs,
    evaluation: Evaluation? = nil, variables: [VariableRecord] = []
  ) {
    self.version = version
    self.model = model
    self.title = title
    self.kernels = kernels
    self.products = products
    self.weights = weights
    self.weightsSHA256 = weightsSHA256
    self.output = output
    self.outputSHA256 = outputSHA256
    self.options = options
    self.data = data
    self.rangeTest = rangeTest
    self.epochs = epochs
    self.bestEpoch = bestEpoch
    self.ending = ending
    self.evaluation = evaluation
    self.variables = variables
  }

  /// Why a training ended.
  public enum Ending: String, Sendable, Hashable, Codable {
    /// All epochs were done.
    case epochs
    /// The loss of validation fell no further.
    case patience
    /// The loss became infinite or no number.
    case diverged
  }
}

/// A variable of the network before and after.
public struct VariableRecord: Sendable, Hashable, Codable {
  /// Such as `conv1_1/weights`.
  public var name: String
  public var shape: [Int]
  public var isTrained: Bool
  /// Whether weight decay applies.
  public var decays: Bool
  /// The 2-norm of the values after training.
  public var norm: Double
  /// The 2-norm of the mean gradient of the last step's loss; nil where it is not trained.
  public var gradientNorm: Double?
  /// The 2-norm of the change from the first values; nil where it has other shapes now, as a new head.
  public var changeNorm: Double?

  public init(
    name: String, shape: [Int], isTrained: Bool, decays: Bool, norm: Double,
    gradientNorm: Double? = nil, changeNorm: Double? = nil
  ) {
    self.name = name
    self.shape = shape
    self.isTrained = isTrained
    self.decays = decays
    self.norm = norm
    self.gradientNorm = gradientNorm
    self.changeNorm = changeNorm
  }
}
