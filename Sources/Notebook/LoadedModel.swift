import CAMNet
import Crypto

/// A model with its weights and class names, loaded once for all photos.
public struct LoadedModel: Sendable {
  public let model: Model
  public let store: WeightsStore
  public let executor: Executor
  public let head: ClassActivationHead
  public let classNames: [String]
  /// The file they are from; nil for ImageNet's.
  let classNamesPath: String?
  /// Of the names in order, a line end after each.
  let classNamesSHA256: String
  private let hash: Later<String>
  private let tuning: Later<FineTuning>
  /// How long finding, reading and checking the weights took.
  let loading: Duration
  /// How long reading the class names took.
  let naming: Duration

  /// - Parameters:
  ///   - modelName: a model's name, or nil for the one the weights are of (the embedded default without weights).
  ///   - weights: a file's path, `synthetic:SEED`, or nil for the model's embedded weights.
  ///   - classes: a file of class names, or nil for ImageNet's.
  public init(
    modelName: String?, weights: String?, classes: String?, options: ExecutionOptions = .init()
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let (model, store) = try Self.find(modelName: modelName, weights: weights)
    self.model = model
    self.store = store
    self.executor = Executor(
      model.network, parameters: try NetworkParameters(store, for: model), options: options)
    self.loading = clock.now - start
    self.head = try model.network.classActivationHead
    let outputs = try model.network.shapes().last?.output.dimensions.last ?? 0
    let loaded = clock.now
    self.classNames = try ClassNames.read(path: classes, count: outputs, model: model.name)
    self.classNamesPath = classes
    self.naming = clock.now - loaded
    self.classNamesSHA256 = Hashing.sha256(classNames)
    self.hash = Later { store.sha256 }
    self.tuning = Later { [executor] in FineTuning(executor) }
  }

  /// Of the weights file's bytes; of all values in order where the weights are made up.
  public var weightsSHA256: String { hash.value }

  /// What fine-tuning would start from.
  var fineTuning: FineTuning { tuning.value }

  /// Begins what a report says at its end, so that it is done while the network runs.
  func startHashing() { hash.start() }

  static func find(modelName: String?, weights: String?) throws -> (Model, WeightsStore) {
    let named = try modelName.map { name throws(ModelError) in try Model.named(name) }
    guard let weights else {
      let model = named ?? .efficientNetLite0
      return (model, try model.embeddedWeights())
    }
    let prefix = "synthetic:"
    if weights.hasPrefix(prefix) {
      let model = named ?? .vgg16CAM
      let seed = String(weights.dropFirst(prefix.count))
      return (model, SyntheticWeights(seed: seed).store(for: model))
    }
    let store = try WeightsStore(contentsOf: weights)
    return (try named ?? Model.holding(store), store)
  }
}

extension WeightsStore {
  /// Lowercase hexadecimal SHA-256 of the file; of all tensors' bytes in order where there is no file.
  var sha256: String {
    if let fileBytes { return Hashing.sha256(fileBytes) }
    var hash = SHA256()
    for entry in entries {
      guard let tensor = try? tensor(named: entry.name) else { continue }
      tensor.withUnsafeElements { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    return hash.finalize().hexadecimal
  }
}
