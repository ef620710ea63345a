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
    let read = try sets.map { set in
      try reader.read(set, badPhotos: options.badPhotos) { photo, input in
        for store in stores { try store.features(sha256: photo.sha256) { input } }
        let number = done.wrappingAdd(1, ordering: .relaxed).newValue
        try observe(.read(number, of: count))
      }.data
    }
    var split: Split
    switch options.validation {
    case .fraction(let fraction):
      split = try Split(read[0], fraction: fraction, seed: options.seed)
    case .data: split = try Split(training: read[0], validation: read[1])
    }
    let copies = Copies(
      read.reduce(into: [:]) { $0.merge($1.fingerprints) { first, _ in first } },
      features: try pooled.map { try Self.features($0, read, stores, reader) } ?? [:])
    let duplicates = split.separate(copies, moves: !options.keepsDuplicates)
    boxes = try job.boxes.map { try Boxes(contentsOf: $0, of: read) }
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

  /// What a layer gives of each photo, by the photos' paths; nothing where there are more photos than are compared by it.
  private static func features(
    _ layer: String, _ data: [ReadData], _ stores: [FeatureStore], _ reader: PhotoReader
  ) throws -> [String: [Float]] {
    let photos = data.flatMap(\.photos)
    guard photos.count <= Copies.mostFeatures,
      let store = stores.first(where: { $0.gives([layer]) })
    else { return [:] }
    return try photos.reduce(into: [:]) { features, photo in
      let outputs = try store.features(sha256: photo.sha256) { try reader.input(photo) }.outputs
      features[photo.photo.path] = outputs[layer]?.elements
    }
  }
}
