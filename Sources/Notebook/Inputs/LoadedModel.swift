import CAMNet
import Crypto
import Training

/// A model with its weights and class names, loaded once for all photos.
public struct LoadedModel: Sendable {
  public let model: Model
  /// Where the weights are from.
  public let weights: WeightsSource
  public let store: WeightsStore
  public let executor: Executor
  /// The layer that gives the logits, (1, classes); nil for a network whose last layer gives something else.
  public let logits: String?
  /// The end of the network that maps are made from; nil where it ends otherwise.
  public let head: ClassActivationHead?
  /// Why the network has no head.
  let headlessness: NetworkError?
  /// A name for each class, in the order of the logits; empty where there are none.
  public let classNames: [String]
  /// The file that the names are from; nil where they are from no file of the user's.
  let classNamesPath: String?
  /// Whether nobody named the classes, so that they are called by their numbers.
  let numbersClasses: Bool
  /// Whether the names are ImageNet's only because there are as many classes.
  let assumesClasses: Bool
  private let fileSources: [String: [String]]?
  /// What holds the network, where the weights are from elsewhere.
  private let ownFile: Later<RunRecord.NetworkFile?>
  /// What says how photos are prepared, and how they are fitted to the network; nil where only the model says it.
  private let prepared: FoundPreparation?
  /// The hash of the names in order, a line end after each.
  let classNamesSHA256: String
  private let hash: Later<String>
  private let tuning: Later<FineTuning>
  /// How long finding, reading and checking the weights took.
  let loading: Duration
  /// How long reading the class names took.
  let naming: Duration

  /// - Parameters:
  ///   - modelName: a model's name, or nil for the one the weights are of (the embedded default without weights).
  ///   - weights: nil for the model's embedded weights.
  ///   - classes: a file of class names, or nil for the model's own or ImageNet's.
  ///   - size: the input that is to be run, for a network whose file leaves it open.
  ///   - preparation: how photos are prepared, for a network from a file.
  ///   - models: the models that there are.
  public init(
    modelName: String?, weights: WeightsSource?, classes: String?,
    options: ExecutionOptions = .init(), size: InputSize? = nil,
    preparation: PreparationRequest = .usual, models: [Model] = Model.known
  ) throws {
    try self.init(classes: classes, options: options) {
      try Self.find(
        modelName: modelName, weights: weights, size: size, preparation: preparation,
        models: models)
    }
  }

  /// A model of one's own.
  /// - Parameter classes: a file of class names, or nil for the model's own; classes without names are called by numbers.
  public init(
    _ model: Model, weights: WeightsSource, classes: String? = nil,
    options: ExecutionOptions = .init()
  ) throws {
    try self.init(classes: classes, options: options) {
      try Self.read(weights, for: model)
    }
  }

  /// A model of one's own with its weights in memory.
  public init(_ model: Model, _ store: WeightsStore, options: ExecutionOptions = .init()) throws {
    try self.init(classes: nil, options: options) {
      FoundModel(model: model, weights: .file(store.source), store: store)
    }
  }

  private init(
    classes: String?, options: ExecutionOptions,
    find: () throws -> FoundModel
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let found = try find()
    let (model, store) = (found.model, found.store)
    self.model = model
    self.weights = found.weights
    self.store = store
    self.prepared = found.found
    self.fileSources = found.sources
    self.ownFile = Later { [network = found.network] in
      network.map { RunRecord.NetworkFile(source: $0.source, sha256: $0.sha256) }
    }
    self.executor = Executor(
      model.network, parameters: try NetworkParameters(store, for: model), options: options)
    self.loading = clock.now - start
    let last = try model.network.shapes().last
    let count = last.flatMap { $0.output.rank == 2 ? $0.output[1] : nil } ?? 0
    logits = count > 0 ? last?.layer.name : nil
    do {
      head = try model.network.classActivationHead
      headlessness = nil
    } catch {
      head = nil
      headlessness = error
    }
    let loaded = clock.now
    let names = try ClassNames(
      path: classes, count: count, model: model, isFromFile: store.format == .onnx)
    self.classNames = names.names
    self.classNamesPath = classes
    self.numbersClasses = names.areNumbers
    self.assumesClasses = names.areAssumed
    self.naming = clock.now - loaded
    self.classNamesSHA256 = Hashing.sha256(classNames)
    self.hash = Later { store.sha256 }
    self.tuning = Later { [executor] in FineTuning(executor) }
  }

  /// The number of most probable classes whose maps are shown.
  var mappedClasses: Int { min(2, classNames.count) }

  /// Whether the weights are made up from a formula.
  var isSynthetic: Bool { if case .synthetic = weights { true } else { false } }

  /// The weights file; nil where the weights are from no file that is beside the program.
  var weightsFile: String? { store.files.isEmpty ? nil : weights.path }

  /// The hash of the weights file's bytes; of all values in order where the weights are made up.
  public var weightsSHA256: String { hash.value }

