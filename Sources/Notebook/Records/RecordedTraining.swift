import CAMNet
import Training

/// A training's record, `training.json`, and the same training done again.
public struct RecordedTraining: Sendable {
  public let record: TrainingRecord

  /// Reads a record; nil where the file is none of a training.
  /// - Throws: where the file cannot be read, or nothing can be trained by what it says.
  public init?(contentsOf path: String) throws {
    let bytes = try FileBytes(contentsOf: path, as: .record).withUnsafeBytes { Array($0) }
    guard let record = try? TrainingRecord(json: bytes) else { return nil }
    if let size = record.options.size, !InputOptions.allows(size) {
      throw RecordError.size(file: path, size)
    }
    if let refusal = record.options.refusal {
      throw RecordError.options(file: path, refusal)
    }
    self.record = record
  }

  /// Trains again from the record's photos, weights and options, and writes nothing.
  public func again(
    version: String, observe: @escaping @Sendable (TrainingEvent) throws -> Void
  ) throws -> TrainingRecord {
    let loaded = try LoadedModel(
      modelName: record.options.network ?? record.model, weights: WeightsSource(record.weights),
      classes: record.options.classes, size: record.options.size,
      preparation: record.options.preparation.map {
        .recorded(RecordedPreparation(origin: .options, preparation: $0))
      } ?? .usual)
    let job = TrainingJob(
      data: record.data.path,
      start: TrainingStart(
        model: loaded.model, parameters: loaded.executor.parameters, weights: loaded.weights,
        weightsSHA256: loaded.weightsSHA256, classNames: loaded.classNames),
      options: record.options, output: record.output, version: version)
    return try job.run(.none, observe: observe).record
  }
}
