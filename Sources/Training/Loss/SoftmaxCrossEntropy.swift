/// Softmax cross entropy against labels, smoothed and weighed by class as PyTorch's `CrossEntropyLoss` does both.
///
/// A photo's loss is −Σ tᵢ · log pᵢ with tᵢ = (1 − ε) · w_label where i is the label, plus ε / classes · wᵢ for each class i. A batch's
/// loss is the sum of its photos' losses over the sum of their labels' weights.
public struct SoftmaxCrossEntropy: Sendable {
  /// ε, how much of each label is spread over all classes.
  public let smoothing: Double
  /// How much each class counts, in the classes' order.
  public let weights: [Double]

  public init(smoothing: Double = 0, weights: [Double]) {
    self.smoothing = smoothing
    self.weights = weights
  }

  /// Weights by which each class counts as much as every other: photos / (classes · photos of the class), as scikit-learn's
  /// `balanced`; 1 for a class without photos.
  public static func balanced(counts: [Int]) -> [Double] {
    let total = Double(counts.reduce(0, +))
    return counts.map { $0 > 0 ? total / (Double(counts.count) * Double($0)) : 1 }
  }

  /// What a photo's logits come to.
  public struct Result: Sendable {
    /// The photo's loss, not divided.
    public let loss: Double
    /// What that changes by with each logit.
    public let gradient: [Double]
    /// The class with the largest logit, the first of equals.
    public let said: Int
  }

  /// The loss of a photo and its gradient, from the logits of all classes.
  public func callAsFunction(_ logits: [Float], label: Int) -> Result {
    let softmax = Softmax(logits)
    var loss = 0.0
    var total = 0.0
    var gradient = [Double](repeating: 0, count: logits.count)
    for index in logits.indices {
      var target = smoothing / Double(logits.count) * weights[index]
      if index == label { target += (1 - smoothing) * weights[label] }
      if target != 0 { loss += target * softmax.crossEntropy(of: index) }
      total += target
      gradient[index] = -target
    }
    for index in logits.indices { gradient[index] += softmax.probability(of: index) * total }
    return Result(loss: loss, gradient: gradient, said: softmax.said)
  }
}
