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
    var gradients: [ParameterRole: Tensor] = [:]
    if hasBiases {
      gradients[.biases] =
        scale.map { Tensor(shape: sums.shape, zip($0, sums.elements).map(*)) } ?? sums
    }
    guard let batchNormalization, let scale else {
      gradients[.weights] = unscaled
      return gradients
    }
    let biases = hasBiases ? call.parameters[.biases].tensor.elements : nil
    let (weights, products) = unscaled.scalingColumns(
      by: scale, productsWith: call.weights, call.options.kernels)
    gradients[.weights] = weights
    gradients[.shift] = sums
    gradients[.scale] = batchNormalization.scaleGradient(
      products, sums: sums, call.parameters, biases: biases)
    return gradients
  }

  /// The gradient of the input: a convolution of the output's gradient with the kernel turned by 180° and its inputs and outputs
  /// exchanged, so that the forward kernels compute it.
  private func inputGradient(_ gradient: Tensor, _ call: LayerCall, scale: [Float]?) -> Tensor {
    let input = call.inputs[0].shape
    let geometry = WindowGeometry(window, input: input, output: gradient.shape)
    let reach = (height: window.rows.reach - 1, width: window.columns.reach - 1)
    // What the windows saw before and behind the input, seen from the output.
    let (top, left) = (reach.height - geometry.top, reach.width - geometry.left)
    let bottom = input[1] + reach.height - gradient.shape[1] - top
    let right = input[2] + reach.width - gradient.shape[2] - left
    let isDense = window.strides == 1 && min(top, left, bottom, right) >= 0
    let seen = isDense ? gradient : spread(gradient, over: input, reach: reach, geometry)
    let padding =
      isDense
      ? Padding.explicit(top: top, left: left, bottom: bottom, right: right) : .valid
    let convolution = Convolution(
      Window(
        height: window.height, width: window.width, strides: 1, dilations: window.dilations,
        padding: padding),
      outputChannels: input[3], groups: groups)
    let make = {
      convolution.prepared(
        KernelReader(turning: call.weights, groups: groups, scale: scale), outputs: 0..<input[3],
        convolution.affine(LayerParameters([:])), for: [seen.shape], output: input, call.options)
    }
    return (call.kept?.layer(make) ?? make()).run([seen])
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
          let row = place / window.strides.vertical
          guard place >= 0, place % window.strides.vertical == 0, row < rows else { return }
          for column in 0..<columns {
            let x = column * window.strides.horizontal + reach.width - geometry.left
            guard x >= 0, x < width else { continue }
            (line + x * channels).update(
              from: source + (row * columns + column) * channels, count: channels)
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
  /// The tensor with each place of its last axis times a factor, and for each the sum over all others of this tensor's values
  /// times another's, in double precision.
  fileprivate func scalingColumns(
    by factors: [Float], productsWith other: Tensor, _ kernels: KernelSet
  ) -> (scaled: Tensor, products: [Double]) {
    let columns = factors.count
    var products: [Double] = []
    let scaled = Tensor(shape: shape) { destination in
      products = [Double](unsafeUninitializedCapacity: columns) { sums, count in
        withUnsafeElements { own in
          other.withUnsafeElements { others in
            factors.withUnsafeBufferPointer { factors in
              // Each column's sum is made by one thread, row after row.
              parallel(over: Split(columns, limit: 64)) { part in
                guard let own = own.baseAddress, let others = others.baseAddress,
                  let factors = factors.baseAddress, let target = destination.baseAddress,
                  let sums = sums.baseAddress
                else { return }
                let first = part.lowerBound
                kernels.table.pointee.column_products(
                  others + first, own + first, columns, self.count / columns, part.count,
                  factors + first, target + first, sums + first)
              }
            }
          }
        }
        count = columns
      }
    }
    return (scaled, products)
  }
}
