import Kernels

/// Feature maps of one height and width, joined along their channels, with the batch normalization and activation that follow: a
/// dense block of Huang et al., "Densely Connected Convolutional Networks", 2017, reads all maps before it so.
public struct Concat: LayerKind {
  public let normalization: BatchNormalization?
  public let activation: Activation

  public init(normalization: BatchNormalization? = nil, activation: Activation = .none) {
    self.normalization = normalization
    self.activation = activation
  }

  public static let operations = ["concat"]
  public var operation: String { "concat" }

  public var settings: [String: String] {
    var settings: [String: String] = [:]
    settings["batch_normalization"] = normalization.map { "ε = \($0.epsilon)" }
    settings["activation"] = activation == .none ? nil : activation.rawValue
    return settings
  }

  public var look: LayerLook { LayerLook("concat") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    [
      "batch_norm": .flag(normalization != nil), "relu": .flag(activation == .relu),
      "relu6": .flag(activation == .relu6),
    ]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let first = inputs.first else { throw .inputCount(expected: 2, found: 0) }
    var channels = 0
    for input in inputs {
      guard input.rank == 4 else { throw .rank(expected: 4, found: input) }
      guard input.dimensions.dropLast() == first.dimensions.dropLast() else {
        throw .differentShapes(first, input)
      }
      channels += input[3]
    }
    return [first[0], first[1], first[2], channels]
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    guard normalization != nil else { return [] }
    return BatchNormalization.roles.map { ($0, [inputs.reduce(0) { $0 + $1[3] }]) }
  }

  public func expression(_ inputs: [String]) -> String {
    let joined = "concat([\(inputs.joined(separator: ", "))], axis=3)"
    guard let normalization else { return activation.wrap(joined) }
    return activation.wrap(
      "batch_normalization(\(joined), mean, variance, beta, gamma, \(normalization.epsilon))")
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    joined(
      inputs, to: output, normalization?.affine(parameters), range: activation.range,
      KernelSet.current)
  }

  /// The inputs' channels side by side, each times its scale and plus its shift where there are such, cut to a range.
  private func joined(
    _ inputs: [Tensor], to output: Shape, _ affine: (scale: [Float], shift: [Float])?,
    range: ClosedRange<Float>, _ kernels: KernelSet
  ) -> Tensor {
    let channels = output[3]
    let scale = affine.map { Tensor(shape: [channels], $0.scale) }
    let shift = affine.map { Tensor(shape: [channels], $0.shift) }
    return Tensor(shape: output) { destination in
      scale.withElements { scale in
        shift.withElements { shift in
          parallel(over: Split(output[1] * output[2], limit: max(1, 16_384 / channels))) { part in
            guard let destination = destination.baseAddress else { return }
            var first = 0
            for input in inputs {
              let width = input.shape[3]
              input.withUnsafeElements { source in
                guard let source = source.baseAddress else { return }
                kernels.table.pointee.scale(
                  source + part.lowerBound * width, width, scale.map { $0 + first },
                  shift.map { $0 + first }, range.lowerBound, range.upperBound,
                  destination + part.lowerBound * channels + first, channels, part.count, width)
              }
              first += width
            }
          }
        }
      }
    }
  }

  /// The gradient of γ is made from the inputs, so that a γ of 0 divides nothing.
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    let kernels = call.options.kernels
    guard let normalization else {
      return LayerGradients(inputs: wanting.contains(.inputs) ? parts(gradient, call) : [])
    }
    let (passed, sums) = activation.backward(gradient, output: call.output, kernels)
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      let (scale, _) = normalization.affine(call.parameters)
      let scaled = passed.scalingChannels(
        by: Tensor(shape: [scale.count], scale), adding: nil, range: -.infinity ... .infinity,
        kernels)
      gradients.inputs = parts(scaled, call)
    }
    if wanting.contains(.parameters) {
      let all = joined(
        call.inputs, to: gradient.shape, nil, range: -.infinity ... .infinity, kernels)
      gradients.parameters[.shift] = sums
      gradients.parameters[.scale] = normalization.scaleGradient(
        passed.channelProducts(with: all), sums: sums, call.parameters)
    }
    return gradients
  }

  /// Each input's channels of a gradient.
  private func parts(_ gradient: Tensor, _ call: LayerCall) -> [Tensor] {
    let channels = gradient.shape[3]
    var first = 0
    return call.inputs.map { input in
      let (start, width) = (first, input.shape[3])
      first += width
      return gradient.mapPixels(to: input.shape) { source, target, pixels in
        for pixel in 0..<pixels {
          (target + pixel * width).initialize(
            from: source + pixel * channels + start, count: width)
        }
      }
    }
  }
}
