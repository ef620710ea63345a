import Kernels

/// The nonlinearity at the end of a layer.
public enum Activation: String, Sendable, Hashable {
  case none
  /// max(x, 0)
  case relu
  /// min(max(x, 0), 6): Krizhevsky, "Convolutional Deep Belief Networks on CIFAR-10", 2010.
  case relu6

  /// The values the activation lets through.
  var range: ClosedRange<Float> {
    switch self {
    case .none: -.infinity ... .infinity
    case .relu: 0 ... .infinity
    case .relu6: 0...6
    }
  }

  func wrap(_ expression: String) -> String {
    self == .none ? expression : "\(rawValue)(\(expression))"
  }

  /// The gradient of what the activation was given in NumPy, from that of what it gave.
  func passed(_ gradient: String, output: String) -> String {
    switch self {
    case .none: gradient
    case .relu: "\(gradient) * (\(output) > 0)"
    case .relu6: "\(gradient) * (\(output) > 0) * (\(output) < 6)"
    }
  }

  /// The gradient of what the activation was given, from that of what it gave, (…, channels), and its sum over all places:
  /// (channels,). It is zero where the output is at an end of the range, as PyTorch and TensorFlow have it for inputs of exactly 0
  /// and 6.
  func backward(
    _ gradient: Tensor, output: Tensor, _ kernels: KernelSet
  ) -> (gradient: Tensor, sums: Tensor) {
    guard self != .none else {
      return (gradient, backward(gradient, nil, nil, kernels))
    }
    var sums: Tensor?
    let passed = Tensor(shape: gradient.shape) { destination in
      output.withUnsafeElements {
        sums = backward(gradient, $0.baseAddress, destination.baseAddress, kernels)
      }
    }
    return (passed, sums ?? gradient)
  }

  /// Writes what of the gradient goes through, where an output is given, and gives the sums. These are made of the sums of pieces
  /// whose size depends on the shape alone.
  private func backward(
    _ gradient: Tensor, _ output: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>?,
    _ kernels: KernelSet
  ) -> Tensor {
    let channels = gradient.shape.dimensions.last ?? 1
    let pieces = Split(gradient.count / channels, limit: 256)
    return withScratch(pieces.count * channels) { partial in
      gradient.withUnsafeElements { gradient in
        parallel(over: pieces.count) { index in
          guard let gradient = gradient.baseAddress else { return }
          let first = pieces[index].lowerBound * channels
          let sums = partial + index * channels
          sums.initialize(repeating: 0, count: channels)
          kernels.table.pointee.activation_gradient(
            gradient + first, output.map { $0 + first }, range.lowerBound, range.upperBound,
            target.map { $0 + first }, sums, pieces[index].count, channels)
        }
      }
      return Tensor(shape: [channels]) { destination in
        for channel in 0..<channels {
          var sum = 0.0
          for index in 0..<pieces.count { sum += Double(partial[index * channels + channel]) }
          destination[channel] = Float(sum)
        }
      }
    }
  }
}
