extension Convolution {
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    let (gradient, sums) = activation.backward(
      gradient, output: call.output, call.options.kernels)
    let scale = batchNormalization?.affine(call.parameters).scale
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      gradients.inputs = [inputGradient(gradient, call, scale: scale)]
    }
    if wanting.contains(.parameters) {
      gradients.parameters = parameterGradients(gradient, sums, call, scale: scale)
    }
    return gradients
  }

  /// The gradients of weights, biases and normalization, from that of what the activation was given.
  ///
  /// The gradient of normalization's γ needs the normalized sums, which are not kept. They are linear in the weights, so that
  /// Σ gradient · sum over all places is Σ weight · ∂weight over the kernel's values: exact also where γ is 0.
  private func parameterGradients(
    _ gradient: Tensor, _ sums: Tensor, _ call: LayerCall, scale: [Float]?
  ) -> [ParameterRole: Tensor] {
    let unscaled = weightsGradient(
      of: self, input: call.inputs[0], gradient: gradient, call.options)
    var gradients: [ParameterRole: Tensor] = [
      .weights: scale.map { unscaled.scalingLastAxis(by: $0) } ?? unscaled
    ]
    if hasBiases { gradients[.biases] = scale.map { sums.scalingLastAxis(by: $0) } ?? sums }
    if let batchNormalization {
      let mean = call.parameters[.mean].tensor.elements
      let variance = call.parameters[.variance].tensor.elements
      let biases = hasBiases ? call.parameters[.biases].tensor.elements : nil
      let products = call.weights.columnProducts(with: unscaled)
      gradients[.shift] = sums
      gradients[.scale] = Tensor(
        shape: sums.shape,
        sums.elements.enumerated().map { channel, sum in
          let centre = Double(mean[channel] - (biases?[channel] ?? 0))
          let deviation = Double(variance[channel] + batchNormalization.epsilon).squareRoot()
          return Float((products[channel] - centre * Double(sum)) / deviation)
        })
    }
    return gradients
  }

  /// The gradient of the input: a convolution of the output's gradient with the kernel turned by 180° and its inputs and outputs
  /// exchanged, so that the forward kernels compute it.
  private func inputGradient(_ gradient: Tensor, _ call: LayerCall, scale: [Float]?) -> Tensor {
    let input = call.inputs[0].shape
    let kernel = Parameter(stored: turned(call.weights, scale: scale))
    let geometry = WindowGeometry(window, input: input, output: gradient.shape)
    let reach = (
      height: (window.height - 1) * window.dilation, width: (window.width - 1) * window.dilation
    )
    // What the windows saw before and behind the input, seen from the output.
    let (top, left) = (reach.height - geometry.top, reach.width - geometry.left)
    let bottom = input[1] + reach.height - gradient.shape[1] - top
    let right = input[2] + reach.width - gradient.shape[2] - left
    let isDense = window.stride == 1 && min(top, left, bottom, right) >= 0
    let seen = isDense ? gradient : spread(gradient, over: input, reach: reach, geometry)
    let padding =
      isDense
      ? Padding.explicit(top: top, left: left, bottom: bottom, right: right) : .valid
    let convolution = Convolution(
      Window(
        height: window.height, width: window.width, dilation: window.dilation, padding: padding),
      outputChannels: input[3], groups: groups)
    return convolution.forward(
      [seen], parameters: LayerParameters([.weights: kernel]), output: input,
      options: call.options)
  }

  /// The output's gradient at the places where the windows began, zeros between them, so that windows without stride that see it
  /// whole give the input's gradient.
  private func spread(
    _ gradient: Tensor, over input: Shape, reach: (height: Int, width: Int),
    _ geometry: WindowGeometry
  ) -> Tensor {
    let (height, width) = (input[1] + reach.height, input[2] + reach.width)
    let (rows, columns, channels) = (gradient.shape[1], gradient.shape[2], gradient.shape[3])
    return Tensor(shape: [1, height, width, channels]) { destination in
      gradient.withUnsafeElements { source in
        parallel(over: height) { y in
          guard let source = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          let line = target + y * width * channels
          line.initialize(repeating: 0, count: width * channels)
          let place = y - reach.height + geometry.top
          let row = place / window.stride
          guard place >= 0, place % window.stride == 0, row < rows else { return }
          for column in 0..<columns {
            let x = column * window.stride + reach.width - geometry.left
            guard x >= 0, x < width else { continue }
            (line + x * channels).update(
              from: source + (row * columns + column) * channels, count: channels)
          }
        }
      }
    }
  }

  /// The kernel (height, width, in / groups, out) turned by 180°, with inputs and outputs exchanged within each group:
  /// (height, width, out / groups, in), each output's weights times its scale.
  private func turned(_ kernel: Tensor, scale: [Float]?) -> Tensor {
    let taps = window.height * window.width
    let (groupInputs, outputs) = (kernel.shape[2], kernel.shape[3])
    let groupOutputs = outputs / groups
    let inputs = groupInputs * groups
    let factors = scale ?? [Float](repeating: 1, count: outputs)
    // Sixteen outputs at a time, so that reading keeps to lines of the cache and writing goes along sixteen rows.
    let parts = Split(groupOutputs, limit: 16)
    return Tensor(shape: [window.height, window.width, groupOutputs, inputs]) { destination in
      kernel.withUnsafeElements { source in
        parallel(over: taps * parts.count) { index in
          guard let source = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          let (tap, part) = (index / parts.count, parts[index % parts.count])
          for group in 0..<groups {
            let first = group * groupOutputs + part.lowerBound
            let from = source + tap * groupInputs * outputs + first
            let into =
              target + ((taps - 1 - tap) * groupOutputs + part.lowerBound) * inputs
              + group * groupInputs
            for input in 0..<groupInputs {
              for output in 0..<part.count {
                into[output * inputs + input] =
                  from[input * outputs + output] * factors[first + output]
              }
            }
          }
        }
      }
    }
  }
}

extension LayerCall {
  /// The kernel that a convolution used, in canonical order: (height, width, in / groups, out).
  fileprivate var weights: Tensor {
    let whole = parameters[.weights].tensor
    return parameters.outputChannels.map { whole.outputChannels($0) } ?? whole
  }
}

extension Tensor {
  /// The tensor with each place of its last axis times a factor.
  fileprivate func scalingLastAxis(by factors: [Float]) -> Tensor {
    Tensor(shape: shape) { destination in
      withUnsafeElements { source in
        for row in stride(from: 0, to: count, by: factors.count) {
          for (column, factor) in factors.enumerated() {
            destination[row + column] = source[row + column] * factor
          }
        }
      }
    }
  }

  /// For each place of the last axis the sum over all others of this tensor's values times another's, in double precision.
  fileprivate func columnProducts(with other: Tensor) -> [Double] {
    let columns = shape[shape.rank - 1]
    var sums = [Double](repeating: 0, count: columns)
    withUnsafeElements { first in
      other.withUnsafeElements { second in
        for row in stride(from: 0, to: count, by: columns) {
          for column in 0..<columns {
            sums[column] += Double(first[row + column]) * Double(second[row + column])
          }
        }
      }
    }
    return sums
  }
}
