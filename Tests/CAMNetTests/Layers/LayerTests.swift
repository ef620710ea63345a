import CAMNet
import TestSupport
import Testing

/// Each layer against a slow and plain computation of the same, over random shapes.
@Suite struct LayerTests {
  @Test(arguments: 0..<40)
  func `a convolution agrees with the sum it stands for`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let groups = [1, 1, 2, 3].randomElement(using: &generator) ?? 1
    let isDepthwise = seed % 4 == 3
    let inputChannels = groups * Int.random(in: 1...5, using: &generator)
    let outputChannels =
      isDepthwise ? inputChannels : groups * Int.random(in: 1...6, using: &generator)
    let paddings: [Padding] = [
      .same, .valid, .explicit(top: 1, left: 2, bottom: 0, right: 1),
    ]
    let window = Window(
      height: Int.random(in: 1...5, using: &generator),
      width: Int.random(in: 1...5, using: &generator),
      strides: randomPerAxis(1...3, &generator),
      dilations: randomPerAxis(1...2, &generator),
      padding: paddings.randomElement(using: &generator) ?? .same)
    let activations: [Activation] = [.none, .relu, .relu6]
    let convolution = Convolution(
      window, outputChannels: outputChannels, groups: isDepthwise ? inputChannels : groups,
      hasBiases: Bool.random(using: &generator),
      batchNormalization: Bool.random(using: &generator) ? BatchNormalization(epsilon: 1e-3) : nil,
      activation: activations.randomElement(using: &generator) ?? .none)
    let inputShape: Shape = [
      1, Int.random(in: 10...17, using: &generator), Int.random(in: 10...17, using: &generator),
      inputChannels,
    ]

    let input = randomTensor(inputShape, &generator)
    let parameters = randomParameters(of: convolution, for: inputShape, &generator)
    let output = try convolution.outputShape(of: [inputShape])
    let expected = slowConvolution(convolution, input, parameters, output)

