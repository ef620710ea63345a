import CAMNet
import TestSupport
import Testing

/// Layers drawn at random for the tests of gradients: a kind that is added needs a case here, and the first test says so.
private struct LayerSample {
  let kind: any LayerKind
  let inputs: [Shape]
  /// How much the slopes to both sides may differ where there is no kink: more for a function that is curved.
  var curvature = 1e-3

  static func all(_ generator: inout SeededGenerator) -> [LayerSample] {
    let height = Int.random(in: 5...9, using: &generator)
    let width = Int.random(in: 5...9, using: &generator)
    let channels = 2 * Int.random(in: 1...3, using: &generator)
    let maps: Shape = [1, height, width, channels]
    let values = Float.random(in: 1...3, using: &generator)
    return [
      LayerSample(kind: ChannelSlice(1..<channels), inputs: [maps]),
      LayerSample(
        kind: Rescale(
          offsets: (0..<channels).map(Float.init),
          divisors: (0..<channels).map { values + Float($0) }),
        inputs: [maps]),
      LayerSample(kind: ReverseChannels(), inputs: [maps]),
      LayerSample(kind: ChannelShuffle(groups: 2), inputs: [[1, height, width, 6]]),
      LayerSample(
        kind: LayerNorm(epsilon: 1e-3), inputs: [[1, height, width, 24]], curvature: 2e-2),
      LayerSample(kind: LayerNorm(epsilon: 1e-5), inputs: [[1, 40]], curvature: 2e-2),
      LayerSample(kind: Rescale(offsets: [1, 2], divisors: [3, 4]), inputs: [[1, 2]]),
      LayerSample(kind: Grayscale(), inputs: [[1, height, width, 3]]),
      LayerSample(kind: Concat(), inputs: [maps, [1, height, width, 1], maps]),
      LayerSample(
        kind: Concat(
          normalization: BatchNormalization(epsilon: 1e-3),
          activation: .random(using: &generator) ? .relu : .none),
        inputs: [maps, [1, height, width, 1]]),
      LayerSample(
        kind: MaxPooling(window(&generator, padded: 1)), inputs: [maps]),
      LayerSample(
        kind: MaxPooling(Window(height: 2, width: 2, stride: 2)),
        inputs: [[1, 2 * (height / 2), 2 * (width / 2), 3 * channels]]),
      LayerSample(
        kind: AveragePooling(
          window(&generator, padded: 1), countsPadding: .random(using: &generator)),
        inputs: [maps]),
      LayerSample(
        kind: BatchNorm(epsilon: 1e-3, activation: .random(using: &generator) ? .relu : .relu6),
        inputs: [maps]),
      LayerSample(kind: BatchNorm(epsilon: 1e-3), inputs: [[1, channels]]),
      LayerSample(kind: Multiply(), inputs: [maps, maps]),
      LayerSample(kind: Multiply(), inputs: [maps, [1, 1, 1, channels]]),
      LayerSample(kind: Flatten(), inputs: [maps]),
      LayerSample(kind: Flatten(isByMaps: true), inputs: [maps]),
      LayerSample(kind: Unflatten(), inputs: [[1, channels]]),
      LayerSample(kind: GlobalAveragePooling(keepsAxes: true), inputs: [maps]),
      LayerSample(kind: BiasAdd(), inputs: [maps]),
      LayerSample(kind: ChannelScale(), inputs: [maps]),
      LayerSample(kind: PReLU(), inputs: [maps]),
      LayerSample(kind: PReLU(isShared: true), inputs: [[1, channels]]),
      LayerSample(
        kind: LocalResponseNormalization(size: 4, alpha: 0.5, beta: 0.75, bias: 1), inputs: [maps],
        curvature: 1e-2),
      LayerSample(kind: Pad(top: 1, left: 2, bottom: 0, right: 3), inputs: [maps]),
      LayerSample(
        kind: Pad(top: 1, left: 0, bottom: 2, right: 1, border: .edge), inputs: [maps]),
      LayerSample(
        kind: Pad(top: 1, left: 1, bottom: 1, right: 1, border: .reflect),
        inputs: [[1, height + 1, width + 1, channels]]),
      LayerSample(
        kind: Resize(
          rows: .init(output: 2 * height, scale: 2),
          columns: .init(output: 7, scale: 7 / Double(width)),
          mode: .random(using: &generator) ? .linear : .nearest(.preferFloor),
          coordinates: .halfPixel), inputs: [maps]),
      LayerSample(kind: Add(), inputs: [maps, maps]),
      LayerSample(kind: Subtract(), inputs: [maps, maps]),
      LayerSample(
        kind: Add(activation: .random(using: &generator) ? .relu : .relu6), inputs: [maps, maps]),
      LayerSample(kind: GlobalAveragePooling(), inputs: [maps]),
      LayerSample(kind: Dropout(), inputs: [[1, channels]]),
      LayerSample(
        kind: Dense(outputs: height, hasBiases: .random(using: &generator)),
        inputs: [[1, channels]]),
    ]
      + straight.map { LayerSample(kind: ActivationFunction($0), inputs: [maps]) }
      + [LayerSample(kind: ActivationFunction(.softsign), inputs: [maps], curvature: 2e-3)]
      + curved.map { LayerSample(kind: ActivationFunction($0), inputs: [maps], curvature: 5e-3) }
      + convolutions(maps, &generator)
  }

