import CAMNet
import Foundation
import Kernels
import TestSupport
import Testing

/// Every fast path of every instruction set that this CPU has, against the plain computation.
@Suite struct KernelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kernels: KernelSet
    let algorithm: LayerAlgorithm
    let seed: UInt64

    var testDescription: String { "\(kernels.name), \(algorithm), seed \(seed)" }

    /// - Parameter count: seeds for each path.
    static func all(_ algorithms: [LayerAlgorithm], count: UInt64) -> [Case] {
      KernelSet.available.flatMap { kernels in
        algorithms.flatMap { algorithm in
          (0..<count).map { Case(kernels: kernels, algorithm: algorithm, seed: $0) }
        }
      }
    }

    var options: ExecutionOptions {
      var options = ExecutionOptions()
      options.kernels = kernels
      options.algorithm = algorithm
      options.keptWeights = seed % 2 == 0 ? .all : .none
      return options
    }
  }

  @Test(arguments: 0..<6)
  func `a product with a matrix agrees with the sums it stands for, on every instruction set`(
    seed: Int
  ) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let inputs = Int.random(in: 1...70, using: &generator)
    let outputs = Int.random(in: 1...70, using: &generator)
    let vector = randomTensor([1, inputs], &generator).elements
    let matrix = randomTensor([inputs, outputs], &generator).elements
    let transposed = (0..<outputs).flatMap { output in
      (0..<inputs).map { matrix[$0 * outputs + output] }
    }
    let expected = (0..<outputs).map { output in
      (0..<inputs).reduce(0.0) {
        $0 + Double(vector[$1]) * Double(matrix[$1 * outputs + output])
      }
    }
    for place in 0... {
      guard let kernels = camreport_kernels_available(Int32(place)) else { break }
      for isTransposed in [false, true] {
        // What lies behind is not written.
        var found = [Float](repeating: 7, count: outputs + 16)
        kernels.pointee.dense(
          vector, isTransposed ? transposed : matrix, isTransposed ? inputs : outputs, isTransposed,
          &found, inputs, outputs)
        #expect(found[outputs...].allSatisfy { $0 == 7 })
        expectClose(
          found[..<outputs].map(Double.init), expected, relativeL2: 1e-6,
          String(cString: kernels.pointee.name))
      }
    }
  }

  /// Each function in double precision.
  private static let functions: [(camreport_activation, @Sendable (Double) -> Double)] = [
    (camreport_clip, { min(max($0, -0.5), 2) }),
    (camreport_leaky, { $0 > 0 ? $0 : -0.5 * $0 }),
    (camreport_sigmoid, { 1 / (1 + exp(-$0)) }),
    (camreport_silu, { $0 / (1 + exp(-$0)) }),
    (camreport_hard_sigmoid, { min(max(-0.5 * $0 + 2, 0), 1) }),
    (camreport_hard_swish, { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
    (camreport_gelu, { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }),
  ]

  @Test func `activation functions are their formulas over all that float holds, on every CPU`() {
    let near = (-2000...2000).map { Float($0) / 100 }
    let values = near + [-.infinity, -3e38, -100, -88, 88, 100, 3e38, .infinity, .nan, -0.0]
    for place in 0... {
      guard let kernels = camreport_kernels_available(Int32(place)) else { break }
      for (function, formula) in Self.functions {
        var found = [Float](repeating: 7, count: values.count + 16)
        kernels.pointee.activate(function, values, nil, -0.5, 2, &found, values.count)
        #expect(found[values.count...].allSatisfy { $0 == 7 })
        for (x, y) in zip(values, found) where x.isFinite {
          let expected = formula(Double(x))
          #expect(
            abs(Double(y) - expected) <= 3e-7 * max(1, abs(expected)),
            "\(function) at \(x): \(y), \(expected)")
        }
        #expect(found[values.count - 2].isNaN, "\(function)")
      }
    }
  }

  @Test(arguments: KernelSet.available.map(\.identifier), 0..<4)
  func `channels as bytes are each value's place in its channel's range`(
    identifier: String, seed: Int
  ) throws {
    let kernels = try #require(KernelSet.available.first { $0.identifier == identifier })
    var generator = SeededGenerator(seed: UInt64(seed))
    let shape: Shape = [
      1, Int.random(in: 1...9, using: &generator), 7, Int.random(in: 3...40, using: &generator),
    ]
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    var values = randomTensor(shape, &generator).elements
    values[0] = .nan
    values[channels] = .infinity
    values[2 * channels] = -.infinity
    for pixel in 0..<pixels { values[pixel * channels + 1] = 5 }
    let shown = (0..<channels).shuffled(using: &generator)
    let found = Tensor(shape: shape, values).levels(ofChannels: shown, kernels: kernels)
    #expect(found.count == shown.count)
    for (channel, levels) in zip(shown, found) {
      let map = (0..<pixels).map { values[$0 * channels + channel] }
      let finite = map.filter(\.isFinite)
      let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
      #expect(
        levels
          == map.map {
            $0.isFinite && high > low ? UInt8(($0 - low) / (high - low) * 255) : 0
          }, "channel \(channel)")
    }
  }

  @Test(arguments: Case.all(LayerAlgorithm.choices, count: 12))
  func `a 3×3 convolution agrees with the sum it stands for, whatever the algorithm`(
    _ test: Case
  ) throws {
    var generator = SeededGenerator(seed: test.seed)
    let paddings: [Padding] = [.same, .valid, .explicit(top: 2, left: 0, bottom: 1, right: 3)]
    let convolution = Convolution(
      Window(height: 3, width: 3, padding: paddings.randomElement(using: &generator) ?? .same),
      // Less than a panel, some panels, and some with a part of one.
      outputChannels: Int.random(in: 1...70, using: &generator),
      hasBiases: Bool.random(using: &generator),
      batchNormalization: Bool.random(using: &generator) ? BatchNormalization(epsilon: 1e-3) : nil,
      activation: .relu6)
    let input: Shape = [
      1, Int.random(in: 3...23, using: &generator), Int.random(in: 3...23, using: &generator),
      Int.random(in: 1...70, using: &generator),
    ]
    try check(convolution, input, test, &generator, axes: test.seed % 3 == 0)
  }

  /// So much input that each core goes through blocks of its own.
  @Test(arguments: Case.all([.winograd4x4, .winograd6x6], count: 1))
  func `a large convolution agrees too`(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let convolution = Convolution(
      Window(height: 3, width: 3), outputChannels: 3, hasBiases: true)
    try check(convolution, [1, 123, 121, 64], test, &generator)
  }

  @Test(arguments: Case.all([.direct], count: 12))
  func `strides, dilations, groups and windows of any shape agree`(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let groups = [1, 2, 3].randomElement(using: &generator) ?? 1
    let convolution = Convolution(
      Window(
        height: Int.random(in: 1...4, using: &generator),
        width: Int.random(in: 1...4, using: &generator),
        strides: randomPerAxis(1...3, &generator),
        dilations: randomPerAxis(1...2, &generator),
        padding: [Padding.same, .valid].randomElement(using: &generator) ?? .same),
      outputChannels: groups * Int.random(in: 1...40, using: &generator), groups: groups,
      hasBiases: true, activation: .relu)
    let input: Shape = [
      1, Int.random(in: 8...19, using: &generator), Int.random(in: 8...19, using: &generator),
      groups * Int.random(in: 1...20, using: &generator),
    ]
    try check(convolution, input, test, &generator)
  }

  @Test(arguments: Case.all([.depthwise], count: 24))
  func `a depthwise convolution agrees`(_ test: Case) throws {
    var generator = SeededGenerator(seed: test.seed)
    let channels = Int.random(in: 2...50, using: &generator)
    let side = [3, 5, 3, 5, 2, 7].randomElement(using: &generator) ?? 3
    let paddings: [Padding] = [.same, .valid, .explicit(top: 0, left: 3, bottom: 2, right: 1)]
    let convolution = Convolution(
      Window(
        height: side, width: side, strides: randomPerAxis(1...3, &generator),
        dilations: test.seed % 6 == 5 ? randomPerAxis(1...2, &generator) : 1,
        padding: paddings.randomElement(using: &generator) ?? .same),
      outputChannels: channels, groups: channels,
      batchNormalization: BatchNormalization(epsilon: 1e-3), activation: .relu6)
    let input: Shape = [
      1, Int.random(in: 13...20, using: &generator), Int.random(in: 13...30, using: &generator),
      channels,
    ]
    try check(convolution, input, test, &generator)
  }

  @Test(arguments: KernelSet.available, [(2, 1), (1, 2), (3, 2)])
  func `strides and dilations that differ by axis agree, whatever the groups`(
    kernels: KernelSet, strides: (vertical: Int, horizontal: Int)
  ) throws {
    var generator = SeededGenerator(seed: 1)
    let dilations: [Window.PerAxis] = [
      1, Window.PerAxis(vertical: 1, horizontal: 2), Window.PerAxis(vertical: 2, horizontal: 1),
    ]
    for (side, dilations) in [3, 5].flatMap({ side in dilations.map { (side, $0) } }) {
      for (groups, channels) in [(1, 21), (2, 42), (21, 21)] {
        let window = Window(
          height: side, width: side,
          strides: Window.PerAxis(vertical: strides.vertical, horizontal: strides.horizontal),
          dilations: dilations)
        try check(
          Convolution(window, outputChannels: channels, groups: groups), [1, 17, 14, channels],
          Case(kernels: kernels, algorithm: groups == 21 ? .depthwise : .direct, seed: 0),
          &generator)
      }
    }
  }

  /// - Parameter axes: whether the kernel lies as torch's files have it, outputs first.
  private func check(
    _ convolution: Convolution, _ input: Shape, _ test: Case, _ generator: inout SeededGenerator,
    axes isOutputsFirst: Bool = false
  ) throws {
    let values = randomTensor(input, &generator)
    let parameters = randomParameters(of: convolution, for: input, &generator)
    let output = try convolution.outputShape(of: [input])
    var stored = parameters.mapValues { Parameter(stored: $0) }
    if isOutputsFirst, let weights = parameters[.weights] {
      stored[.weights] = Parameter(
        stored: Parameter(stored: weights, axes: [3, 2, 0, 1]).tensor, axes: [2, 3, 1, 0])
    }
    let found = convolution.forward(
      [values], parameters: LayerParameters(stored), output: output, options: test.options)
    // What float32 sums differ by, and what the transforms' larger numbers add to it.
    let tolerance =
      switch test.algorithm {
      case .winograd4x4: 5e-6
      case .winograd6x6: 2e-5
      default: 1e-6
      }
    expectClose(
      found.elements.map(Double.init), slowConvolution(convolution, values, parameters, output),
      relativeL2: tolerance, "\(convolution) on \(input)")
  }
}
