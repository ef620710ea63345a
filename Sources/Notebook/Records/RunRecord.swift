import CAMNet
import Training

/// What ran, on what, with which result: `run.json`. Documented in docs/run-record.md.
public struct RunRecord: Sendable, Codable {
  /// camreport's version.
  public var camreport: String
  /// The command line as it was given.
  public var command: [String]
  /// `completed` or `failed`.
  public var status: String
  /// Why the run stopped, where it did.
  public var error: String?
  public var model: String
  /// The file that holds the network; nil for one that camreport knows, and where it is the weights' file.
  public var network: NetworkFile?
  public var weights: Weights
  public var image: Image
  public var input: Input
  public var options: Options
  public var steps: [Step]
  public var predictions: [Prediction]
  public var environment: Environment

  public struct NetworkFile: Sendable, Codable, Equatable {
    /// A path as it was given.
    public var source: String
    public var sha256: String
  }

  public struct Weights: Sendable, Codable {
    /// A path as it was given, `embedded`, or `synthetic:SEED`.
    public var source: String
    public var format: String
    public var sha256: String
  }

  public struct Image: Sendable, Codable {
    public var path: String
    /// The upright photo's width in its file, in pixels.
    public var width: Int
    public var height: Int
    /// What width and height were divided by as the photo was read, rounded up; nil for a photo that was read whole.
    public var shrink: Int?
    public var sha256: String
  }

  public struct Input: Sendable, Codable, Equatable {
    public var size: InputSize
    public var resize: String
    public var crop: Fitting
    /// How photos are prepared for a network from a file, and what said it; nil for one that camreport knows.
    public var preparation: RecordedPreparation?
  }

  /// What else the reports' contents depend on.
  public struct Options: Sendable, Codable, Equatable {
    /// `en` or `ko`.
    public var language: String
    /// The file of class names as it was given; nil for ImageNet's.
    public var classNames: String?
    /// The hash of the names in order, a line end after each.
    public var classNamesSha256: String
    /// The hash of the hashes of the words and of the layouts.
    public var templatesSha256: String
    /// Whether convolutions were summed directly, without transforms; nil for no.
    public var precise: Bool?
    /// The methods whose maps were asked for beside the class activation map; nil for none.
    public var methods: [String]?
    /// Where maps' places were said to lie; nil in records of camreport 0.1.0, which had TensorFlow 1's rule alone, and for
    /// networks without maps.
    public var placement: Placement?
    /// The share of a map's range that the values in boxes exceed; nil where there is no placement.
    public var boxThreshold: Float?
    /// What class maps' weights are where the network does not end in global average pooling and one product: `matrix`, `channels` or
    /// `gradient`; nil otherwise, and for networks without maps.
    public var mapWeights: String?
    /// The number of the class that was given as the photo's label; nil for the network's own first answer.
    public var label: Int?
    /// Whether gradients were computed and a step of training taken; nil for no.
    public var gradients: Bool?

    enum CodingKeys: String, CodingKey {
      case language
      case classNames = "class_names"
      case classNamesSha256 = "class_names_sha256"
      case templatesSha256 = "templates_sha256"
      case precise, methods, placement
      case boxThreshold = "box_threshold"
      case mapWeights = "map_weights"
      case label, gradients
    }
  }

  public struct Step: Sendable, Codable {
    public var number: Int
    public var name: String
    public var operation: String
    /// `completed`, `failed` or `not_run`.
    public var status: String
    public var error: String?
    public var inputShape: [Shape]
    public var outputShape: Shape?
    public var dtype: String
    public var arithmetic: [String]
    public var parameters: Int
    public var multiplyAdds: Int
    public var min: Double?
    public var max: Double?
    public var mean: Double?
    public var std: Double?
    /// How a layer was computed: `direct`, `winograd_4x4`, `winograd_6x6`, `depthwise` or `plain`.
    public var algorithm: LayerAlgorithm?
    public var milliseconds: Double?

    enum CodingKeys: String, CodingKey {
      case number, name, operation, status, error
      case inputShape = "input_shape"
      case outputShape = "output_shape"
      case dtype, arithmetic, parameters
      case multiplyAdds = "multiply_adds"
      case min, max, mean, std, algorithm, milliseconds
    }
  }