  private static let straight: [ActivationFunction.Function] = [
    .relu, .clip(-0.5...0.25), .leakyReLU(slope: 0.125), .hardSigmoid(slope: 0.5, shift: 0.25),

  ]
  private static let curved: [ActivationFunction.Function] = [
    .sigmoid, .silu, .hardSwish, .gelu, .geluTanh, .tanh, .elu(alpha: 1),
    .selu(alpha: 1.5, gamma: 1.25), .softplus,
    .mish,
  ]

  /// Convolutions of all sorts: whole, in groups, depthwise, 1×1, with all that can follow the sums.
  private static func convolutions(
    _ maps: Shape, _ generator: inout SeededGenerator
  ) -> [LayerSample] {
    let channels = maps[3]
    return [(1, 5), (2, 4), (channels, channels), (channels, channels), (1, 17)].map {
      groups, outputs in
      let isDepthwise = groups == channels
      let window =
        outputs == 17
        ? Window(height: 3, width: 3) : window(&generator, padded: 3)
      let activations: [Activation] = [.none, .relu, .relu6]
      return LayerSample(
        kind: Convolution(
          isDepthwise && .random(using: &generator)
            ? Window(height: 3, width: 3, strides: randomPerAxis(1...2, &generator)) : window,
          outputChannels: outputs, groups: groups, hasBiases: .random(using: &generator),
          batchNormalization: .random(using: &generator)
            ? BatchNormalization(epsilon: 1e-3) : nil,
          activation: activations[.random(in: 0...2, using: &generator)]),
        inputs: [maps])
    }
  }

  private static func window(_ generator: inout SeededGenerator, padded: Int) -> Window {
    func zeros() -> Int { .random(in: 0...padded, using: &generator) }
    let paddings: [Padding] = [
      .same, .valid, .explicit(top: zeros(), left: zeros(), bottom: zeros(), right: zeros()),
    ]
    return Window(
      height: .random(in: 1...3, using: &generator), width: .random(in: 1...3, using: &generator),
      strides: randomPerAxis(1...3, &generator),
      dilations: randomPerAxis(1...2, &generator),
      padding: paddings[.random(in: 0...2, using: &generator)])
  }

  func parameters(_ generator: inout SeededGenerator) -> [ParameterRole: Tensor] {
    var parameters: [ParameterRole: Tensor] = [:]
    for (role, shape) in kind.parameters(for: inputs) {
      let tensor = randomTensor(shape, &generator)
      // A γ of 0 is one that no gradient may be divided by.
      parameters[role] = Tensor(
        shape: shape,
        tensor.elements.enumerated().map { index, value in
          role == .variance ? abs(value) + 0.1 : role == .scale && index == 0 ? 0 : value
        })
    }
    return parameters
  }
}

@Suite struct LayerGradientTests {
  @Test func `every kind is among the layers whose gradients are tested`() {
    var generator = SeededGenerator(seed: 0)
    let tested = Set(LayerSample.all(&generator).map { "\(type(of: $0.kind))" })
    #expect(tested == Set(LayerKinds.all.map { "\($0)" }))
  }

