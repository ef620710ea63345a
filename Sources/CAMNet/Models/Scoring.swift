import Foundation

/// What logits are made probabilities by.
public enum Scoring: String, Sendable, Hashable {
  /// Softmax: one class of all, probabilities that add up to 1.
  case softmax
  /// The sigmoid of each logit: each class by itself, or the one there is.
  case sigmoid

  /// The classes' probabilities, 0 … 1.
  public func probabilities(_ logits: [Float]) -> [Double] {
    switch self {
    case .softmax: Prediction.softmax(logits)
    case .sigmoid: logits.map { 1 / (1 + exp(-Double($0))) }
    }
  }

  /// How uncertain probabilities are, in bits: of softmax their entropy, of sigmoids the mean of each one's.
  public func entropy(_ probabilities: [Double]) -> Double {
    func bits(_ share: Double) -> Double { share > 0 ? -share * log2(share) : 0 }
    switch self {
    case .softmax: return probabilities.reduce(0) { $0 + bits($1) }
    case .sigmoid:
      let sum = probabilities.reduce(0) { $0 + bits($1) + bits(1 - $1) }
      return sum / Double(max(probabilities.count, 1))
    }
  }

  /// The greatest ``entropy(_:)`` of so many classes.
  public func greatestEntropy(_ classes: Int) -> Double {
    self == .softmax ? log2(Double(max(classes, 1))) : 1
  }
}
