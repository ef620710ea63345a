import Foundation
import Testing
import Training

@Suite("Losses, schedules and optimizers")
struct LossTests {
  @Test("the loss of equal logits is the logarithm of the classes' number, however it is smoothed")
  func evenLogits() {
    for smoothing in [0, 0.1, 1] {
      let loss = SoftmaxCrossEntropy(smoothing: smoothing, weights: [1, 1, 1, 1])
      let result = loss([2, 2, 2, 2], label: 3)
      #expect(abs(result.loss - log(4)) < 1e-12 && result.said == 0)
    }
  }

  @Test("smoothing and weights are as PyTorch's CrossEntropyLoss has them")
  func formula() {
    let (logits, weights) = ([Float(0), 1, -1], [1.0, 2, 0.5])
    let sum = exp(0.0) + exp(1.0) + exp(-1.0)
    let logarithms = [0, 1, -1].map { log(sum) - $0 }
    let loss = SoftmaxCrossEntropy(smoothing: 0.3, weights: weights)
    let spread = zip(weights, logarithms).reduce(0) { $0 + $1.0 * $1.1 }
    let expected = 0.7 * 2 * logarithms[1] + 0.3 / 3 * spread
    #expect(abs(loss(logits, label: 1).loss - expected) < 1e-12)
  }

  @Test("the gradient is what central differences give")
  func gradient() {
    let loss = SoftmaxCrossEntropy(smoothing: 0.2, weights: [1, 3, 0.5])
    let logits: [Float] = [0.5, -1, 2]
    let gradient = loss(logits, label: 1).gradient
    for index in logits.indices {
      var (more, less) = (logits, logits)
      more[index] += 0.0078125
      less[index] -= 0.0078125
      let difference = (loss(more, label: 1).loss - loss(less, label: 1).loss) / 0.015625
      #expect(abs(difference - gradient[index]) < 1e-4)
    }
  }

  @Test("balanced weights let each class count as much as every other")
  func balance() {
    let counts = [30, 10, 0, 20]
    let weights = SoftmaxCrossEntropy.balanced(counts: counts)
    #expect(zip(counts, weights).map { Double($0) * $1 } == [15, 15, 0, 15])
  }

  @Test("schedules begin at the rate that is given, and never exceed it")
  func schedules() {
    for schedule in Schedules.all {
      #expect(schedule.factor(at: 0) == 1, "\(schedule.name)")
      let factors = (0..<100).map { schedule.factor(at: Double($0) / 100) }
      #expect(factors == factors.sorted(by: >) && factors.allSatisfy { $0 > 0 }, "\(schedule.name)")
    }
    #expect(abs(CosineSchedule.factor(at: 0.5) - 0.5) < 1e-12)
    #expect([0.49, 0.5, 0.75].map(StepSchedule.factor) == [1, 0.1, 0.01])
  }
}
