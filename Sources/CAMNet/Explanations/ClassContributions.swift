/// What each feature map puts into a class's logit: its weight times its mean, wₖ · mean(fₖ).
///
/// The sum over all channels, and the class's bias, is the logit.
public struct ClassContributions: Sendable {
  /// The class's weight for each channel.
  public let weights: [Float]
  /// The mean of each channel's feature map.
  public let means: [Float]
  /// What each channel puts into the logit: its weight times its mean.
  public let values: [Float]
  /// The class's bias in the classifier, 0 where it has none.
  public let bias: Float

  /// The contributions to the class of a map.
  /// - Parameter pooled: the features' means, (1, channels), as global average pooling gives them.
  public init(_ map: ClassActivationMap, pooled: Tensor) {
    weights = map.classWeights.elements
    means = pooled.elements
    values = zip(weights, means).map { $0 * $1 }
    bias = map.bias
  }

  /// The class's logit as the contributions add up to it.
  public var logit: Double { values.reduce(Double(bias)) { $0 + Double($1) } }

  /// The `count` channels that put most into the logit, the largest first.
  public func largest(_ count: Int) -> [Int] {
    values.map(Double.init).largest(count)
  }

  /// The `count` channels that speak most for this class against another, the largest first, and how much more each puts into
  /// this class's logit.
  public func separating(from other: ClassContributions, _ count: Int) -> [(
    channel: Int, difference: Float
  )] {
    let differences = zip(values, other.values).map { $0 - $1 }
    return differences.map(Double.init).largest(count).map { ($0, differences[$0]) }
  }
}
