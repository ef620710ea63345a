import CAMNet
import Foundation
import Synchronization
import Threads

/// What a training job came to.
public struct TrainingOutcome: Sendable {
  /// Everything that is said of the training; its output's hash is empty where there is no result.
  public let record: TrainingRecord
  /// The result's weights; nil where the training diverged.
  public let weights: TrainedWeights?
  /// The network and its best weights; nil where the training diverged before its first epoch was over.
  public let trained: (model: Model, parameters: NetworkParameters)?
  /// The side of the network's input in pixels.
  public let size: InputSize
  /// Where the loss became no number; nil where it did not.
  public let divergence: TrainingError.Divergence?

  init(
    _ job: TrainingJob, _ prepared: PreparedPhotos, _ setup: TrainingSetup,
    _ result: TrainingResult, observe: @escaping @Sendable (TrainingEvent) throws -> Void
  ) throws {
    let isUsable =
      result.bestEpoch != nil
      && result.values.values.allSatisfy {
        $0.statistics != nil
      }
    let parameters = setup.parameters.replacing(isUsable ? result.values : [:])
    let trained = isUsable ? (setup.model, parameters) : nil
    self.trained = trained
    size = setup.size
    if case .diverged(let divergence) = result.ending {
      self.divergence = divergence
      weights = nil
    } else {
      divergence = nil
      weights = TrainedWeights(setup.model, parameters, size: setup.size)
    }
    let evaluation = try trained.map {
      try Evaluation(
        $0.0, $0.1, prepared, options: job.execution, observe: observe)
    }
    var weightsSHA256: String?
    if case .synthetic = job.start.weights {} else { weightsSHA256 = job.start.weightsSHA256 }
    record = TrainingRecord(
      version: job.version, model: setup.model.name, title: setup.model.title,
      kernels: job.execution.kernels.name, products: result.products,
      weights: "\(job.start.weights)",
      weightsSHA256: weightsSHA256, output: job.output, outputSHA256: weights?.sha256,
      options: job.options, data: prepared.summary, rangeTest: result.rangeTest,
      epochs: result.epochs, bestEpoch: result.bestEpoch, ending: result.ending.recorded,
      evaluation: evaluation,
      variables: isUsable ? VariableRecord.all(setup, job.start, parameters, result) : [])
  }
}

extension TrainingResult.Ending {
  fileprivate var recorded: TrainingRecord.Ending {
    switch self {
    case .epochs: .epochs
    case .patience: .patience
    case .diverged: .diverged
    }
  }
}

extension VariableRecord {
  /// All of a network's variables before and after a training.
  fileprivate static func all(
    _ setup: TrainingSetup, _ start: TrainingStart, _ parameters: NetworkParameters,
    _ result: TrainingResult
  ) -> [VariableRecord] {
    setup.model.network.parameters.filter { $0.name.role.isTrainable }.map { declaration in
      let name = declaration.name
      let values = parameters[name].tensor
      let isTrained = result.values[name] != nil
      let isOfOneShape = start.parameters[name].shape == declaration.shape
      return VariableRecord(
        name: "\(name)", shape: declaration.shape.dimensions, isTrained: isTrained,
        decays: name.role.decays, norm: values.statistics?.l2Norm ?? 0,
        gradientNorm: result.gradientNorms["\(name)"],
        changeNorm: isOfOneShape
          ? isTrained ? setup.parameters[name].tensor.norm(times: -1, plus: values) : 0 : nil)
    }
  }
}
