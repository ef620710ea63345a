import CAMNet
import Synchronization

/// A job's photos, read once and divided into those that are trained with and those that are kept back.
struct PreparedPhotos: Sendable {
  let reader: PhotoReader
  let split: Split
  /// The photos that are trained with, then those that are kept back.
  let photos: [TrainingPhoto]
  /// What is kept of the photos.
  let stores: [FeatureStore]
  let boxes: Boxes?
  let summary: DataSummary

  var training: [Int] { Array(0..<split.training.count) }
  var validation: [Int] { Array(split.training.count..<photos.count) }

  /// - Parameter set: the photos of the job's data, whose classes are the model's.
  init(
    _ job: TrainingJob, _ set: DataSet, model: Model, _ first: NetworkParameters,
    observe: @escaping @Sendable (TrainingEvent) throws -> Void
  ) throws {
    let options = job.options
    let reader = PhotoReader(size: options.size ?? model.network.defaultSize)
    let pooled = try? model.network.classActivationHead.pooled
    let stores = try FeatureStore.all(
      try TrainingRun.keptLayers(model, options) + (pooled.map { [[$0]] } ?? []),
      executor: Executor(model.network, parameters: first, options: job.execution),
      size: reader.size, cache: job.cache, version: job.version)
    var sets = [set]
    if case .data(let path) = options.validation {
      sets.append(try DataSet(path, classes: set.classes))
    }
    let count = sets.reduce(0) { $0 + $1.photos.count }
    let done = Atomic(0)
    let comparesFeatures = count <= Copies.mostFeatures
    let read = try sets.map { set in
      try reader.read(set, badPhotos: options.badPhotos) { photo, input -> [Float]? in
        let features = try stores.map { try $0.features(sha256: photo.sha256) { input } }
        let number = done.wrappingAdd(1, ordering: .relaxed).newValue
        try observe(.read(number, of: count))
        guard comparesFeatures, let pooled else { return nil }
        return features.lazy.compactMap { $0.outputs[pooled] }.first?.elements
      }
    }
    let (split, duplicates) = try Self.divide(read, options)
    boxes = try options.boxes.map { try Boxes(contentsOf: $0, of: read.map(\.data)) }
    let augmentations = Augmentations.named(options.augmentations)
    photos = (split.training + split.validation).map { photo in
      TrainingPhoto(name: photo.photo.name, label: photo.photo.label, sha256: photo.sha256) {
        guard let epoch = $0 else { return try reader.input(photo) }
        return try reader.input(
          photo, changedBy: augmentations, seed: options.seed, epoch: epoch)
      }
    }
    self.reader = reader
    self.stores = stores
    self.split = split
    summary = split.summary(path: job.data, duplicates: duplicates)
  }

  /// The two sides, with copies on one of them.
  private static func divide(
    _ read: [(data: ReadData, values: [[Float]?])], _ options: TrainingOptions
  ) throws -> (split: Split, duplicates: [DuplicatePair]) {
    var split =
      switch options.validation {
      case .fraction(let fraction):
        try Split(read[0].data, fraction: fraction, seed: options.seed)
      case .data: try Split(training: read[0].data, validation: read[1].data)
      }
    guard !split.validation.isEmpty else { return (split, []) }
    var fingerprints: [String: PhotoFingerprint] = [:]
    var features: [String: [Float]] = [:]
    for (data, values) in read {
      fingerprints.merge(data.fingerprints) { first, _ in first }
      for (photo, values) in zip(data.photos, values) { features[photo.photo.path] = values }
    }
    let duplicates = split.separate(
      Copies(fingerprints, features: features), moves: !options.keepsDuplicates)
    return (split, duplicates)
  }
}
