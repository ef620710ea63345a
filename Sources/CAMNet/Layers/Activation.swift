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
}
