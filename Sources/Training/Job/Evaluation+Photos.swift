import CAMNet
import Foundation
import Threads

extension Evaluation {
  /// What a trained network says of the photos that were kept back, or of those that were trained with where none were: each photo
  /// on a core of its own.
  init(
    _ model: Model, _ parameters: NetworkParameters, _ prepared: PreparedPhotos,
    options: ExecutionOptions, observe: @escaping @Sendable (TrainingEvent) throws -> Void
  ) throws {
    let isValidation = !prepared.split.validation.isEmpty
    let photos = isValidation ? prepared.split.validation : prepared.split.training
    let judge = try PhotoJudge(model, parameters, prepared, options)
    var results: [PhotoJudge.Judgement] = []
    var failure: (any Error)?
    inOrder(photos.count) { index in
      Result { try judge(photos[index]) }
    } take: { index, result in
      guard failure == nil else { return }
      do {
        results.append(try result.get())
        try observe(.evaluated(index + 1, of: photos.count))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self.init(
      isValidation: isValidation, photos: results.map(\.photo),
      evidence: ClassEvidence.all(
        results.compactMap(\.evidence), classes: prepared.split.classes.count))
  }
}

/// A trained network that looks at single photos.
private struct PhotoJudge: Sendable {
  struct Judgement: Sendable {
    let photo: EvaluatedPhoto
    /// Where the evidence for the photo's class lies; nil where the network has no maps, or the map nothing for the class.
    let evidence: PhotoEvidence?
  }

  private let executor: Executor
  private let prepared: PreparedPhotos
  private let logits: String
  /// The layer whose feature maps are weighed, and where their places lie; nil where the network has no maps.
  private let features: (layer: String, grid: PlaceGrid)?

  init(
    _ model: Model, _ parameters: NetworkParameters, _ prepared: PreparedPhotos,
    _ options: ExecutionOptions
  ) throws {
    var options = options
    options.keptWeights = .all
    options.threads = 1
    executor = Executor(model.network, parameters: parameters, options: options)
    self.prepared = prepared
    let size = prepared.reader.size
    let shapes = try model.network.shapes(size: size)
    logits = shapes[shapes.count - 1].layer.name
    let head = try? model.network.classActivationHead
    features = head.flatMap { head in
      shapes.first { $0.layer.name == head.features }.map {
        (
          head.features,
          model.placement.grid(of: $0.output, $0.receptiveField, size: size)
        )
      }
    }
  }

  func callAsFunction(_ photo: ReadPhoto) throws -> Judgement {
    let layers = [logits] + (features.map { [$0.layer] } ?? [])
    let outputs = try executor.outputs(of: layers, for: prepared.reader.input(photo))
    let label = photo.photo.label
    var evidence: PhotoEvidence?
    if let features {
      let map = try ClassActivationMap(
        features: outputs[1], executor: executor, classIndex: label
      ).map.upsampledBilinearly(features.grid)
      evidence = PhotoEvidence(
        label: label, map: map, boxes: prepared.boxes?[photo.photo.path] ?? [])
    }
    return Judgement(
      photo: EvaluatedPhoto(
        path: photo.photo.path, label: label, logits: outputs[0].elements), evidence: evidence)
  }
}
