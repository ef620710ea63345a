/// Grad-CAM, L(x, y) = ReLU(Σₖ αₖ fₖ(x, y)) with αₖ the mean over all places of ∂logit/∂fₖ: Selvaraju et al., ICCV 2017.
///
/// At the feature maps of a class activation head the gradient is known without computing it: the logit is Σₖ wₖ · mean(fₖ) + b,
/// so its derivative is wₖ / (h · w) at every place. At another head αₖ are the class activation map's own weights.
public struct GradCAM: ExplanationMethod {
  public let name = "grad-cam"

  public init() {}

  /// The map of a class, nowhere negative: (h, w).
  public func map(of classIndex: Int, _ evidence: Evidence) throws -> Tensor {
    let map = try ClassActivationMap(
      features: evidence.features, executor: evidence.executor, classIndex: classIndex)
    return try Self.positivePart(of: map, evidence)
  }

  /// The map of a class whose class activation map is there.
  package static func positivePart(
    of map: ClassActivationMap, _ evidence: Evidence
  ) throws -> Tensor {
    let head = try evidence.executor.network.classActivationHead
    let features = evidence.features
    let places = head.isExact ? Float(features.shape[1] * features.shape[2]) : 1
    let sum = features.weightedSum(map.classWeights.elements.map { $0 / places })
    return Tensor(shape: sum.shape, sum.elements.map { max($0, 0) })
  }
}