  public struct Prediction: Sendable, Codable {
    public var rank: Int
    public var index: Int
    public var label: String
    public var logit: Double
    public var probability: Double
    /// The box around the class's object, in the photo's pixels; nil where there is no map or it has no positive value.
    public var box: Box?
  }

  public struct Box: Sendable, Codable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double
  }

  public struct Environment: Sendable, Codable {
    public var operatingSystem: String
    public var architecture: String
    public var cpu: String
    public var cores: Int
    /// The instruction set of what computes: `AVX-512`, `AVX2`, `SSE2` or `NEON`.
    public var kernels: String

    enum CodingKeys: String, CodingKey {
      case operatingSystem = "operating_system"
      case architecture, cpu, cores, kernels
    }

    public init(
      operatingSystem: String, architecture: String, cpu: String, cores: Int, kernels: String
    ) {
      self.operatingSystem = operatingSystem
      self.architecture = architecture
      self.cpu = cpu
      self.cores = cores
      self.kernels = kernels
    }
  }
}

extension RunRecord {
  public init(
    _ report: Report, layout: Layout, version: String, command: [String], environment: Environment
  ) {
    self.init(
      camreport: version, command: command,
      status: report.failure == nil ? "completed" : "failed", error: report.failure,
      model: report.model.model.name, network: report.model.networkFile,
      weights: Weights(
        source: report.model.store.source, format: report.model.store.format.name,
        sha256: report.model.weightsSHA256),
      image: Image(
        path: report.photo.path, width: report.photo.width, height: report.photo.height,
        shrink: report.photo.shrink == 1 ? nil : report.photo.shrink, sha256: report.photo.sha256),
      input: Input(report.options, report.model),
      options: Options(report.walkthrough, layout),
      steps: report.steps.map(Step.init),
      predictions: report.predictions.map { labelled in
        let box = report.explanation(of: labelled)?.box
        return Prediction(
          rank: labelled.prediction.rank, index: labelled.prediction.index, label: labelled.label,
          logit: Double(labelled.prediction.logit), probability: labelled.prediction.probability,
          box: box.map { Box(x: $0.x, y: $0.y, width: $0.width, height: $0.height) })
      },
      environment: environment)
  }
}

extension RunRecord.Step {
  init(_ step: Step) {
    let statistics = step.result.statistics
    self.init(
      number: step.number, name: step.name, operation: step.operation, status: step.status.name,
      error: step.status.failure,
      inputShape: step.inputShapes, outputShape: step.outputShape, dtype: step.scalarType,
      arithmetic: step.arithmetic.map(\.description), parameters: step.parameters,
      multiplyAdds: step.multiplyAdds, min: statistics.map { Double($0.minimum) },
      max: statistics.map { Double($0.maximum) }, mean: statistics?.mean,
      std: statistics?.standardDeviation, algorithm: step.result.algorithm,
      milliseconds: step.result.milliseconds)
  }
}

extension RunRecord.Input {
  init(_ options: InputOptions, _ model: LoadedModel) {
    self.init(
      size: options.size, resize: options.filter.rawValue, crop: options.fitting,
      preparation: model.preparation)
  }
}

extension RunRecord.Options {
  init(_ walkthrough: Walkthrough, _ layout: Layout) {
    let (model, words) = (walkthrough.model, walkthrough.words)
    self.init(
      language: words.language.rawValue, classNames: model.classNamesPath,
      classNamesSha256: model.classNamesSHA256,
      templatesSha256: Hashing.sha256([words.sha256.value, layout.sha256.value]),
      precise: model.executor.options.isPrecise ? true : nil,
      methods: walkthrough.asked.isEmpty ? nil : walkthrough.asked,
      placement: walkthrough.maps?.placement,
      boxThreshold: walkthrough.maps?.options.boxThreshold,
      mapWeights: walkthrough.maps.flatMap {
        $0.head.kind == .product ? nil : $0.head.kind.rawValue
      }, label: walkthrough.fineTuning.label,
      gradients: walkthrough.fineTuning.hasGradients ? true : nil)
  }
}
