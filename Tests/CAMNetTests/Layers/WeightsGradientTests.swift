import CAMNet
import TestSupport
import Testing

/// The gradients of a convolution's weights and biases against plain sums in double precision, over shapes that are cut into several
/// panels, pieces and parts; and on one thread against three, bit by bit.
@Suite struct WeightsGradientTests {
  enum Sample: CaseIterable {
    /// More outputs in a group than a panel has.
    case wideGroups
    /// 1×1 windows over more places than are summed at once.
    case pointwise
    /// More lines than are summed at once.
    case manyLines
    /// Channels of several panels, not all of them whole.
    case manyChannels
    /// More tiles of Winograd's than are transformed at once.
    case manyTiles
    case depthwise

    func convolution(
      _ generator: inout SeededGenerator
    ) -> (convolution: Convolution, input: Shape) {
      func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
      func convolution(_ window: Window, _ outputs: Int, groups: Int = 1) -> Convolution {
        Convolution(window, outputChannels: outputs, groups: groups, hasBiases: true)
      }
      switch self {
      case .wideGroups:
        let window = Window(
          height: number(1...3), width: number(1...3), strides: randomPerAxis(1...2, &generator),
          dilations: randomPerAxis(1...2, &generator))
        return (
          convolution(window, 2 * number(65...80), groups: 2),
          [1, number(9...13), number(9...13), 2 * number(5...17)]
        )
      case .pointwise:
        return (
          convolution(Window(height: 1, width: 1), number(9...33)),
          [1, number(39...43), number(39...43), number(100...150)]
        )
      case .manyLines:
        let window = Window(height: number(2...3), width: 3, padding: .valid)
        return (
          convolution(window, number(5...9)),
          [1, number(50...60), number(19...23), number(100...150)]
        )
      case .manyChannels:
        return (
          convolution(Window(height: 3, width: 3), number(100...150)),
          [1, number(5...9), number(5...9), number(100...150)]
        )
      case .manyTiles:
        return (
          convolution(Window(height: 3, width: 3), number(16...19)),
          [1, number(67...71), number(99...103), number(3...9)]
        )
      case .depthwise:
        let channels = number(100...150)
        let side = [2, 3, 5][number(0...2)]
        let window = Window(
          height: side, width: side, strides: randomPerAxis(1...3, &generator),
          dilations: randomPerAxis(1...2, &generator))
        return (
          convolution(window, channels, groups: channels),
          [1, number(13...27), number(13...27), channels]
        )
      }
    }

    /// The algorithms that there are for it.
    var algorithms: [LayerAlgorithm] {
      switch self {
      case .wideGroups, .pointwise: [.direct]
      case .manyLines, .manyChannels, .manyTiles: [.direct, .winograd4x4, .winograd6x6]
      case .depthwise: [.depthwise]
      }
    }
  }

  /// Runs `body` with a layer's work divided over some threads.
  private func on(threads: Int, _ body: () throws -> LayerGradients) throws -> LayerGradients {
    var options = ExecutionOptions()
    options.threads = threads
    let model = try TinyTraining.model()
    let executor = Executor(
      model.network, parameters: try TinyTraining.parameters(model), options: options)
    return try executor.withThreads(body)
  }

