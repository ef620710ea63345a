/// A way to say where in a photo the evidence for a class is.
public protocol ExplanationMethod: Sendable {
  /// `cam`: the option's value, and the name of the method's files.
  var name: String { get }
  /// The raw map of a class, at the feature maps' resolution: (h, w).
  func map(of classIndex: Int, _ evidence: Evidence) throws -> Tensor
}

/// What methods read of one photo's run.
public struct Evidence: Sendable {
  /// The executor that ran the network, whose parameters are those of the run.
  public let executor: Executor
  /// The last feature maps: (1, h, w, channels).
  public let features: Tensor

  /// - Precondition: the executor's network ends in a class activation head.
  public init(executor: Executor, features: Tensor) {
    self.executor = executor
    self.features = features
  }
}

/// Class activation mapping: M(x, y) = Σₖ wₖ fₖ(x, y), Zhou et al., CVPR 2016.
public struct ClassActivationMapping: ExplanationMethod {
  public let name = "cam"

  public init() {}

  public func map(of classIndex: Int, _ evidence: Evidence) throws -> Tensor {
    try ClassActivationMap(
      features: evidence.features, executor: evidence.executor, classIndex: classIndex
    ).map
  }
}
