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
    let matrix = executor.parameters[ParameterName(layer: head.classifier, role: .weights)]
    let channels = matrix.shape[0]
    self.classIndex = classIndex
    self.classWeights = matrix.column(classIndex)
    self.bias =
      head.classifierHasBiases
      ? executor.parameters[ParameterName(layer: head.classifier, role: .biases)]
        .stored[flat: classIndex] : 0
    let weights = classWeights.elements
    self.map = Tensor(shape: [features.shape[1], features.shape[2]]) { destination in
      features.withUnsafeElements { features in
        for pixel in destination.indices {
          var sum = 0.0
          for channel in 0..<channels {
            sum += Double(weights[channel]) * Double(features[pixel * channels + channel])
          }
          destination[pixel] = Float(sum)
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
    let sourceWidth = shape[1]
    return Tensor(shape: [height, width]) { destination in
      withUnsafeElements { source in
        for (y, row) in rows.enumerated() {
          for (x, column) in columns.enumerated() {
            destination[y * width + x] = bilinear(row, column) { source[$0 * sourceWidth + $1] }
          }
        }
      }
    }
  }

  /// Values scaled to 0 … 255 by the minimum and maximum and cut to integers, as the notebook's
  /// `np.uint8((x - min) / (max - min) * 255)`; all 0 for a constant tensor.
  public func minMaxNormalized() -> [UInt8] {
    withUnsafeElements { elements in
      guard let minimum = elements.min(), let maximum = elements.max(), maximum > minimum else {
        return [UInt8](repeating: 0, count: elements.count)
      }
      return elements.map { UInt8(($0 - minimum) / (maximum - minimum) * 255) }
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

/// The value between four neighbours, interpolated along the row first.
func bilinear(
  _ row: BilinearTap, _ column: BilinearTap, _ value: (_ y: Int, _ x: Int) -> Float
) -> Float {
  let top = value(row.first, column.first)
  let topRight = value(row.first, column.second)
  let bottom = value(row.second, column.first)
  let bottomRight = value(row.second, column.second)
  let upper = top + (topRight - top) * column.fraction
  let lower = bottom + (bottomRight - bottom) * column.fraction
  return upper + (lower - upper) * row.fraction
}
