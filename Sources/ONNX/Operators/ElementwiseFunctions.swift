import CAMNet
import Foundation

/// Operators that compute each element of their output from the same element of one input, and from numbers that the node says.
public struct ElementwiseFunction: Operator {
  private let function: @Sendable (Float) -> Float
  /// The function as a layer; nil where there is none.
  private let layer: ActivationFunction.Function?

  public init(_ node: Attributes) throws(OperatorError) {
    guard let make = Self.functions[node.operation] else {
      throw OperatorError("is no function of one number")
    }
    function = try make(node)
    layer = try Self.layer(of: node)
  }

  private typealias Make =
    @Sendable (Attributes) throws(OperatorError) -> @Sendable (Float) -> Float

  /// A function without attributes.
  private static func plain(_ function: @escaping @Sendable (Float) -> Float) -> Make {
    { (_: Attributes) throws(OperatorError) in function }
  }

  private static let functions: [String: Make] = [
    "Abs": plain { abs($0) },
    "Ceil": plain { $0.rounded(.up) },
    "Cos": plain { cos($0) },
    "Erf": plain { erf($0) },
    "Exp": plain { exp($0) },
    "Floor": plain { $0.rounded(.down) },
    "HardSwish": plain { $0 * max(0, min(1, $0 / 6 + 0.5)) },
    "Log": plain { log($0) },
    "Mish": plain { $0 * tanh(softplus($0)) },
    "Neg": plain { -$0 },
    "Reciprocal": plain { 1 / $0 },
    "Relu": plain { $0 < 0 ? 0 : $0 },
    "Round": plain { $0.rounded(.toNearestOrEven) },
    "Sigmoid": plain { sigmoid($0) },
    "Sign": plain { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    "Sin": plain { sin($0) },
    "Softplus": plain { softplus($0) },
    "Softsign": plain { $0 / (1 + abs($0)) },
    "Sqrt": plain { $0.squareRoot() },
    "Tanh": plain { tanh($0) },
    "Elu": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 1)
      return { $0 < 0 ? alpha * (exp($0) - 1) : $0 }
    },
    "Celu": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 1)
      return { max(0, $0) + min(0, alpha * (exp($0 / alpha) - 1)) }
    },
    "Selu": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 1.6732632)
      let gamma = try node.float("gamma", default: 1.050701)
      return { gamma * ($0 > 0 ? $0 : alpha * (exp($0) - 1)) }
    },
    "Gelu": { node throws(OperatorError) in
      if try node.text("approximate", default: "none") == "tanh" {
        return { 0.5 * $0 * (1 + tanh(0.7978845608 * ($0 + 0.044715 * $0 * $0 * $0))) }
      }
      return { 0.5 * $0 * (1 + erf($0 * 0.70710678)) }
    },
    "HardSigmoid": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 0.2)
      let beta = try node.float("beta", default: 0.5)
      return { max(0, min(1, alpha * $0 + beta)) }
    },
    "LeakyRelu": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 0.01)
      return { $0 < 0 ? alpha * $0 : $0 }
    },
    "Swish": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 1)
      return { $0 * sigmoid(alpha * $0) }
    },
    "ThresholdedRelu": { node throws(OperatorError) in
      let alpha = try node.float("alpha", default: 1)
      return { $0 > alpha ? $0 : 0 }
    },
  ]

  /// The operators' names.
  static let names: [String] = functions.keys.sorted()

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [try inputs.type(0)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    if case .integers(let array) = input {
      let elements = array.elements.map { Int(clamping: function(Float($0))) }
      return [.integers(.init(array.shape, elements))]
    }
    return [.floats(input.tensor.mapped(function))]
  }
}

private func sigmoid(_ value: Float) -> Float { 1 / (1 + exp(-value)) }

/// log(1 + exp(x)), without an overflow where x is large.
private func softplus(_ value: Float) -> Float { max(value, 0) + log1p(exp(-abs(value))) }

extension Tensor {
  /// The function's value of each element.
  func mapped(_ function: (Float) -> Float) -> Tensor {
    Tensor(shape: shape) { destination in
      withUnsafeElements { source in
        for index in destination.indices { destination[index] = function(source[index]) }
      }
    }
  }
}

extension ElementwiseFunction: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let layer, let form = inputs.form, inputs.outputs[0].element == .float else { return nil }
    return [FastLayer(ActivationFunction(layer), [(0, form)], output: form)]
  }

  /// The function as CAMNet has it; nil where it has none.
  fileprivate static func layer(
    of node: Attributes
  ) throws(OperatorError) -> ActivationFunction.Function? {
    switch node.operation {
    case "Relu": return .relu
    case "Sigmoid": return .sigmoid
    case "HardSwish": return .hardSwish
    case "HardSigmoid":
      return .hardSigmoid(
        slope: try node.float("alpha", default: 0.2), shift: try node.float("beta", default: 0.5))
    case "LeakyRelu": return .leakyReLU(slope: try node.float("alpha", default: 0.01))
    case "Swish": return try node.float("alpha", default: 1) == 1 ? .silu : nil
    case "Gelu":
      return try node.text("approximate", default: "none") == "tanh" ? .geluTanh : .gelu
    case "Tanh": return .tanh
    case "Elu": return .elu(alpha: try node.float("alpha", default: 1))
    case "Celu": return try node.float("alpha", default: 1) == 1 ? .elu(alpha: 1) : nil
    case "Selu":
      return .selu(
        alpha: try node.float("alpha", default: 1.6732632),
        gamma: try node.float("gamma", default: 1.050701))
    case "Softplus": return .softplus
    case "Softsign": return .softsign
    case "Mish": return .mish
    default: return nil
    }
  }
}
