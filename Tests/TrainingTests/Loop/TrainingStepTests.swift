import CAMNet
import Foundation
import TestSupport
import Testing
import Training

/// Steps of training are PyTorch's. The references lie beside the project; where there are none, these tests are skipped.
@Suite("Steps of training")
struct TrainingStepTests {
  private struct Reference: Decodable {
    let settings: Settings
    let steps: [Step]

    struct Settings: Decodable {
      let lr: Double
      let momentum: Double?
      let nesterov: Bool?
      let betas: [Double]?
      let eps: Double?
      let weightDecay: Double?
      let decoupled: Double?
    }

    struct Step: Decodable {
      let crossEntropy: Double
      let weightDecay: Double
      let after: [String: Sample]?
    }

    struct Sample: Decodable {
      let l2: Double
      let changeL2: Double?
      let index: [Int]
      let value: [Double]
      let change: [Double]?
    }

    /// The options that the steps were made with.
    func options(_ name: String, epochs: Int) -> TrainingOptions {
      var options = TrainingOptions()
      options.trained = .all
      options.keepsHead = true
      options.epochs = epochs
      options.learningRate = settings.lr
      options.schedule = "constant"
      options.weightDecay = settings.weightDecay ?? settings.decoupled ?? 0
      options.optimizer.name = name == "nesterov" ? "sgd" : name
      options.optimizer.momentum = settings.momentum ?? 0
      options.optimizer.isNesterov = settings.nesterov ?? false
      options.optimizer.beta1 = settings.betas?[0] ?? 0
      options.optimizer.beta2 = settings.betas?[1] ?? 0
      options.optimizer.epsilon = settings.eps ?? 0
      return options
    }
  }

  private struct TinyReference: Decodable {
    let stepsFrozen: Steps

    struct Steps: Decodable {
      let sgd: Reference
      let nesterov: Reference
      let adam: Reference
      let adamw: Reference

      var all: [String: Reference] {
        ["sgd": sgd, "nesterov": nesterov, "adam": adam, "adamw": adamw]
      }
    }
  }

  private static let tiny = Fixture.reference("training/tiny-steps.json")

  @Test(
    "five steps of each optimizer on a tiny network are PyTorch's in double precision",
    .enabled(if: tiny != nil), arguments: ["sgd", "nesterov", "adam", "adamw"])
  func tinyNetwork(optimizer: String) throws {
    let url = try #require(Self.tiny)
    let file = try Fixture.json(url, as: TinyReference.self)
    let reference = try #require(file.stepsFrozen.all[optimizer])
    for count in 1...5 {
      let setup = try TinyTraining.setup(reference.options(optimizer, epochs: count))
      var run = try TrainingRun(setup)
      let result = try run.run { _ in }
      for (epoch, step) in zip(result.epochs, reference.steps) {
        #expect(abs(epoch.training.crossEntropy - step.crossEntropy) <= 1e-4)
        // The decay that changes weights beside their gradients is no part of the loss.
        let decay = optimizer == "adamw" ? 0 : step.weightDecay
        #expect(abs(epoch.training.weightDecay - decay) <= 1e-5)
      }
      for (name, sample) in try #require(reference.steps[count - 1].after) {
        let values = try #require(result.values.first { "\($0.key)" == name }?.value)
        let norm = try #require(values.statistics).l2Norm
        #expect(abs(norm - sample.l2) <= 1e-4 * sample.l2, "\(name)")
        expectClose(
          sample.index.map { Double(values[flat: $0]) }, sample.value, relativeL2: 1e-4,
          "\(name) after \(count) steps")
      }
    }
  }

  private struct VGGReference: Decodable {
    let labels: [Int]
    let weightDecayRate: Double
    let optimizers: Optimizers

    struct Optimizers: Decodable {
      let sgd: Reference
      let adam: Reference
    }
  }

  private static let vgg = Fixture.reference("training/vgg16cam-steps.json")

  @Test(
    "five steps of VGG16-CAM are PyTorch's", .enabled(if: vgg != nil), arguments: ["sgd", "adam"])
  func vgg16CAM(optimizer: String) throws {
    let file = try Fixture.json(try #require(Self.vgg), as: VGGReference.self)
    let reference = optimizer == "sgd" ? file.optimizers.sgd : file.optimizers.adam
    var options = reference.options(optimizer, epochs: 5)
    options.weightDecay = file.weightDecayRate
    let model = Model.vgg16CAM
    let synthetic = SyntheticWeights(seed: "camreport")
    let first = try FaintVGG16CAM.parameters()
    let images = [synthetic.image(width: 224, height: 224), TinyTraining.image(1, side: 224)]
    let photos = zip(images, file.labels).map { image, label in
      TrainingPhoto(name: "\(label)", label: label, sha256: "\(label)") { _ in image }
    }
    let setup = TrainingSetup(
      model: model, parameters: first, options: options, photos: photos, training: [0, 1],
      validation: [0, 1], version: "test")
    var run = try TrainingRun(setup)
    let result = try run.run { _ in }
    for (epoch, (before, after)) in zip(
      result.epochs, zip(reference.steps, reference.steps.dropFirst()))
    {
      #expect(abs(epoch.training.weightDecay / before.weightDecay - 1) < 1e-5)
      for (found, expected) in [
        (epoch.training.crossEntropy, before.crossEntropy),
        (epoch.validation?.crossEntropy ?? 0, after.crossEntropy),
      ] {
        #expect(abs(found / expected - 1) < 1e-3, "\(found), expected \(expected)")
      }
    }
    for (name, sample) in try #require(reference.steps[4].after) {
      let (key, values) = try #require(result.values.first { "\($0.key)" == name })
      let before = first[key].tensor.elements
      let change = zip(values.elements, before).map { Double($0) - Double($1) }
      let norm = change.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let expected = try #require(sample.changeL2)
      #expect(abs(norm / expected - 1) <= 5e-3, "\(name): \(norm), expected \(expected)")
      // Changes in the first layers are some hundred units in the last place.
      let isLow = ["conv1_1", "conv3_2"].contains(key.layer)
      expectClose(
        sample.index.map { change[$0] }, try #require(sample.change),
        relativeL2: isLow ? 0.05 : 0.002, "the change of \(name)")
    }
  }
}
