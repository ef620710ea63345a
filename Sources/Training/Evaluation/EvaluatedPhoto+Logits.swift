import Foundation

extension EvaluatedPhoto {
  /// What a network's logits say of a photo: softmax and −log of its class's probability, in double precision and without overflow.
  /// - Precondition: `label` is a class of the logits.
  public init(path: String, label: Int, logits: [Float]) {
    let largest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - largest) }
    let sum = exponentials.reduce(0, +)
    let said = logits.firstIndex { Double($0) == largest } ?? 0
    self.init(
      path: path, label: label, said: said, labelProbability: exponentials[label] / sum,
      saidProbability: exponentials[said] / sum,
      crossEntropy: log(sum) - (Double(logits[label]) - largest))
  }
}