    // Kernels as TensorFlow orders them, and as torch does.
    for axes in [[0, 1, 2, 3], [2, 3, 1, 0]] {
      var stored = parameters.mapValues { Parameter(stored: $0) }
      if let weights = parameters[.weights] {
        let inverse = axes.indices.map { file in axes.firstIndex(of: file) ?? 0 }
        stored[.weights] = Parameter(
          stored: Parameter(stored: weights, axes: inverse).tensor, axes: axes)
      }
      let found = convolution.forward(
        [input], parameters: LayerParameters(stored), output: output)
      expectClose(
        found.elements.map(Double.init), expected, relativeL2: 1e-5,
        "\(convolution) on \(inputShape)")
    }
  }

  @Test(arguments: 0..<20)
  func `max pooling takes the largest value of each window`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let pooling = MaxPooling(
      Window(
        height: Int.random(in: 1...3, using: &generator),
        width: Int.random(in: 1...3, using: &generator),
        strides: randomPerAxis(1...3, &generator)))
    let shape: Shape = [
      1, Int.random(in: 3...9, using: &generator), Int.random(in: 3...9, using: &generator), 3,
    ]
    let input = randomTensor(shape, &generator)
    let output = try pooling.outputShape(of: [shape])
    let found = pooling.forward([input], parameters: LayerParameters([:]), output: output)
    let (top, left) = samePadding(pooling.window, shape, output)
    for y in 0..<output[1] {
      for x in 0..<output[2] {
        for channel in 0..<3 {
          var largest = -Float.infinity
          for (row, column) in taps(pooling.window, y, x, top, left, shape) {
            largest = max(largest, input[flat: (row * shape[2] + column) * 3 + channel])
          }
          #expect(found[flat: (y * output[2] + x) * 3 + channel] == largest)
        }
      }
    }
  }

  @Test(arguments: 0..<20)
  func `average pooling takes the mean of each window, with the padding or without`(seed: Int)
    throws
  {
    var generator = SeededGenerator(seed: UInt64(seed))
    let pooling = AveragePooling(
      Window(
        height: .random(in: 1...3, using: &generator), width: .random(in: 1...3, using: &generator),
        strides: randomPerAxis(1...3, &generator)), countsPadding: seed % 2 == 0)
    let shape: Shape = [
      1, .random(in: 3...9, using: &generator), .random(in: 3...9, using: &generator), 3,
    ]
    let input = randomTensor(shape, &generator)
    let output = try pooling.outputShape(of: [shape])
    let found = pooling.forward([input], parameters: LayerParameters([:]), output: output)
    let window = pooling.window
    let (top, left) = samePadding(window, shape, output)
    for y in 0..<output[1] {
      for x in 0..<output[2] {
        for channel in 0..<3 {
          let values = taps(window, y, x, top, left, shape).map { row, column in
            input[flat: (row * shape[2] + column) * 3 + channel]
          }
          let count = pooling.countsPadding ? window.height * window.width : values.count
          let mean = values.reduce(0, +) / Float(count)
          #expect(abs(found[flat: (y * output[2] + x) * 3 + channel] - mean) < 1e-6)
        }
      }
    }
  }

  @Test func `normalization and gates are products and sums channel by channel`() throws {
    var generator = SeededGenerator(seed: 5)
    let shape: Shape = [1, 3, 5, 37]
    let input = randomTensor(shape, &generator)
    var parameters = BatchNorm(epsilon: 1e-3).parameters(for: [shape]).reduce(
      into: [ParameterRole: Tensor]()
    ) { $0[$1.role] = randomTensor($1.shape, &generator) }
    parameters[.variance] = Tensor(shape: [37], (0..<37).map { 0.1 + Float($0) })
    let stored = LayerParameters(parameters.mapValues { Parameter(stored: $0) })
    let normalized = BatchNorm(epsilon: 1e-3, activation: .relu).forward(
      [input], parameters: stored, output: shape)
    let gated = Multiply().forward(
      [input, Tensor(shape: [1, 1, 1, 37], parameters[.scale]?.elements ?? [])],
      parameters: stored, output: shape)
    for place in 0..<input.count {
      let channel = place % 37
      func value(_ role: ParameterRole) -> Float { parameters[role]?[flat: channel] ?? .nan }
      let x = input[flat: place]
      let expected =
        (x - value(.mean)) / (value(.variance) + 1e-3).squareRoot() * value(.scale)
        + value(.shift)
      #expect(abs(normalized[flat: place] - max(expected, 0)) < 1e-5)
      #expect(gated[flat: place] == x * value(.scale))
    }
  }

  @Test func `a product with biases agrees in either axis order`() {
    let input = Tensor(shape: [1, 2], [2, 3])
    let dense = Dense(outputs: 3, hasBiases: true)
    let biases = Parameter(stored: Tensor(shape: [3], [10, 20, 30]))
    let inOut = Parameter(stored: Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]))
    let outIn = Parameter(stored: Tensor(shape: [3, 2], [1, 4, 2, 5, 3, 6]), axes: [1, 0])
    for weights in [inOut, outIn] {
      let found = dense.forward(
        [input], parameters: LayerParameters([.weights: weights, .biases: biases]), output: [1, 3])
      #expect(found.elements == [24, 39, 54])
    }
  }

  @Test(arguments: [[0, 1], [1, 0]])
  func `a large product agrees with the sums it stands for`(axes: [Int]) {
    var generator = SeededGenerator(seed: 3)
    let (inputs, outputs) = (77, 1003)
    let vector = randomTensor([1, inputs], &generator)
    let matrix = randomTensor([inputs, outputs], &generator)
    let expected = (0..<outputs).map { output in
      (0..<inputs).reduce(0.0) {
        $0 + Double(vector[flat: $1]) * Double(matrix[flat: $1 * outputs + output])
      }
    }
    let stored = Parameter(stored: Parameter(stored: matrix, axes: axes).tensor, axes: axes)
    let found = Dense(outputs: outputs, hasBiases: false).forward(
      [vector], parameters: LayerParameters([.weights: stored]), output: [1, outputs])
    expectClose(found.elements.map(Double.init), expected, relativeL2: 1e-6, "\(axes)")
  }

  @Test(arguments: 0..<6)
  func `sums, means and the largest of four agree over odd numbers of channels`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let (rows, columns) = (2 * Int.random(in: 1...5, using: &generator), 14)
    let channels = Int.random(in: 1...45, using: &generator)
    let shape: Shape = [1, rows, columns, channels]
    let first = randomTensor(shape, &generator)
    let second = randomTensor(shape, &generator)
    let none = LayerParameters([:])
    let sum = Add().forward([first, second], parameters: none, output: shape)
    #expect(sum.elements == zip(first.elements, second.elements).map { $0 + $1 })
    let positive = Add(activation: .relu).forward(
      [first, second], parameters: none, output: shape)
    #expect(positive.elements == sum.elements.map { max($0, 0) })

    let mean = GlobalAveragePooling().forward([first], parameters: none, output: [1, channels])
    let pooled = MaxPooling(Window(height: 2, width: 2, stride: 2)).forward(
      [first], parameters: none, output: [1, rows / 2, columns / 2, channels])
    for channel in 0..<channels {
      let values = (0..<rows * columns).map { first[flat: $0 * channels + channel] }
      let expected = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      #expect(abs(Double(mean[flat: channel]) - expected) < 1e-6)
      let four = [values[0], values[1], values[columns], values[columns + 1]]
      #expect(pooled[flat: channel] == four.max())
    }
    let biases = randomTensor([channels], &generator)
    let shifted = BiasAdd().forward(
      [first], parameters: LayerParameters([.biases: Parameter(stored: biases)]), output: shape)
    for index in 0..<first.count {
      #expect(shifted[flat: index] == first[flat: index] + biases[flat: index % channels])
    }
  }

  @Test func `slicing and joining give back what was there`() throws {
    var generator = SeededGenerator(seed: 1)
    let input = randomTensor([1, 3, 5, 7], &generator)
    let parts = try [0..<2, 2..<3, 3..<7].map { range in
      let slice = ChannelSlice(range)
      return slice.forward(
        [input], parameters: LayerParameters([:]), output: try slice.outputShape(of: [input.shape]))
    }
    let joined = Concat().forward(parts, parameters: LayerParameters([:]), output: input.shape)
    #expect(joined.elements == input.elements)

    // What is normalized as it is joined is what would be normalized afterwards.
    let normalization = BatchNorm(epsilon: 1e-3, activation: .relu)
    var parameters = normalization.parameters(for: [input.shape]).reduce(
      into: [ParameterRole: Parameter]()
    ) { $0[$1.role] = Parameter(stored: randomTensor($1.shape, &generator)) }
    parameters[.variance] = Parameter(stored: Tensor(shape: [7], repeating: 0.5))
    let together = Concat(
      normalization: normalization.normalization, activation: normalization.activation
    ).forward(parts, parameters: LayerParameters(parameters), output: input.shape)
    let apart = normalization.forward(
      [input], parameters: LayerParameters(parameters), output: input.shape)
    #expect(together.elements == apart.elements)
  }

  @Test func `NaN passes through an activation, so that it is seen`() {
    let convolution = Convolution(
      Window(height: 1, width: 1), outputChannels: 1, hasBiases: true, activation: .relu6)
    let parameters = LayerParameters([
      .weights: Parameter(stored: Tensor(shape: [1, 1, 1, 1], [1])),
      .biases: Parameter(stored: Tensor(shape: [1], [0])),
    ])
    let found = convolution.forward(
      [Tensor(shape: [1, 1, 2, 1], [.nan, 9])], parameters: parameters, output: [1, 1, 2, 1])
    #expect(found[flat: 0].isNaN)
    #expect(found[flat: 1] == 6)
  }
}
