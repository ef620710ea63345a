import CAMNet

/// A lock held against what the models are now.
public struct LockCheck: Sendable {
  /// The lock file's path.
  public let file: String
  /// Where in the lock file what differs stands.
  let text: LockText
  /// One for each model of the lock that was asked for, in the lock's order.
  public let models: [ModelCheck]

  public struct ModelCheck: Sendable {
    public let name: String
    public let was: LockedModel
    /// What the model is now; nil where there is no such model, or its shapes cannot be inferred.
    public let now: LockedModel?
    public let differences: [Difference]
    /// Layers and steps that are as they were.
    public let agreeing: [String]
    /// The run that the fingerprints were compared with.
    public let report: Report?
  }

  /// What a check looks at, where it is not what the lock says.
  public struct Options: Sendable {
    public var size: InputSize?
    public var image: String?
    public var weights: WeightsSource?
    public var classes: String?
    public var tolerance: Double

    public init(
      size: InputSize?, image: String?, weights: WeightsSource?, classes: String?, tolerance: Double
    ) {
      self.size = size
      self.image = image
      self.weights = weights
      self.classes = classes
      self.tolerance = tolerance
    }
  }

  public var differences: [Difference] { models.flatMap(\.differences) }
  public var agrees: Bool { differences.isEmpty }

  /// - Parameters:
  ///   - text: the lock as it stands in the file.
  ///   - names: the models to check; empty for all.
  ///   - known: the models that there are.
  public init(
    _ lock: Lock, text: LockText, file: String, names: [String], options: Options, words: Words,
    known: [Model] = Model.known
  ) {
    self.file = file
    self.text = text
    let folder = LockFile.folder(file)
    models = lock.models.sorted { $0.key < $1.key }
      .filter { names.isEmpty || names.contains($0.key) }
      .map { name, locked in
        ModelCheck(name, locked, folder: folder, options: options, words: words, known: known)
      }
  }
}

extension LockCheck.ModelCheck {
  init(
    _ name: String, _ was: LockedModel, folder: String, options: LockCheck.Options, words: Words,
    known: [Model]
  ) {
    self.name = name
    self.was = was
    let model: Model
    do {
      model = try Self.model(
        name, was, folder: folder, size: options.size ?? was.inputSize, known: known)
    } catch {
      now = nil
      report = nil
      agreeing = []
      differences = [Difference(name, .impossible, error.lines)]
      return
    }
    let size = options.size ?? was.inputSize
    // The run comes first: weights say how many classes the network has.
    let run = Result {
      try Self.run(
        model, was.run, was.preparation, folder: folder, size: size, options: options, words: words)
    }
    let network = (try? run.get())?.report.model.model.network ?? model.network
    let inference = network.inference(size: size)
    let layers = inference.shapes.map(LockedLayer.init)
    let comparison = LayerComparison(
      model: name, was: was.layers, now: layers, sizes: (was.inputSize, size))
    var differences = comparison.differences
    var agreeing = comparison.unchanged
    if let failure = inference.failure {
      differences.append(Difference(name, .impossible, ["\(failure)"]))
    }

    let lockRun: LockRun?
    switch run {
    case .success(let found): lockRun = found
    case .failure(let error):
      lockRun = nil
      differences.append(Difference(name, .impossible, error.lines))
    }
    if let old = was.run, let run = lockRun {
      let numbers = NumberComparison(model: name, tolerance: options.tolerance)
        .differences(was: old, now: run.run, layers: layers)
      // Where shapes differ, numbers cannot but differ; the shapes say where it begins.
      if differences.isEmpty { differences = numbers }
      let differing = Set(numbers.flatMap { [$0.layer ?? ""] + $0.followers })
      agreeing.removeAll(where: differing.contains)
      var named = Set(agreeing)
      agreeing += old.steps.map(\.name).filter {
        !differing.contains($0) && named.insert($0).inserted
      }
      if let failure = run.report.failure {
        differences.append(Difference(name, .impossible, [failure]))
      }
    }
    self.differences = differences
    self.agreeing = agreeing
    now =
      inference.failure == nil
      ? LockedModel(
        file: was.file, inputSize: size, axisOrder: network.shownOrder,
        preparation: was.preparation, layers: layers,
        run: was.run == nil ? nil : lockRun?.run)
      : nil
    report = lockRun?.report.marking(differences)
  }

