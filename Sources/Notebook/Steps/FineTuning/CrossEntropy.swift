import CAMNet
import Foundation

/// The cross entropy of a label, −log of its probability: log Σⱼ exp(zⱼ) − z, which is finite where the probability is too small
/// for a number.
struct CrossEntropy: Sendable {
  /// The label's number.
  let label: Int
  /// The label's logit, z.
  let logit: Double
  /// log Σⱼ exp(zⱼ) over all classes' logits.
  let logSum: Double

  /// - Precondition: the label is one of the logits' classes.
  init(_ logits: [Double], label: Int) {
    let largest = logits.max() ?? 0
    self.label = label
    logit = logits[label]
    logSum = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
  }

  init(_ logits: Tensor, label: Int) {
    self.init(logits.elements.map(Double.init), label: label)
  }

  var value: Double { logSum - logit }

  var probability: Double { exp(-value) }

  /// What it changes by with each logit: the classes' probabilities, less 1 for the label's.
  func gradient(_ logits: Tensor) -> Tensor {
    var values = Prediction.softmax(logits.elements)
    values[label] -= 1
    return Tensor(shape: logits.shape, values.map { Float($0) })
  }
}

extension Walk.Key {
  /// The cross entropy of the photo's label.
  static var crossEntropy: Walk.Key<CrossEntropy> { .init("cross entropy") }
}
