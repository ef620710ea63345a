import Foundation
import Kernels

/// A nonlinearity as a layer of its own, value by value.
public struct ActivationFunction: LayerKind {
  /// The functions there are. A Swift case with numbers has them as ONNX's attributes.
  public enum Function: Sendable, Hashable {
    /// max(x, 0)
    case relu
    /// x, no less and no more than two limits, of which either may be infinite: ReLU6 is 0 … 6.
    case clip(ClosedRange<Float>)
    /// x where it is positive, else slope · x: Maas et al., 2013.
    case leakyReLU(slope: Float)
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// x / (1 + e⁻ˣ): Elfwing et al., 2017; "swish".
    case silu
    /// slope · x + shift, cut to 0 … 1
    case hardSigmoid(slope: Float, shift: Float)
    /// x · (x + 3, cut to 0 … 6) / 6: Howard et al., "Searching for MobileNetV3", 2019.
    case hardSwish
    /// x · Φ(x), Φ the normal distribution: Hendrycks and Gimpel, 2016.
    case gelu
    /// GELU by a hyperbolic tangent in place of Φ: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
    case geluTanh
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    case tanh
    /// x where it is positive, else α · (eˣ − 1): Clevert et al., 2015.
    case elu(alpha: Float)
    /// γ times x where that is positive, else γ · α · (eˣ − 1): Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    case selu(alpha: Float, gamma: Float)
    /// log(1 + eˣ)
    case softplus
    /// x / (1 + |x|)
    case softsign
    /// x · tanh(log(1 + eˣ)): Misra, 2019.
    case mish
  }

  public let function: Function

  public init(_ function: Function) {
    self.function = function
  }

  public static let operations = [
    "relu", "clip", "leaky_relu", "sigmoid", "silu", "hard_sigmoid", "hard_swish", "gelu",
    "gelu_tanh", "tanh", "elu", "selu", "softplus", "softsign", "mish",
  ]

  public var operation: String {
    switch function {
    case .relu: "relu"
    case .clip: "clip"
    case .leakyReLU: "leaky_relu"
    case .sigmoid: "sigmoid"
    case .silu: "silu"
    case .hardSigmoid: "hard_sigmoid"
    case .hardSwish: "hard_swish"
    case .gelu: "gelu"
    case .geluTanh: "gelu_tanh"
    case .tanh: "tanh"
    case .elu: "elu"
    case .selu: "selu"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .mish: "mish"
    }
  }

  public var settings: [String: String] {
    switch function {
    case .clip(let range): ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"]
    case .leakyReLU(let slope): ["slope": "\(slope)"]
    case .hardSigmoid(let slope, let shift): ["slope": "\(slope)", "shift": "\(shift)"]
    case .elu(let alpha): ["alpha": "\(alpha)"]
    case .selu(let alpha, let gamma): ["alpha": "\(alpha)", "gamma": "\(gamma)"]
    default: [:]
    }
  }

  public var look: LayerLook { LayerLook(operation.replacing("_", with: " ")) }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    let numbers = numbers
    return ["first": .text("\(numbers.first)"), "second": .text("\(numbers.second)")]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { try inputs.one() }

  public func expression(_ inputs: [String]) -> String {
    switch function {
    case .clip(let range):
      "clip(\(inputs[0]), \(python(range.lowerBound)), \(python(range.upperBound)))"
    case .leakyReLU(let slope): "leaky_relu(\(inputs[0]), alpha=\(slope))"
    case .hardSigmoid(let slope, let shift):
      "hard_sigmoid(\(inputs[0]), alpha=\(slope), beta=\(shift))"
    case .elu(let alpha): "elu(\(inputs[0]), alpha=\(alpha))"
    case .selu(let alpha, let gamma): "selu(\(inputs[0]), alpha=\(alpha), gamma=\(gamma))"
    default: "\(operation)(\(inputs[0]))"
    }
  }

