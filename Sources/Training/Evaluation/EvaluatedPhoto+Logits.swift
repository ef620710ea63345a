extension EvaluatedPhoto {
  /// What a network's logits say of a photo.
  /// - Precondition: `label` is a class of the logits.
  public init(path: String, label: Int, logits: [Float]) {
    let softmax = Softmax(logits)
    self.init(
      path: path, label: label, said: softmax.said,
      labelProbability: softmax.probability(of: label),
      saidProbability: softmax.probability(of: softmax.said),
      crossEntropy: softmax.crossEntropy(of: label))
  }
}
