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

  /// The gradient of what the activation was given, from that of what it gave: zero where the output is at an end of the range, as
  /// PyTorch and TensorFlow have it for inputs of exactly 0 and 6.
  func backward(_ gradient: Tensor, output: Tensor) -> Tensor {
    guard self != .none else { return gradient }
    let (low, high) = (range.lowerBound, range.upperBound)
    return Tensor(shape: gradient.shape) { destination in
      gradient.withUnsafeElements { gradient in
        output.withUnsafeElements { output in
          parallel(over: Split(gradient.count, limit: 65_536)) { part in
            for index in part {
              let value = output[index]
              destination[index] = value > low && value < high ? gradient[index] : 0
            }
          }
        }
      }
    }
  }
}