  /// Every layer is linear in each value, but for kinks where an activation or a largest value changes sides: those few values
  /// are left out at which the differences to both sides are not the same.
  @Test(arguments: 0..<12)
  func `gradients are what central differences give`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for sample in LayerSample.all(&generator) {
      guard let shape = try? sample.kind.outputShape(of: sample.inputs) else { continue }
      for kernels in KernelSet.available {
        var options = ExecutionOptions()
        options.kernels = kernels
        options.isPrecise = true
        try check(sample, output: shape, options, &generator)
      }
    }
  }

  private func check(
    _ sample: LayerSample, output shape: Shape, _ options: ExecutionOptions,
    _ generator: inout SeededGenerator
  ) throws {
    let inputs = sample.inputs.map { randomTensor($0, &generator) }
    let parameters = sample.parameters(&generator)
    let seed = randomTensor(shape, &generator)
    func loss(_ inputs: [Tensor], _ parameters: [ParameterRole: Tensor]) -> Double {
      let output = sample.kind.output(inputs, parameters, shape, options)
      return zip(output.elements, seed.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let call = LayerCall(
      inputs: inputs, output: sample.kind.output(inputs, parameters, shape, options),
      parameters: LayerParameters(parameters.mapValues { Parameter(stored: $0) }),
      options: options)
    let gradients = sample.kind.backward(seed, call, wanting: [.inputs, .parameters])
    let what = "\(options.kernels.name) \(sample.kind) of \(sample.inputs)"
    try #require(gradients.inputs.map(\.shape) == sample.inputs, "\(what)")
    for (index, gradient) in gradients.inputs.enumerated() {
      expectDifferences(
        of: inputs[index], gradient, sample.curvature, "\(what): input \(index)"
      ) { changed in
        var inputs = inputs
        inputs[index] = changed
        return loss(inputs, parameters)
      }
    }
    #expect(
      Set(gradients.parameters.keys) == Set(parameters.keys.filter(\.isTrainable)), "\(what)")
    for (role, gradient) in gradients.parameters {
      let values = try #require(parameters[role])
      try #require(gradient.shape == values.shape, "\(what): \(role)")
      expectDifferences(of: values, gradient, sample.curvature, "\(what): \(role)") { changed in
        loss(inputs, parameters.merging([role: changed]) { $1 })
      }
    }
  }

  @Test(arguments: KernelSet.available.flatMap { set in [0, 1, 2].map { (set, $0) } })
  func `Winograd's gradients of weights and input are those of direct sums`(
    kernels: KernelSet, seed: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    // The first has more tiles than are transformed at once.
    let size = seed == 0 ? 68 : Int.random(in: 5...20, using: &generator)
    let input: Shape = [1, size, size + 3, .random(in: 16...70, using: &generator)]
    let convolution = Convolution(
      Window(height: 3, width: 3, padding: seed == 1 ? .valid : .same),
      outputChannels: .random(in: 16...70, using: &generator))
    let output = try convolution.outputShape(of: [input])
    let parameters = randomParameters(of: convolution, for: input, &generator)
    let (values, gradient) = (randomTensor(input, &generator), randomTensor(output, &generator))
    func gradients(_ algorithm: LayerAlgorithm) throws -> LayerGradients {
      var options = ExecutionOptions()
      options.kernels = kernels
      options.algorithm = algorithm
      let call = LayerCall(
        inputs: [values], output: Tensor(shape: output, repeating: 0),
        parameters: LayerParameters(parameters.mapValues { Parameter(stored: $0) }),
        options: options)
      return convolution.backward(gradient, call, wanting: [.inputs, .parameters])
    }
    let direct = try gradients(.direct)
    for algorithm in [LayerAlgorithm.winograd4x4, .winograd6x6] {
      let found = try gradients(algorithm)
      for (one, other, what) in [
        (found.inputs[0], direct.inputs[0], "input"),
        (
          try #require(found.parameters[.weights]), try #require(direct.parameters[.weights]),
          "weights"
        ),
      ] {
        expectClose(
          one.elements.map(Double.init), other.elements.map(Double.init), relativeL2: 1e-4,
          "\(kernels.name) \(algorithm) \(what)")
      }
    }
  }

  /// Expects the gradient at some values to be the differences of a loss when they are changed.
  private func expectDifferences(
    of values: Tensor, _ gradient: Tensor, _ curvature: Double, _ what: String,
    _ loss: (Tensor) -> Double
  ) {
    let step: Float = 0x1p-8
    let before = loss(values)
    var (found, expected): ([Double], [Double]) = ([], [])
    // At most some thirty values of a tensor, spread over all of it.
    let places = stride(from: 0, to: values.count, by: max(1, values.count / 29))
    for place in places {
      func changed(_ change: Float) -> Double {
        var elements = values.elements
        elements[place] += change
        return loss(Tensor(shape: values.shape, elements)) - before
      }
      let (up, down) = (changed(step) / Double(step), -changed(-step) / Double(step))
      guard abs(up - down) <= curvature * max(1, abs(up)) else { continue }
      found.append(Double(gradient[flat: place]))
      expected.append((up + down) / 2)
    }
    #expect(found.count >= places.underestimatedCount / 3, "\(what): too few without a kink")
    let scale = expected.map(abs).max() ?? 0
    for (one, other) in zip(found, expected) where !(abs(one - other) <= 2e-3 * max(scale, 1)) {
      Issue.record("\(what): \(one), and by differences \(other)")
      return
    }
  }
}

extension LayerKind {
  /// The layer's output, computed as the options say where the kind heeds them.
  fileprivate func output(
    _ inputs: [Tensor], _ parameters: [ParameterRole: Tensor], _ shape: Shape,
    _ options: ExecutionOptions
  ) -> Tensor {
    let own = LayerParameters(parameters.mapValues { Parameter(stored: $0) })
    return (self as? Convolution)?.forward(
      inputs, parameters: own, output: shape, options: options)
      ?? forward(inputs, parameters: own, output: shape)
  }
}
