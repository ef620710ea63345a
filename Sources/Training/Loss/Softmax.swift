import CAMNet
import Foundation

/// The softmax of a photo's logits and its cross entropy with each class, in double precision and without overflow: the largest logit
/// is taken off all first.
public struct Softmax: Sendable {
  /// The largest logit, and the class that has it, the first of equals.
  public let largest: Double
  public let said: Int
  /// Each class's logit, less the largest.
  private let shifted: [Double]
  /// exp of those, their sum, and its logarithm.
  private let exponentials: [Double]
  private let sum: Double
  private let logarithm: Double

  public init(_ logits: [Double]) {
    let largest = logits.max() ?? 0
    self.largest = largest
    said = logits.firstIndex(of: largest) ?? 0
    shifted = logits.map { $0 - largest }
    exponentials = shifted.map { exp($0) }
    sum = exponentials.reduce(0, +)
    logarithm = log(sum)
  }

  public init(_ logits: [Float]) {
    self.init(logits.map(Double.init))
  }

  /// log Σⱼ exp(zⱼ) over all logits z.
  public var logSum: Double { largest + logarithm }

  public func probability(of label: Int) -> Double { exponentials[label] / sum }

  /// −log of the label's probability, log Σⱼ exp(zⱼ) − z, which is finite where the probability is too small for a number.
  public func crossEntropy(of label: Int) -> Double { logarithm - shifted[label] }
}
