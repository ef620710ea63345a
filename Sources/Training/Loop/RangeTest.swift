import CAMNet
import Foundation

/// A search for a learning rate: steps on a copy of the variables, at rates that grow from step to step, until the loss grows too.
///
/// Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, section 3.3. The losses are smoothed, the test is ended
/// where they are four times the lowest, and a tenth of the rate at the lowest is taken, as fastai's `lr_find` does it with
/// `minimum`; in two digits, so that a person can give the same number.
struct RangeTest {
  static let rates = 1e-6...1.0
  static let steps = 60
  /// How much of the smoothed loss each step leaves of the one before.
  private static let smoothing = 0.9

  private var points: [RangeTestRecord.Point] = []
  private var average = 0.0
  private var isOver = false

  /// The learning rate of a step, from 0.
  static func rate(_ step: Int) -> Double {
    let span = log(rates.upperBound / rates.lowerBound)
    return rates.lowerBound * exp(span * Double(step) / Double(steps - 1))
  }

  /// Tries the rates from the variables as they are, and changes none of them.
  /// - Parameter done: told after each step.
  static func run(
    _ steps: TrainingSteps, done: (_ step: Int) throws -> Void
  ) throws -> RangeTestRecord {
    let steps = steps.copy()
    var test = RangeTest()
    var batches: [[Int]] = []
    var round = 0
    for step in 0..<Self.steps where !test.isOver {
      if batches.isEmpty {
        round -= 1
        batches = steps.batches(epoch: round)
      }
      let batch = try steps.batch(batches.removeFirst(), epoch: round) {}
      test.add(batch.losses.crossEntropy, at: rate(step))
      steps.variables.step(batch.gradients, learningRate: rate(step), number: step + 1)
      try done(step + 1)
    }
    return RangeTestRecord(points: test.points, chosen: test.chosen)
  }

  /// Adds a step's loss, before its change.
  mutating func add(_ loss: Double, at rate: Double) {
    average = Self.smoothing * average + (1 - Self.smoothing) * loss
    // The average begins at 0, which is made up for.
    let smooth = average / (1 - pow(Self.smoothing, Double(points.count + 1)))
    let lowest = points.map(\.loss).min() ?? smooth
    isOver = !(smooth <= 4 * lowest)
    if smooth.isFinite { points.append(.init(learningRate: rate, loss: smooth)) }
  }

  private var chosen: Double {
    let lowest = points.min { $0.loss < $1.loss }?.learningRate ?? Self.rates.lowerBound
    return Double(String(format: "%.1e", lowest / 10)) ?? lowest / 10
  }
}
