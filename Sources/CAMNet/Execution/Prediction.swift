import Foundation

/// One class with what the network says of it.
public struct Prediction: Sendable, Hashable {
  /// 1 for the most probable class.
  public let rank: Int
  /// The class's index in the network's output.
  public let index: Int
  public let logit: Float
  /// Softmax over all classes, 0 … 1.
  public let probability: Double
}

extension Prediction {
  /// The `count` most probable classes of a logits tensor (1, classes); of equal logits the earlier class goes first.
  public static func top(_ count: Int, of logits: Tensor) -> [Prediction] {
    let values = logits.elements
    let probabilities = softmax(values)
    return values.map(Double.init).largest(count).enumerated().map { rank, index in
      Prediction(
        rank: rank + 1, index: index, logit: values[index], probability: probabilities[index])
    }
  }

  /// exp(xᵢ) / Σ exp(xⱼ), shifted by the maximum so that nothing overflows.
  public static func softmax(_ logits: [Float]) -> [Double] {
    let maximum = logits.max() ?? 0
    let exponentials = logits.map { exp(Double($0 - maximum)) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