  /// Throws where the weights file changed since it was opened, so that ``weightsSHA256`` is of the values that were used.
  package func checkWeights() throws {
    _ = weightsSHA256
    try store.checkUnchanged()
  }

  /// What fine-tuning would start from.
  var fineTuning: FineTuning { tuning.value }

  /// Begins what a report says at its end, so that it is done while the network runs.
  func startHashing() { hash.start() }

  /// The layers by what other programs call them: by their own names, by the modules that hold their parameters, and by what a network's
  /// file says. None, where what is called so is inside of a layer that does several steps in one.
  var sources: [String: [String]] {
    var own: [String: [String]] = [:]
    for layer in model.network.layers {
      for name in [layer.name, layer.source].compactMap(\.self) { own[name] = [layer.name] }
      guard fileSources == nil, let convolution = layer.kind as? Convolution,
        convolution.batchNormalization != nil
      else { continue }
      let scale = model.layout.names(ParameterName(layer: layer.name, role: .scale))
      let normalization = scale.split(separator: ".").dropLast().joined(separator: ".")
      own[normalization] = convolution.activation == .none ? [layer.name] : []
    }
    return (fileSources ?? [:]).merging(own) { file, _ in file }
  }

  /// Whether what a layer is called by is a module of which the layer does more: a convolution that normalizes and cuts values off too,
  /// in a network of no file that says so.
  func doesMore(_ name: String, in layer: Layer) -> Bool {
    guard fileSources == nil, let convolution = layer.kind as? Convolution else { return false }
    return [layer.name, layer.source].contains(name)
      && (convolution.batchNormalization != nil || convolution.activation != .none)
  }

  /// The file that holds the network, where the weights are from elsewhere.
  var networkFile: RunRecord.NetworkFile? { ownFile.value }

  /// How photos are fitted to the network where nothing else is asked for.
  public var fitting: Fitting { prepared?.fitting ?? .squeeze }

  /// The filter that photos are resized by where nothing else is asked for.
  public var filter: ResizeFilter { prepared?.filter ?? .bicubic }

  /// How photos are prepared and what says it; nil for a network that prepares them as it was trained.
  public var preparation: RecordedPreparation? { RecordedPreparation(model, prepared) }

  /// The model and its weights: what is not named is found from the other. A model may be named by its file, and a file that holds a
  /// network of its own is that network.
  static func find(
    modelName: String?, weights: WeightsSource?, size: InputSize?,
    preparation: PreparationRequest = .usual, models: [Model] = Model.known
  ) throws -> FoundModel {
    if let modelName, NetworkFile.isNamed(modelName, among: models) {
      let imported = try NetworkFile.read(modelName, size: size, preparation)
      guard let weights, weights != .file(modelName) else { return imported }
      var found = try read(weights, for: imported.model)
      found.found = imported.found
      found.sources = imported.sources
      found.network = imported.store
      return found
    }
    func named() throws(ModelError) -> Model? {
      try modelName.map { name throws(ModelError) in try Model.named(name, among: models) }
    }
    func prepared(_ found: FoundModel, _ path: String? = nil) throws -> FoundModel {
      try preparation.applied(to: found, beside: path)
    }
    let weights = weights ?? .embedded
    switch weights {
    case .embedded: return try prepared(read(weights, for: named() ?? Model.all[0]))
    case .synthetic: return try prepared(read(weights, for: named() ?? .vgg16CAM))
    case .file(let path):
      // Opened once: what is looked at is what is used.
      let file = try FileBytes(contentsOf: path, as: .weights)
      // A record names a network of a file by the file's name, which may be that of a model.
      let isOther =
        models.contains { $0.name == modelName }
        && NetworkFile.name(path) != modelName
      if !isOther, let imported = try NetworkFile.network(in: file, path, size: size, preparation),
        modelName == nil || modelName == imported.model.name
      {
        return imported
      }
      let store = try WeightsStore(file, source: path)
      let model = try (named() ?? Model.holding(store, among: models)).fitted(to: store)
      try model.checkLeftOver(store)
      return try prepared(FoundModel(model: model, weights: weights, store: store), path)
    }
  }

  private static func read(_ weights: WeightsSource, for model: Model) throws -> FoundModel {
    var model = model
    let store: WeightsStore
    switch weights {
    case .embedded: store = try model.embeddedWeights()
    case .synthetic(let seed): store = SyntheticWeights(seed: seed).store(for: model)
    case .file(let path):
      store = try WeightsStore(contentsOf: path)
      model = model.fitted(to: store)
    }
    return FoundModel(model: model, weights: weights, store: store)
  }
}

extension WeightsStore {
  /// Lowercase hexadecimal SHA-256 of the file, with the data files that belong to it behind it; of all tensors' bytes in order
  /// where there is no file.
  var sha256: String {
    if !files.isEmpty { return Hashing.sha256(files) }
    var hash = SHA256()
    for entry in entries {
      guard let tensor = try? tensor(named: entry.name) else { continue }
      tensor.withUnsafeElements { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    return hash.finalize().hexadecimal
  }
}
