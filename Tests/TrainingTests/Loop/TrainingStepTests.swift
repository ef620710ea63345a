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
      let weight_decay: Double?
      let decoupled: Double?
    }

    struct Step: Decodable {
      let cross_entropy: Double
      let weight_decay: Double
      let after: [String: Sample]?
    }

    struct Sample: Decodable {
      let l2: Double
      let change_l2: Double?
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
      options.weightDecay = settings.weight_decay ?? settings.decoupled ?? 0
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
    let steps_frozen: Steps

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
    let file = try JSONDecoder().decode(TinyReference.self, from: Data(contentsOf: url))
    let reference = try #require(file.steps_frozen.all[optimizer])
    for count in 1...5 {
      let setup = try TinyTraining.setup(reference.options(optimizer, epochs: count))
      var run = try TrainingRun(setup)
      let result = try run.run { _ in }
      for (epoch, step) in zip(result.epochs, reference.steps) {
        #expect(abs(epoch.training.crossEntropy - step.cross_entropy) <= 1e-4)
        // The decay that changes weights beside their gradients is no part of the loss.
        let decay = optimizer == "adamw" ? 0 : step.weight_decay
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
}
