import CAMNet
import Training

/// The cross entropy of a photo's label.
struct CrossEntropy: Sendable {
  /// The label's number.
  let label: Int
  /// The label's logit.
  let logit: Double
  let softmax: Softmax

  /// - Precondition: the label is one of the logits' classes.
  init(_ logits: Tensor, label: Int) {
    self.label = label
    logit = Double(logits[flat: label])
    softmax = Softmax(logits.elements)
  }

  var value: Double { softmax.crossEntropy(of: label) }

  /// What it changes by with each logit: the classes' probabilities, less 1 for the label's.
  func gradient(_ logits: Tensor) -> Tensor {
    let values = (0..<logits.count).map { softmax.probability(of: $0) - ($0 == label ? 1 : 0) }
    return Tensor(shape: logits.shape, values.map { Float($0) })
  }
}

extension Walk.Key {
  /// The cross entropy of the photo's label.
  static var crossEntropy: Walk.Key<CrossEntropy> { .init("cross entropy") }
}
