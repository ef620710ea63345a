import CAMNet
import Foundation
import TestSupport
import Testing
import Training

/// A head trained by the defaults on real photos. Photos and folds lie beside the project; where they do not, this is skipped.
@Suite(
  "A head on real photos",
  .enabled(
    if: GComprisPhotos.areInstalled && Fixture.reference("training/gcompris.json") != nil))
struct HeadTests {
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

  @Test("classifies as many of five folds as logistic regression, which has 119 of 123")
  func folds() throws {
    let url = try #require(Fixture.reference("training/gcompris.json"))
    let folds = Dictionary(
      uniqueKeysWithValues: try Fixture.json(url, as: Reference.self).files.map {
        ($0.name.replacing(".png", with: ""), $0.fold)
      })
    let own = Model.efficientNetLite0
    let model = try #require(own.with(outputs: 4, classNames: GComprisPhotos.classes))
    let first = model.beginning(
      from: try NetworkParameters(try own.embeddedWeights(), for: own))
    let folder = try DataFolder()
    let photos = try GComprisPhotos.photos().map { path, bytes in
      let label = GComprisPhotos.classes.firstIndex { path.hasPrefix("\($0)/") } ?? 0
      return TrainingPhoto(name: path, label: label, sha256: Hashing.sha256(bytes)) { _ in
        try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: path) }
          .prepared(size: 224, filter: .bicubic, crop: false).image
      }
    }
    var options = TrainingOptions()
    options.learningRate = try options.defaultLearningRate
    var right = 0
    for fold in 0..<5 {
      let isKept = photos.map { folds[$0.name.replacing(".webp", with: "")] == fold }
      let setup = TrainingSetup(
        model: model, parameters: first, options: options, photos: photos,
        training: photos.indices.filter { !isKept[$0] },
        validation: photos.indices.filter { isKept[$0] },
        cache: FeatureCache(folder: folder("features")), version: "test")
      var run = try TrainingRun(setup)
      // The last epoch's, and not the best's, which would be chosen by the photos that judge.
      let last = try #require(try run.run { _ in }.epochs.last?.validation)
      right += Int((last.accuracy * Double(setup.validation.count)).rounded())
    }
    #expect(photos.count == 123)
    #expect((116...122).contains(right), "\(right) of 123 are right")
  }
}
