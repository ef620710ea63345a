/// Grad-CAM, L(x, y) = ReLU(Σₖ αₖ fₖ(x, y)) with αₖ the mean over all places of ∂logit/∂fₖ: Selvaraju et al., ICCV 2017.
///
/// At the feature maps of a class activation head the gradient is known without computing it: the logit is Σₖ wₖ · mean(fₖ) + b,
/// so its derivative is wₖ / (h · w) at every place.
public struct GradCAM: ExplanationMethod {
  public let name = "grad-cam"

  public init() {}

  /// The map of a class, nowhere negative: (h, w).
  public func map(of classIndex: Int, _ evidence: Evidence) throws -> Tensor {
    let head = try evidence.executor.network.classActivationHead
    let features = evidence.features
    let places = Float(features.shape[1] * features.shape[2])
    let weights = evidence.executor.classWeights(classIndex, head).elements
    let sum = features.weightedSum(weights.map { $0 / places })
    return Tensor(shape: sum.shape, sum.elements.map { max($0, 0) })
  }
}
