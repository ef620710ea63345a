import CAMNet
import Foundation
import TestSupport
import Testing
import Training

@Suite("Overfitting")
struct OverfittingTests {
  private static let side = 64

  /// Waves between two colours, other ones in each picture.
  private static func picture(_ number: Int) -> RGBImage {
    var generator = SeededGenerator(seed: UInt64(number))
    let colors = (0..<6).map { _ in Double.random(in: 0...255, using: &generator) }
    let across = Double.random(in: -0.5...0.5, using: &generator)
    let down = Double.random(in: -0.5...0.5, using: &generator)
    let pixels = (0..<side * side * 3).map { index in
      let (place, channel) = (index / 3, index % 3)
      let phase = across * Double(place % side) + down * Double(place / side)
      let share = (sin(phase) + 1) / 2
      return UInt8(colors[channel] * share + colors[channel + 3] * (1 - share))
    }
    return RGBImage(width: side, height: side, pixels: pixels)
  }

  @Test("all of VGG16-CAM learns 16 pictures by heart in 60 steps, to little more than its decay")
  func vgg16CAM() throws {
    let names = ["even", "odd"]
    let model = try #require(Model.vgg16CAM.with(outputs: names.count, classNames: names))
    var options = TrainingOptions()
    options.trained = .all
    options.size = InputSize(Self.side)
    options.batch = 8
    options.epochs = 29
    options.learningRate = try options.defaultLearningRate
    let photos = (0..<16).map { number in
      TrainingPhoto(name: "\(number)", label: number % names.count, sha256: "\(number)") { _ in
        Self.picture(number)
      }
    }
    let setup = TrainingSetup(
      model: model, parameters: model.beginning(from: try FaintVGG16CAM.parameters()),
      options: options, photos: photos, training: Array(photos.indices), validation: [],
      version: "test")
    var run = try TrainingRun(setup)
    let result = try run.run { _ in }
    // Two steps an epoch, and the first epoch is the head's alone.
    #expect(result.epochs.count * 2 == 60)
    let last = try #require(result.epochs.last?.training)
    #expect(last.accuracy == 1)
    #expect(last.total < 1.02 * last.weightDecay, "\(last)")
  }
}
