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
    let split: Split
    switch options.validation {
    case .fraction(let fraction):
      split = try Split(read[0], fraction: fraction, seed: options.seed)
    case .data: split = Split(training: read[0], validation: read[1])
    }
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
    summary = DataSummary(job.data, split, duplicates: [])
  }
}

extension DataSummary {
  init(_ path: String, _ split: Split, duplicates: [DuplicatePair]) {
    func lines(_ side: String, _ photos: [ReadPhoto]) -> [String] {
      photos.flatMap { [side, split.classes[$0.photo.label], $0.photo.name, $0.sha256] }
    }
    func count(_ label: Int, _ photos: [ReadPhoto]) -> Int {
      photos.count { $0.photo.label == label }
    }
    self.init(
      path: path,
      sha256: Hashing.sha256(
        lines("training", split.training) + lines("validation", split.validation)),
      classes: split.classes.enumerated().map { label, name in
        ClassCount(
          name: name, training: count(label, split.training),
          validation: count(label, split.validation))
      }, skipped: split.skipped, duplicates: duplicates)
  }
}
