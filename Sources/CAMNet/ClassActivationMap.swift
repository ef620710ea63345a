/// Where a class's logit comes from: M(x, y) = Σₖ wₖ fₖ(x, y), Zhou et al., "Learning Deep Features for
/// Discriminative Localization", CVPR 2016, equation 2.
public struct ClassActivationMap: Sendable {
  public let classIndex: Int
  /// The class's weight for each feature map: (channels,).
  public let classWeights: Tensor
  /// The class's bias in the classifier, 0 where it has none.
  public let bias: Float
  /// The raw map at the features' resolution: (h, w).
  public let map: Tensor

  /// - Parameters:
  ///   - features: the last feature maps, (1, h, w, channels).
  ///   - executor: whose network ends in a class activation head.
  ///   - classIndex: a class of the network's output.
  public init(features: Tensor, executor: Executor, classIndex: Int) throws(NetworkError) {
    let head = try executor.network.classActivationHead
    let channels = features.shape[3]
    self.classIndex = classIndex
    self.classWeights = executor.classWeights(classIndex, head)
    self.bias =
      head.classifierHasBiases
      ? executor.parameters[ParameterName(layer: head.classifier, role: .biases)]
        .stored[flat: classIndex] : 0
    let weights = classWeights.elements
    self.map = Tensor(shape: [features.shape[1], features.shape[2]]) { destination in
      features.withUnsafeElements { features in
        guard let start = features.baseAddress else { return }
        for pixel in destination.indices {
          let values = start + pixel * channels
          destination[pixel] = Float(
            KernelSet.current.table.pointee.weighted_sum(values, values, 0, weights, channels))
        }
      }
    }
  }

  /// The mean of the raw map; by linearity the class's logit less its bias.
  public var mean: Double {
    map.elements.reduce(0) { $0 + Double($1) } / Double(map.count)
  }

  /// The class's logit as the map adds up to it.
  public var logit: Double { mean + Double(bias) }
}

extension Executor {
  /// A class's weight for each feature map: (channels,).
  package func classWeights(_ classIndex: Int, _ head: ClassActivationHead) -> Tensor {
    parameters[ParameterName(layer: head.classifier, role: .weights)].column(classIndex)
  }
}

extension Parameter {
  /// One column of a matrix (in, out): (in,).
  func column(_ index: Int) -> Tensor {
    let rows = shape[0]
    let columns = shape[1]
    let isTransposed = axes == [1, 0]
    return Tensor(
      shape: [rows],
      (0..<rows).map { stored[flat: isTransposed ? index * rows + $0 : $0 * columns + index] })
  }
}

extension Tensor {
  /// A map (h, w) enlarged bilinearly by TensorFlow 1's rule (`align_corners=False`, no half-pixel centres):
  /// output pixel i reads the source at i · h / height, its neighbour clamped to the last row.
  public func upsampledBilinearly(height: Int, width: Int) -> Tensor {
    let rows = BilinearTap.taps(from: shape[0], to: height)
    let columns = BilinearTap.taps(from: shape[1], to: width)
    let lines = enlargedRows(columns)
    return Tensor(shape: [height, width]) { destination in
      lines.withUnsafeBufferPointer { lines in
        for (y, row) in rows.enumerated() {
          let (target, upper, lower) = (y * width, row.first * width, row.second * width)
          for x in 0..<width {
            let value = lines[upper &+ x]
            destination[target &+ x] = value + (lines[lower &+ x] - value) * row.fraction
          }
        }
      }
    }
  }

  /// The rows of a map (h, w), each enlarged along itself: they serve many rows of the output.
  private func enlargedRows(_ columns: [BilinearTap]) -> [Float] {
    let width = shape[1]
    return withUnsafeElements { source in
      (0..<shape[0]).flatMap { row in
        columns.map { column in
          let left = source[row * width + column.first]
          return left + (source[row * width + column.second] - left) * column.fraction
        }
      }
    }
  }

  /// Values scaled to 0 … 255 by the minimum and maximum and cut to integers, as the notebook's
  /// `np.uint8((x - min) / (max - min) * 255)`; all 0 for a constant tensor.
  public func minMaxNormalized() -> [UInt8] {
    guard let statistics, statistics.maximum > statistics.minimum else {
      return [UInt8](repeating: 0, count: count)
    }
    let minimum = statistics.minimum
    let range = statistics.maximum - minimum
    return withUnsafeElements { elements in
      // Values are as many as pixels; conversion to whole numbers with a sign is one instruction.
      elements.map { UInt8(truncatingIfNeeded: Int32(($0 - minimum) / range * 255)) }
    }
  }
}

/// Where one output pixel reads along one axis: two neighbours and how far it lies towards the second.
struct BilinearTap {
  let first: Int
  let second: Int
  let fraction: Float

  static func taps(from input: Int, to output: Int) -> [BilinearTap] {
    let scale = Float(input) / Float(output)
    return (0..<output).map { index in
      let position = Float(index) * scale
      let first = min(Int(position), input - 1)
      return BilinearTap(
        first: first, second: min(first + 1, input - 1), fraction: position - Float(first))
    }
  }
}