  @Test(arguments: Sample.allCases, 0..<2)
  func `gradients are the sums they stand for, on one thread and on three`(
    sample: Sample, seed: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let (convolution, shape) = sample.convolution(&generator)
    let output = try convolution.outputShape(of: [shape])
    let (input, gradient) = (randomTensor(shape, &generator), randomTensor(output, &generator))
    let parameters = randomParameters(of: convolution, for: shape, &generator)
    let weights = slowWeightsGradient(convolution, input, gradient)
    let biases = (0..<output[3]).map { channel in
      stride(from: channel, to: gradient.count, by: output[3]).reduce(0.0) {
        $0 + Double(gradient[flat: $1])
      }
    }
    for kernels in KernelSet.available {
      for algorithm in sample.algorithms {
        var options = ExecutionOptions()
        options.kernels = kernels
        options.algorithm = algorithm
        let call = LayerCall(
          inputs: [input], output: Tensor(shape: output, repeating: 0),
          parameters: LayerParameters(parameters.mapValues { Parameter(stored: $0) }),
          options: options)
        let found = try [1, 3].map { threads in
          try on(threads: threads) {
            convolution.backward(gradient, call, wanting: [.inputs, .parameters])
          }
        }
        let what = "\(kernels.name) \(algorithm) \(convolution) on \(shape)"
        #expect(found[0].inputs[0].elements == found[1].inputs[0].elements, "\(what)")
        for (role, expected) in [(ParameterRole.weights, weights), (.biases, biases)] {
          let one = try #require(found[0].parameters[role]).elements
          #expect(one == found[1].parameters[role]?.elements, "\(what): \(role)")
          let tolerance =
            switch algorithm {
            case .winograd4x4: 5e-6
            case .winograd6x6: 3e-5
            default: 2e-6
            }
          expectClose(one.map(Double.init), expected, relativeL2: tolerance, "\(what): \(role)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.available, [Activation.none, .relu, .relu6])
  func `the sums of biases leave out what an activation cut`(
    kernels: KernelSet, activation: Activation
  ) throws {
    var generator = SeededGenerator(seed: 5)
    let shape: Shape = [1, 33, 41, 37]
    let convolution = Convolution(
      Window(height: 1, width: 1), outputChannels: 37, hasBiases: true, activation: activation)
    let gradient = randomTensor(shape, &generator)
    let values = (0..<shape.elementCount).map { _ in
      [0, 0x1p-20, 3, 6 - 0x1p-20, 6, 7][Int.random(in: 0...5, using: &generator)] as Float
    }
    var options = ExecutionOptions()
    options.kernels = kernels
    let call = LayerCall(
      inputs: [randomTensor(shape, &generator)], output: Tensor(shape: shape, values),
      parameters: LayerParameters(
        randomParameters(of: convolution, for: shape, &generator)
          .mapValues { Parameter(stored: $0) }), options: options)
    let found = try [1, 3].map { threads in
      try #require(
        try on(threads: threads) {
          convolution.backward(gradient, call, wanting: .parameters)
        }.parameters[.biases]
      ).elements
    }
    #expect(found[0] == found[1])
    var expected = [Double](repeating: 0, count: 37)
    for (index, value) in values.enumerated() {
      let passes =
        switch activation {
        case .none: true
        case .relu: value > 0
        case .relu6: value > 0 && value < 6
        }
      if passes { expected[index % 37] += Double(gradient[flat: index]) }
    }
    expectClose(
      found[0].map(Double.init), expected, relativeL2: 1e-6, "\(kernels.name) \(activation)")
  }

  @Test(arguments: KernelSet.available, 0..<8)
  func `of equal values in a pooled window the first gets the gradient`(
    kernels: KernelSet, seed: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let isHalving = seed % 2 == 0
    let window =
      isHalving
      ? Window(height: 2, width: 2, stride: 2)
      : Window(
        height: .random(in: 2...3, using: &generator), width: .random(in: 2...3, using: &generator),
        strides: randomPerAxis(1...3, &generator))
    let shape: Shape = [
      1, 2 * Int.random(in: 2...5, using: &generator), 2 * Int.random(in: 2...5, using: &generator),
      Int.random(in: 1...40, using: &generator),
    ]
    let pooling = MaxPooling(window)
    let output = try pooling.outputShape(of: [shape])
    let values = (0..<shape.elementCount).map { _ in
      Float(Int.random(in: -1...1, using: &generator))
    }
    let input = Tensor(shape: shape, values)
    let gradient = randomTensor(output, &generator)
    var options = ExecutionOptions()
    options.kernels = kernels
    let none = LayerParameters([:])
    let call = LayerCall(
      inputs: [input], output: pooling.forward([input], parameters: none, output: output),
      parameters: none, options: options)
    var expected = [Float](repeating: 0, count: shape.elementCount)
    let (top, left) = samePadding(window, shape, output)
    for y in 0..<output[1] {
      for x in 0..<output[2] {
        let places = taps(window, y, x, top, left, shape).map { $0.0 * shape[2] + $0.1 }
        for channel in 0..<shape[3] {
          let seen = places.map { values[$0 * shape[3] + channel] }
          let first = seen.firstIndex(of: seen.max() ?? 0) ?? 0
          expected[places[first] * shape[3] + channel] +=
            gradient[flat: (y * output[2] + x) * shape[3] + channel]
        }
      }
    }
    let found = pooling.backward(gradient, call, wanting: .inputs).inputs[0].elements
    #expect(found == expected, "\(kernels.name) \(window) on \(shape)")
  }
}
