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
  }

  public let function: Function

  public init(_ function: Function) {
    self.function = function
  }

  public static let operations = [
    "relu", "clip", "leaky_relu", "sigmoid", "silu", "hard_sigmoid", "hard_swish", "gelu",
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
    }
  }

  public var settings: [String: String] {
    switch function {
    case .clip(let range): ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"]
    case .leakyReLU(let slope): ["slope": "\(slope)"]
    case .hardSigmoid(let slope, let shift): ["slope": "\(slope)", "shift": "\(shift)"]
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
    default: (0, 0)
    }
  }

  private var code: camreport_activation {
    switch function {
    case .relu, .clip: camreport_clip
    case .leakyReLU: camreport_leaky
    case .sigmoid: camreport_sigmoid
    case .silu: camreport_silu
    case .hardSigmoid: camreport_hard_sigmoid
    case .hardSwish: camreport_hard_swish
    case .gelu: camreport_gelu
    }
  }
}