  /// The model that was locked, as it is now.
  private static func model(
    _ name: String, _ locked: LockedModel, folder: String, size: InputSize, known: [Model]
  ) throws -> Model {
    if let file = locked.file {
      let path = RelativePath.resolve(file, in: folder)
      guard FileBytes.isRegular(path) else { throw CheckError.notAFile(path) }
      return try NetworkFile.read(path, size: size, .recorded(locked.preparation)).model
    }
    guard let model = try? Model.named(name, among: known) else { throw CheckError.noModel }
    return model
  }

  /// Runs the model as the lock did, or sees that a weights file fits where the lock holds no run.
  private static func run(
    _ model: Model, _ locked: LockedRun?, _ preparation: RecordedPreparation?, folder: String,
    size: InputSize,
    options: LockCheck.Options,
    words: Words
  ) throws -> LockRun? {
    guard let locked else {
      if options.image != nil { throw CheckError.noFingerprints }
      if let weights = options.weights {
        let found = try LoadedModel.find(
          modelName: model.name, weights: weights, size: size, preparation: .recorded(preparation),
          models: [model])
        if let misfit = found.model.firstMisfit(in: found.store) {
          throw CheckError.misfit(layer: misfit.layer, reason: "\(misfit.error)")
        }
      }
      return nil
    }
    /// A path that the lock names, of a file that ends.
    func resolved(_ path: String) throws(CheckError) -> String {
      let path = RelativePath.resolve(path, in: folder)
      guard FileBytes.isRegular(path) else { throw .notAFile(path) }
      return path
    }
    let photo = try Photo(contentsOf: options.image ?? resolved(locked.image.path))
    guard photo.sha256 == locked.image.sha256 else {
      throw CheckError.otherPhoto(path: photo.path)
    }
    let weights =
      try options.weights
      ?? WeightsSource(locked.weights.path).mappingPath(resolved)
    let loaded = try LoadedModel(
      modelName: model.name, weights: weights, classes: options.classes, size: size,
      preparation: .recorded(preparation), models: [model])
    guard let filter = ResizeFilter(rawValue: locked.resize) else {
      throw CheckError.unknownFilter(locked.resize)
    }
    return try LockRun(
      loaded, photo: photo,
      options: InputOptions(size: size, filter: filter, fitting: locked.crop),
      maps: MapOptions(placement: locked.placement ?? .notebook), words: words, folder: folder)
  }
}

/// Why a comparison cannot be made.
enum CheckError: Error, CustomStringConvertible {
  case noModel
  case noFingerprints
  case notAFile(String)
  case misfit(layer: String, reason: String)
  case otherPhoto(path: String)
  case unknownFilter(String)

  var description: String {
    switch self {
    case .noModel:
      "this camreport has no model of this name"
    case .noFingerprints:
      "the lock holds no fingerprints to compare a photo's with; write them with 'camreport lock --image'"
    case .notAFile(let path):
      "\(path): there is no such file, which the lock names"
    case .misfit(let layer, let reason):
      "layer '\(layer)' does not fit the weights: \(reason)"
    case .otherPhoto(let path):
      "\(path): is not the photo that the fingerprints are of: its sha256 is another"
    case .unknownFilter(let name):
      "the lock was made with the resize filter '\(name)', which this camreport does not know"
    }
  }
}

extension Report {
  /// The report with the steps marked that a check found different.
  func marking(_ differences: [Difference]) -> Report {
    var report = self
    let places = Dictionary(
      steps.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for difference in differences {
      guard let layer = difference.layer else { continue }
      if let index = places[layer] { report.steps[index].differences += difference.details }
      for index in difference.followers.compactMap({ places[$0] }) {
        report.steps[index].differences.append(words.label("check.follows", ["layer": layer]))
      }
    }
    return report
  }
}
