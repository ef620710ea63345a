import CAMNet

/// What networks are, written down so that a later check can say what changed: `shapes.lock.json`.
/// Documented in docs/shapes.lock.schema.json.
public struct Lock: Sendable, Equatable {
  static let format = 1

  /// The models, by their names.
  public var models: [String: LockedModel]

  public init(models: [String: LockedModel]) {
    self.models = models
  }
}

extension Lock {
  /// The layers of networks, each named as camreport knows it, by its file, or by a folder of such files.
  /// - Parameters:
  ///   - size: the input size; nil for the one that each network was trained at.
  ///   - preparation: how photos are prepared for networks from files.
  ///   - folder: where the lock is to lie; paths in it are relative to it.
  public init(
    of names: [String], size: InputSize?, preparation: PreparationRequest, folder: String
  ) throws {
    models = [:]
    var files: [String: String] = [:]
    for name in names {
      guard NetworkFile.isNamed(name) else {
        let model = try Model.named(name)
        models[name] = try LockedModel(model.network, size: size ?? model.network.defaultSize)
        continue
      }
      for path in try NetworkFile.files(name) {
        let found = try NetworkFile.read(path, size: size, preparation)
        let network = found.model.network
        if let other = files.updateValue(path, forKey: network.name), other != path {
          throw NetworkFileError.sameName(network.name, other, path)
        }
        models[network.name] = try LockedModel(
          network, size: size ?? network.defaultSize, file: RelativePath.of(path, from: folder),
          preparation: found.preparation)
      }
    }
  }
}

/// A model's layers at one input size, and what a run of it gave.
public struct LockedModel: Sendable, Equatable, Codable {
  /// The file that holds the network, relative to the lock file's folder; nil for one that camreport knows by its name.
  public var file: String?
  /// The network's input in pixels.
  public var inputSize: InputSize
  /// The order of the axes of shapes; nil for (batch, height, width, channels).
  public var axisOrder: AxisOrder?
  /// How photos are prepared for the network; nil where the network itself says it, and in older locks.
  public var preparation: RecordedPreparation?
  /// The layers in the network's order.
  public var layers: [LockedLayer]
  public var run: LockedRun?

  public init(
    file: String? = nil, inputSize: InputSize, axisOrder: AxisOrder? = nil,
    preparation: RecordedPreparation? = nil,
    layers: [LockedLayer], run: LockedRun? = nil
  ) {
    self.file = file
    self.inputSize = inputSize
    self.axisOrder = axisOrder
    self.preparation = preparation
    self.layers = layers
    self.run = run
  }

  /// - Throws: ``NetworkError`` where a shape cannot be inferred at this size.
  public init(
    _ network: Network, size: InputSize, file: String? = nil,
    preparation: RecordedPreparation? = nil
  ) throws(NetworkError) {
    let layers = try network.shapes(size: size).map(LockedLayer.init)
    self.init(
      file: file, inputSize: size,
      axisOrder: network.shownOrder,
      preparation: preparation, layers: layers)
  }
}

/// A layer: what it fixes itself, and the shapes that follow from its input.
public struct LockedLayer: Sendable, Equatable, Codable {
  public var name: String
  public var operation: String
  /// The names of what it reads.
  public var inputs: [String]
  /// ``LayerKind/settings``.
  public var settings: [String: String]
  public var inputShape: [Shape]
  public var outputShape: Shape
  public var arithmetic: [String]
  public var parameters: Int
  /// What each value sees of the input; nil in locks of camreport 0.1.0, and where no one field is that of all places.
  public var receptiveField: Field?

  /// A receptive field in pixels of the network's input, each pair height first.
  public struct Field: Sendable, Equatable, Codable {
    public var size: [Int]
    /// How far the next place's field lies from a place's.
    public var stride: [Int]
    /// The first pixel that the first place sees; negative in padding.
    public var start: [Int]

    init(_ field: ReceptiveField) {
      size = [field.vertical.size, field.horizontal.size]
      stride = [field.vertical.stride, field.horizontal.stride]
      start = [field.vertical.start, field.horizontal.start]
    }

    /// The field in a line, its values as `3 × 3`.
    var text: String {
      func pair(_ values: [Int]) -> String { values.map(String.init).joined(separator: " × ") }
      return "\(pair(size)), stride \(pair(stride)), start \(pair(start))"
    }
  }

  public init(_ shapes: LayerShapes) {
    name = shapes.layer.name
    operation = shapes.layer.kind.operation
    inputs = shapes.layer.inputs
    settings = shapes.layer.kind.settings
    inputShape = shapes.shownInputs
    outputShape = shapes.shownOutput
    arithmetic = shapes.arithmetic.map(\.description)
    parameters = shapes.parameterCount
    receptiveField = shapes.receptiveField.map(Field.init)
  }
}

/// Numbers of a run on one photo.
public struct LockedRun: Sendable, Equatable, Codable {
  public var image: File
  public var weights: File
  public var resize: String
  public var crop: Fitting
  /// Where maps' places are said to lie; nil in locks of camreport 0.1.0, which had TensorFlow 1's rule alone, and for networks
  /// without maps.
  public var placement: Placement?
  public var steps: [Fingerprint]
  public var predictions: [Prediction]

  public struct File: Sendable, Equatable, Codable {
    /// The file's path relative to the lock file's folder; for weights also `embedded` or `synthetic:SEED`.
    public var path: String
    public var sha256: String
  }

  public struct Prediction: Sendable, Equatable, Codable {
    public var rank: Int
    public var index: Int
    public var label: String
    public var logit: Float
    public var probability: Double
  }
}

/// A step's output in a few numbers.
public struct Fingerprint: Sendable, Equatable, Codable {
  public var name: String
  public var shape: Shape
  public var mean: Double
  public var std: Double
  public var l2: Double
  /// Sixteen values spread evenly over the output, first to last; fewer where it has fewer.
  public var values: [Float]

  static let valueCount = 16

  /// The fingerprint of a tensor; nil where values are NaN or infinite.
  init?(name: String, _ tensor: Tensor) {
    guard let statistics = tensor.statistics else { return nil }
    self.name = name
    shape = tensor.shape
    mean = statistics.mean
    std = statistics.standardDeviation
    l2 = statistics.l2Norm
    let count = min(Self.valueCount, tensor.count)
    values = (0..<count).map {
      tensor[flat: count == 1 ? 0 : $0 * (tensor.count - 1) / (count - 1)]
    }
  }
}

extension Network {
  /// The order of the axes of shapes as a lock has it; nil for (batch, height, width, channels).
  var shownOrder: AxisOrder? { axisOrder == .channelsLast ? nil : axisOrder }
}
