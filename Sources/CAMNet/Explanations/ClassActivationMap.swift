/// Where a class's logit comes from: M(x, y) = Σₖ wₖ fₖ(x, y), Zhou et al., "Learning Deep Features for
/// Discriminative Localization", CVPR 2016, equation 2.
///
/// Where the network's head is means over all places and a matrix, wₖ is the matrix's; where it is anything else, the mean over the
/// places of ∂logit/∂fₖ, as Grad-CAM has it before its ReLU.
public struct ClassActivationMap: Sendable {
  /// The class's place in the network's output, from 0.
  public let classIndex: Int
  /// The class's weight for each feature map: (channels,).
  public let classWeights: Tensor
  /// What of the class's logit belongs to no place: the classifier's bias. 0 where it has none, and where weights are gradients.
  public let bias: Float
  /// The raw map at the features' resolution: (h, w).
  public let map: Tensor

  init(classIndex: Int, classWeights: Tensor, bias: Float, map: Tensor) {
    self.classIndex = classIndex
    self.classWeights = classWeights
    self.bias = bias
    self.map = map
  }

  /// The map of a class over feature maps that the executor's network made.
  /// - Parameters:
  ///   - features: the last feature maps, (1, h, w, channels).
  ///   - executor: whose network ends in a class activation head.
  ///   - classIndex: a class of the network's output.
  public init(features: Tensor, executor: Executor, classIndex: Int) throws(NetworkError) {
    self = try Self.maps(features: features, executor: executor, of: [classIndex])[0]
  }

  /// The maps of classes over feature maps that the executor's network made.
  package static func maps(
    features: Tensor, executor: Executor, of classes: [Int]
  ) throws(NetworkError) -> [ClassActivationMap] {
    let head = try executor.network.classActivationHead
    return try HeadPass(head, features: features, executor: executor).maps(of: classes)
  }

  /// The mean of the raw map, which by linearity is the class's logit less its bias, but where weights are gradients.
  public var mean: Double {
    map.elements.reduce(0) { $0 + Double($1) } / Double(map.count)
  }

  /// The class's logit as the map adds up to it, but where weights are gradients.
  public var logit: Double { mean + Double(bias) }
}

extension Tensor {
  /// The sum of feature maps (1, h, w, channels), each times its weight: (h, w).
  /// - Precondition: there are as many weights as channels.
  func weightedSum(_ weights: [Float]) -> Tensor {
    let channels = shape[3]
    precondition(weights.count == channels)
    return Tensor(shape: [shape[1], shape[2]]) { destination in
      withUnsafeElements { features in
        guard let start = features.baseAddress else { return }
        for pixel in destination.indices {
          let values = start + pixel * channels
          destination[pixel] = Float(
            KernelSet.current.table.pointee.weighted_sum(values, values, 0, weights, channels))
        }
      }
    }
  }
}

extension Executor {
  /// A class's weight for each feature map, of a head that is one product: (channels,).
  package func classWeights(_ classIndex: Int, _ head: ClassActivationHead) -> Tensor {
    parameters[ParameterName(layer: head.classifier, role: .weights)].column(classIndex)
  }
}

extension Parameter {
  /// A column of a matrix (in, out), counted from 0: (in,).
  func column(_ index: Int) -> Tensor {
    let rows = shape[0]
    let columns = shape[1]
    let isTransposed = axes == [1, 0]
    return Tensor(
      shape: [rows],
      (0..<rows).map { stored[flat: isTransposed ? index * rows + $0 : $0 * columns + index] })
  }
}
