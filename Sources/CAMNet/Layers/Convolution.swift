/// A two-dimensional convolution, with what follows it in one step: bias or batch normalization, and the activation.
public struct Convolution: LayerKind, PreparedLayerKind {
  public let window: Window
  public let outputChannels: Int
  /// The input's channels are split in this many groups, each seen by its own share of the kernels.
  public let groups: Int
  public let hasBiases: Bool
  public let batchNormalization: BatchNormalization?
  public let activation: Activation

  public init(
    _ window: Window, outputChannels: Int, groups: Int = 1, hasBiases: Bool = false,
    batchNormalization: BatchNormalization? = nil, activation: Activation = .none
  ) {
    self.window = window
    self.outputChannels = outputChannels
    self.groups = groups
    self.hasBiases = hasBiases
    self.batchNormalization = batchNormalization
    self.activation = activation
  }

  public static let operations = [
    "convolution", "depthwise_convolution", "pointwise_convolution",
  ]

  public var settings: [String: String] {
    var settings = window.settings
    settings["channels"] = "\(outputChannels)"
    settings["groups"] = groups > 1 ? "\(groups)" : nil
    settings["biases"] = hasBiases ? "yes" : nil
    settings["batch_normalization"] = batchNormalization.map { "ε = \($0.epsilon)" }
    settings["activation"] = activation == .none ? nil : activation.rawValue
    return settings
  }

  public var operation: String {
    if isDepthwise { return "depthwise_convolution" }
    return window.height == 1 && window.width == 1 ? "pointwise_convolution" : "convolution"
  }

  /// Every group has one kernel: with one input channel a group, no channel sees another.
  var isDepthwise: Bool { groups > 1 && groups == outputChannels }

  public var neighborhood: Neighborhood { .window(window) }

  public var look: LayerLook {
    isDepthwise ? LayerLook("depthwise", .depthwise) : LayerLook("conv", .convolution)
  }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    let inputChannels = shapes.inputs[0][3]
    let own: [String: LayerFact] = [
      "kernel_channels": .number(inputChannels / groups),
      "single": .flag(inputChannels == groups), "grouped": .flag(groups > 1),
      "groups": .number(groups), "widens": .flag(outputChannels > inputChannels),
      "narrows": .flag(outputChannels < inputChannels), "biased": .flag(hasBiases),
      "batch_norm": .flag(batchNormalization != nil), "relu": .flag(activation == .relu),
      "relu6": .flag(activation == .relu6), "linear": .flag(activation == .none),
    ]
    return own.merging(window.facts(shapes)) { own, _ in own }
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    for channels in [input[3], outputChannels] where channels % groups != 0 {
      throw .groupsDoNotDivide(groups: groups, channels: channels)
    }
    let rows = try window.vertical(input[1]).output
    let columns = try window.horizontal(input[2]).output
    return [input[0], rows, columns, outputChannels]
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    let kernel = Shape([window.height, window.width, inputs[0][3] / groups, outputChannels])
    var parameters = [(role: ParameterRole.weights, shape: kernel)]
    if hasBiases { parameters.append((.biases, [outputChannels])) }
    if batchNormalization != nil {
      parameters += BatchNormalization.roles.map { ($0, [outputChannels]) }
    }
    return parameters
  }

  public func multiplyAdds(for inputs: [Shape], output: Shape) -> Int {
    output.elementCount * window.height * window.width * (inputs[0][3] / groups)
  }

  public func expression(_ inputs: [String]) -> String {
    var arguments =
      "\(inputs[0]), W, strides=\(window.strides.name), padding=\(window.padding.name)"
    if window.dilations != 1 { arguments += ", dilations=\(window.dilations.name)" }
    if groups > 1 && !isDepthwise { arguments += ", groups=\(groups)" }
    var expression = "\(isDepthwise ? "depthwise_conv2d" : "conv2d")(\(arguments))"
    if hasBiases { expression += " + b" }
    if let batchNormalization {
      // As tf.nn.batch_normalization: x, mean, variance, offset, scale, epsilon.
      expression =
        "batch_normalization(\(expression), mean, variance, beta, gamma, \(batchNormalization.epsilon))"
    }
    return activation.wrap(expression)
  }

  public var isAffine: Bool { activation == .none }

  /// Of a kernel of one place, the product with its matrix.
  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    guard window == Window(height: 1, width: 1, padding: window.padding), groups == 1 else {
      return nil
    }
    var passed = activation.passed(gradient, output: output)
    if let batchNormalization {
      passed = "\(passed) * (gamma / np.sqrt(variance + \(batchNormalization.epsilon)))"
    }
    return "matmul(\(passed), transpose(W[0, 0]))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    forward(inputs, parameters: parameters, output: output, options: ExecutionOptions())
  }

  /// The layer's output, computed as `options` say.
  public func forward(
    _ inputs: [Tensor], parameters: LayerParameters, output: Shape, options: ExecutionOptions
  ) -> Tensor {
    prepared(for: inputs.map(\.shape), parameters: parameters, output: output, options).run(inputs)
  }

  func prepared(
    for inputs: [Shape], parameters: LayerParameters, output: Shape, _ options: ExecutionOptions
  ) -> any PreparedLayer {
    prepared(
      KernelReader(parameters[.weights]), outputs: parameters.outputChannels ?? 0..<output[3],
      affine(parameters), for: inputs, output: output, options)
  }

  /// The convolution with the weights of some outputs of a kernel.
  func prepared(
    _ kernel: KernelReader, outputs: Range<Int>, _ affine: ChannelAffine, for inputs: [Shape],
    output: Shape, _ options: ExecutionOptions
  ) -> any PreparedLayer {
    if isDepthwise && inputs[0][3] == groups {
      return DepthwiseConvolution(
        window, kernel: kernel, affine: affine, input: inputs[0], output: output,
        kernels: options.kernels)
    }
    let algorithm = LayerAlgorithm.choice(for: self, input: inputs[0], output: output, options)
    if let tile = algorithm.tile {
      return WinogradConvolution(
        self, kernel: kernel, outputs: outputs, affine: affine, input: inputs[0], output: output,
        tile: tile, options)
    }
    return DirectConvolution(
      self, kernel: kernel, outputs: outputs, affine: affine, input: inputs[0], output: output,
      kernels: options.kernels)
  }

  /// What follows the sums: bias, normalization and activation as one product, one addition and a range.
  func affine(_ parameters: LayerParameters) -> ChannelAffine {
    var scale: [Float]?
    var shift: [Float]?
    if let batchNormalization {
      (scale, shift) = batchNormalization.affine(parameters)
    }
    if hasBiases {
      let biases = parameters[.biases].tensor.elements
      // Normalization comes after the bias: (x + b) · scale + shift.
      shift = biases.indices.map { biases[$0] * (scale?[$0] ?? 1) + (shift?[$0] ?? 0) }
    }
    return ChannelAffine(scale: scale, shift: shift, range: activation.range)
  }
}