  private func python(_ limit: Float) -> String {
    limit.isInfinite ? "None" : "\(limit)"
  }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    func between(_ low: Float, _ high: Float, _ value: String) -> String {
      let limits = [
        low.isFinite ? " * (\(value) > \(low))" : "",
        high.isFinite ? " * (\(value) < \(high))" : "",
      ]
      return limits.joined()
    }
    switch function {
    case .relu: return "\(gradient) * (\(input) > 0)"
    case .clip(let range):
      return gradient + between(range.lowerBound, range.upperBound, input)
    case .leakyReLU(let slope): return "\(gradient) * np.where(\(input) > 0, 1, \(slope))"
    case .sigmoid: return "\(gradient) * \(output) * (1 - \(output))"
    case .silu:
      return "\(gradient) * (\(output) + sigmoid(\(input)) * (1 - \(output)))"
    case .hardSigmoid(let slope, _):
      return "\(gradient) * \(slope)" + between(0, 1, output)
    case .hardSwish:
      return
        "\(gradient) * np.where(\(input) < -3, 0, np.where(\(input) > 3, 1, \(input) / 3 + 0.5))"
    case .gelu:
      let share = "np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)))(\(input))"
      let density = "np.exp(-\(input) ** 2 / 2) / math.sqrt(2 * math.pi)"
      return "np.float32(\(gradient) * (\(share) + \(input) * \(density)))"
    case .tanh: return "\(gradient) * (1 - \(output) ** 2)"
    case .elu(let alpha):
      return "\(gradient) * np.where(\(input) > 0, 1, \(output) + \(alpha))"
    case .selu(let alpha, let gamma):
      return
        "\(gradient) * np.where(\(input) > 0, \(gamma), \(output) + \(alpha) * \(gamma))"
    case .softplus: return "\(gradient) * sigmoid(\(input))"
    case .softsign: return "\(gradient) / (1 + np.abs(\(input))) ** 2"
    case .geluTanh, .mish: return nil
    }
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    computed(inputs[0], times: nil, KernelSet.current)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    return LayerGradients(
      inputs: [computed(call.inputs[0], times: gradient, call.options.kernels)])
  }

  /// The function's values or, where a gradient is given, its slopes times that.
  private func computed(_ input: Tensor, times gradient: Tensor?, _ kernels: KernelSet) -> Tensor {
    let numbers = numbers
    return Tensor(shape: input.shape) { destination in
      input.withUnsafeElements { input in
        gradient.withElements { slopes in
          parallel(over: Split(input.count, limit: 16_384)) { part in
            guard let values = input.baseAddress, let target = destination.baseAddress else {
              return
            }
            let first = part.lowerBound
            guard let code else {
              for index in part {
                let (value, slope) = plain(values[index])
                target[index] = slopes.map { $0[index] * slope } ?? value
              }
              return
            }
            kernels.table.pointee.activate(
              code, values + first, slopes.map { $0 + first }, numbers.first, numbers.second,
              target + first, part.count)
          }
        }
      }
    }
  }

  /// The two numbers that the kernels take.
  private var numbers: (first: Float, second: Float) {
    switch function {
    case .relu: (0, .infinity)
    case .clip(let range): (range.lowerBound, range.upperBound)
    case .leakyReLU(let slope): (slope, 0)
    case .hardSigmoid(let slope, let shift): (slope, shift)
    case .elu(let alpha): (alpha, 0)
    case .selu(let alpha, let gamma): (alpha, gamma)
    default: (0, 0)
    }
  }

  /// The function's name among the kernels'; nil where they have it not.
  private var code: camreport_activation? {
    switch function {
    case .relu, .clip: camreport_clip
    case .leakyReLU: camreport_leaky
    case .sigmoid: camreport_sigmoid
    case .silu: camreport_silu
    case .hardSigmoid: camreport_hard_sigmoid
    case .hardSwish: camreport_hard_swish
    case .gelu: camreport_gelu
    default: nil
    }
  }

  /// The value and the slope at x of a function that the kernels have not.
  private func plain(_ x: Float) -> (value: Float, slope: Float) {
    switch function {
    case .tanh:
      let value = Foundation.tanh(x)
      return (value, 1 - value * value)
    case .elu(let alpha): return x > 0 ? (x, 1) : (alpha * expm1(x), alpha * exp(x))
    case .selu(let alpha, let gamma):
      return x > 0 ? (gamma * x, gamma) : (gamma * alpha * expm1(x), gamma * alpha * exp(x))
    case .softplus: return (softplus(x), logistic(x))
    case .softsign:
      let size = 1 + abs(x)
      return (x / size, 1 / (size * size))
    case .mish:
      let gate = Foundation.tanh(softplus(x))
      return (x * gate, gate + x * (1 - gate * gate) * logistic(x))
    default:
      let factor = Float(2 / Double.pi).squareRoot()
      let gate = Foundation.tanh(factor * (x + 0.044715 * x * x * x))
      let slope = factor * (1 + 3 * 0.044715 * x * x) * (1 - gate * gate)
      return (0.5 * x * (1 + gate), 0.5 * (1 + gate) + 0.5 * x * slope)
    }
  }

  /// log(1 + eˣ), without an overflow where x is large.
  private func softplus(_ x: Float) -> Float { max(x, 0) + log1p(exp(-abs(x))) }

  private func logistic(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
