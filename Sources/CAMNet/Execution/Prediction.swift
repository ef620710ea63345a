import Foundation

/// What a network says of one class of a photo.
public struct Prediction: Sendable, Hashable {
  /// The class's place by probability, 1 for the most probable class.
  public let rank: Int
  /// The class's index in the network's output.
  public let index: Int
  public let logit: Float
  /// The class's probability, 0 … 1: as ``Scoring`` says.
  public let probability: Double
}

extension Prediction {
  /// The `count` most probable classes of a logits tensor (1, classes); of equal logits the earlier class goes first.
  public static func top(
    _ count: Int, of logits: Tensor, _ scoring: Scoring = .softmax
  ) -> [Prediction] {
    let values = logits.elements
    let probabilities = scoring.probabilities(values)
    return values.map(Double.init).largest(count).enumerated().map { rank, index in
      Prediction(
        rank: rank + 1, index: index, logit: values[index], probability: probabilities[index])
    }
  }

  /// The classes' probabilities: exp(xᵢ) / Σ exp(xⱼ), with the largest logit subtracted from each so that nothing overflows.
  public static func softmax(_ logits: [Float]) -> [Double] {
    let maximum = logits.max() ?? 0
    let exponentials = logits.map { exp(Double($0 - maximum)) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
