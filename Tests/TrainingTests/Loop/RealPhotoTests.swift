import CAMNet
import Foundation
import TestSupport
import Testing
import Training

/// Trainings by the defaults on real photos. Photos and folds lie beside the project; where they do not, this is skipped.
@Suite(
  "Trainings on real photos",
  .enabled(
    if: GComprisPhotos.areInstalled && Fixture.reference("training/gcompris.json") != nil))
struct RealPhotoTests {
  private struct Reference: Decodable {
    /// Names and the folds that they are judged in.
    let files: [File]

    struct File: Decodable {
      let name: String
      let fold: Int

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        name = try container.decode(String.self)
        fold = try container.decode(Int.self)
      }
    }
  }

  private let model: Model
  private let first: NetworkParameters
  private let photos: [TrainingPhoto]
  /// Of each photo.
  private let folds: [Int?]
  private let folder: DataFolder

  init() throws {
    let url = try #require(Fixture.reference("training/gcompris.json"))
    let folds = Dictionary(
      uniqueKeysWithValues: try Fixture.json(url, as: Reference.self).files.map {
        ($0.name.replacing(".png", with: ""), $0.fold)
      })
    let own = Model.efficientNetLite0
    model = try #require(own.with(outputs: 4, classNames: GComprisPhotos.classes))
    first = model.beginning(from: try NetworkParameters(try own.embeddedWeights(), for: own))
    photos = try GComprisPhotos.photos().map { path, bytes in
      let label = GComprisPhotos.classes.firstIndex { path.hasPrefix("\($0)/") } ?? 0
      return TrainingPhoto(name: path, label: label, sha256: Hashing.sha256(bytes)) { _ in
        try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: path) }
          .prepared(size: 224, filter: .bicubic, fitting: .squeeze).image
      }
    }
    self.folds = photos.map { folds[$0.name.replacing(".webp", with: "")] }
    folder = try DataFolder()
  }

  /// How many photos of a fold are classified as they are labelled by what is trained with all others, and of how many.
  /// - Parameter epochs: nil for as many as there are by default.
  private func judge(
    _ fold: Int, training layers: TrainedLayers, epochs: Int? = nil
  ) throws -> (right: Int, of: Int) {
    var options = TrainingOptions()
    options.trained = layers
    options.epochs = epochs ?? options.epochs
    options.learningRate = try options.defaultLearningRate
    let setup = TrainingSetup(
      model: model, parameters: first, options: options, photos: photos,
      training: photos.indices.filter { folds[$0] != fold },
      validation: photos.indices.filter { folds[$0] == fold },
      cache: FeatureCache(folder: folder("features")), version: "test")
    var run = try TrainingRun(setup)
    // The last epoch's, and not the best's, which would be chosen by the photos that judge.
    let last = try #require(try run.run { _ in }.epochs.last?.validation)
    let count = setup.validation.count
    return (Int((last.accuracy * Double(count)).rounded()), count)
  }

  @Test("a head has as many of five folds right as logistic regression, which has 119 of 123")
  func head() throws {
    let right = try (0..<5).map { try judge($0, training: .head).right }.reduce(0, +)
    #expect(photos.count == 123)
    #expect((116...122).contains(right), "\(right) of 123 are right")
  }

  @Test("all layers have as many of a fold right as PyTorch's, 25 and 26 of 26")
  func allLayers() throws {
    // Of the 20 epochs that there are by default, a few are enough.
    let (right, count) = try judge(0, training: .all, epochs: 4)
    #expect(count == 26 && right >= 24, "\(right) of \(count) are right")
  }
}
