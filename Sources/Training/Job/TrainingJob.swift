import CAMNet
import Foundation
import Synchronization
import Threads

/// A network fine-tuned on a person's photos, from reading them to what the result is worth.
public struct TrainingJob: Sendable {
  /// The folder or list of the photos.
  public let data: String
  public let start: TrainingStart
  public let options: TrainingOptions
  /// The path of the result, beside which checkpoints are.
  public let output: String
  public let execution: ExecutionOptions
  /// What keeps features on disk; nil for nothing.
  public let cache: FeatureCache?
  /// camreport's version.
  public let version: String

  public init(
    data: String, start: TrainingStart, options: TrainingOptions, output: String,
    execution: ExecutionOptions = ExecutionOptions(), cache: FeatureCache? = nil,
    version: String
  ) {
    self.data = data
    self.start = start
    self.options = options
    self.output = output
    self.execution = execution
    self.cache = cache
    self.version = version
  }

  /// Throws where a file is in the way of the result or of its checkpoint, or cannot be made.
  /// - Parameters:
  ///   - resumes: whether a checkpoint that is there is gone on with.
  ///   - overwrites: whether what is there is written over.
  public func checkFiles(resumes: Bool, overwrites: Bool) throws {
    try TrainedWeights.checkFormat(output)
    try AtomicFile.checkIsNoFolder(output)
    let checkpoint = Checkpoint.path(ofResult: output)
    let (hasResult, hasCheckpoint) = (
      FileBytes.isRegular(output), FileBytes.isRegular(checkpoint)
    )
    if !overwrites {
      if hasCheckpoint, !resumes { throw TrainingError.checkpointExists(checkpoint) }
      if hasResult, resumes, !hasCheckpoint {
        throw TrainingError.noCheckpoint(checkpoint, result: output)
      }
      if hasResult, !resumes { throw TrainingError.resultExists(output) }
    }
    let slash = output.utf8.lastIndex(of: UInt8(ascii: "/"))
    try AtomicFile.prepareFolder(slash.map { String(output[...$0]) } ?? ".")
  }

  /// Removes the checkpoint, when all that follows from the training is written.
  public func removeCheckpoint() throws {
    try AtomicFile.removeIfPresent(Checkpoint.path(ofResult: output))
  }

  /// What a training does with checkpoints.
  public enum Checkpointing: Sendable {
    /// None is read or written.
    case none
    /// They are written, in the place of one that is there.
    case anew
    /// One that is there is gone on with.
    case resumed
  }

  /// Trains, and says what came of it; nothing but checkpoints is written.
  /// - Parameter observe: told what happens, often and on any thread; what it throws ends the training, whose checkpoint stays.
  public func run(
    _ checkpointing: Checkpointing,
    observe: @escaping @Sendable (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    let set = try dataSet()
    let (model, first) = try start.begin(classes: set.classes, keepsHead: options.keepsHead)
    let prepared = try PreparedPhotos(self, set, model: model, first, observe: observe)
    let setup = TrainingSetup(
      model: model, parameters: first, options: options, photos: prepared.photos,
      training: prepared.training, validation: prepared.validation, execution: execution,
      cache: cache, version: version)
    let identity = try TrainingIdentity(
      setup, weightsSHA256: start.weightsSHA256, dataSHA256: prepared.summary.sha256)
    let checkpoint = Checkpoint(ofResult: output, identity)
    var run = try TrainingRun(
      setup, checkpoint: checkpointing == .none ? nil : checkpoint,
      resumes: checkpointing == .resumed)
    let result = try run.run(stores: prepared.stores, observe: observe)
    return try TrainingOutcome(self, prepared, setup, result, observe: observe)
  }

  /// The photos, with the classes in the order of the network's outputs: as the data name them, or as the head that is kept has
  /// them.
  private func dataSet() throws -> DataSet {
    let set = try DataSet(data)
    guard options.keepsHead else { return set }
    let (own, known) = (Set(set.classes), Set(start.classNames))
    guard own == known else {
      throw TrainingError.otherClasses(
        weights: "\(start.weights)", data: data, missing: known.subtracting(own).sorted(),
        unknown: own.subtracting(known).sorted())
    }
    return try DataSet(data, classes: start.classNames)
  }
}
