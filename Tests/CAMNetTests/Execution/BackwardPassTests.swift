import CAMNet
import TestSupport
import Testing

/// Whole networks' gradients are what TensorFlow's and PyTorch's automatic differentiation give.
@Suite struct BackwardPassTests {
  private struct VGGReference: Decodable {
    let seed: String
    let label: Int
    let gradient: [String: ReferenceTensor]
  }

  /// The way forward is summed directly here. Winograd's rounding puts some values on the other side of an activation's kink,
  /// which the gradients of the lowest layers show in the third digit, whoever computes them.
  @Test(arguments: VGG16CAMTests.variants)
  func `all 29 gradients of VGG16-CAM's loss are TensorFlow's`(options: ExecutionOptions) throws {
    var precise = options
    precise.isPrecise = true
    try checkVGG16CAM(precise, options, tolerance: 1e-3)
  }

  @Test func `gradients whose way forward was Winograd's too are within a hundredth`() throws {
    try checkVGG16CAM(ExecutionOptions(), ExecutionOptions(), tolerance: 1e-2)
  }

  private func checkVGG16CAM(
    _ forward: ExecutionOptions, _ backward: ExecutionOptions, tolerance: Double
  ) throws {
    let reference = try Fixture.json("vgg16cam-gradients.json", as: VGGReference.self)
    let synthetic = SyntheticWeights(seed: reference.seed)
    let run = try ForwardRun(
      .vgg16CAM, synthetic.store(for: .vgg16CAM), synthetic.image(width: 224, height: 224), forward)
    let gradients = try run.gradients(ofLabel: reference.label, backward)
    #expect(gradients.count == 29 && reference.gradient.count == 29)
    for (name, gradient) in gradients {
      let expected = try #require(reference.gradient["\(name)"], "\(name)")
      // The reference's loss holds 0.0005 · Σ l2_loss(W).
      let decay: Float = name.role.decays ? 0.0005 : 0
      let values = run.executor.parameters[name].tensor
      let total = Tensor(
        shape: gradient.shape,
        zip(gradient.elements, values.elements).map { $0 + decay * $1 })
      expectClose(total, expected, relativeL2: tolerance, "\(name)")
      let norm = total.statistics?.l2Norm ?? .nan
      #expect(abs(norm - expected.l2) <= 1e-3 * expected.l2, "\(name)")
    }
  }

  private struct LiteReference: Decodable {
    let inferenceForm: Form

    struct Form: Decodable {
      let labels: [Int]
      let gradient: [String: Sample]
    }

    struct Sample: Decodable {
      let shape: [Int]
      let l2: Double
      let index: [Int]
      let value: [Double]
    }
  }

  /// The reference lies beside the project; where there is none, this is skipped.
  @Test(
    .enabled(if: Fixture.reference("training/efficientnet-lite0-gradients.json") != nil),
    arguments: VGG16CAMTests.variants)
  func `all 149 gradients of EfficientNet-Lite0 are PyTorch's`(options: ExecutionOptions) throws {
    let url = try #require(Fixture.reference("training/efficientnet-lite0-gradients.json"))
    let reference = try Fixture.json(url, as: LiteReference.self).inferenceForm
    let model = Model.efficientNetLite0
    let photo = try RGBImage(contentsOf: Fixture.example("coffee.jpg")).resized(
      width: 224, height: 224, filter: .bicubic)
    let run = try ForwardRun(model, try model.embeddedWeights(), photo, options)
    let gradients = try run.gradients(ofLabel: reference.labels[0])
    #expect(gradients.count == 149)
    for (name, gradient) in gradients {
      let expected = try #require(reference.gradient[model.layout.names(name)], "\(name)")
      let values = model.layout.fileTensor(of: name, gradient)
      try #require(values.shape == Shape(expected.shape), "\(name)")
      let norm = values.statistics?.l2Norm ?? .nan
      #expect(abs(norm - expected.l2) <= 2e-3 * expected.l2, "\(name): \(norm), \(expected.l2)")
      let scale = expected.l2 / Double(values.count).squareRoot()
      for (index, value) in zip(expected.index, expected.value) {
        let found = Double(values[flat: index])
        #expect(
          abs(found - value) <= 2e-3 * max(scale, abs(value)),
          "\(name) at \(index): \(found), \(value)"
        )
      }
    }
  }

  @Test func `one thread and three give the same bytes, and what is not asked for is not computed`()
    throws
  {
    let model = try OwnNetworks.small()
    let weights = SyntheticWeights(seed: "backward")
    func gradients(threads: Int) throws -> [ParameterName: [Float]] {
      var options = ExecutionOptions()
      options.threads = threads
      let run = try ForwardRun(
        model, weights.store(for: model), weights.image(width: 60, height: 60), options)
      return try run.gradients(ofLabel: 1).mapValues(\.elements)
    }
    let alone = try gradients(threads: 1)
    #expect(try gradients(threads: 3) == alone)
    #expect(alone.count == model.network.parameters.count)

    let run = try ForwardRun(
      model, weights.store(for: model), weights.image(width: 60, height: 60))
    let wide = ParameterName(layer: "wide", role: .weights)
    let some = try run.executor.backward(
      run.outputs, input: run.input,
      seed: ["scores": Tensor(shape: [1, 3], [0.25, -1, 0.75])], downTo: ["twice"],
      parameters: [wide])
    #expect(Set(some.parameters.keys) == [wide] && Set(some.layers.keys) == ["twice"])
    #expect(some.layers["twice"]?.shape == [1, 7, 7, 20])
  }

  @Test func `weights kept for the next photos give the same bytes, and with other values others`()
    throws
  {
    let model = try OwnNetworks.small()
    let weights = SyntheticWeights(seed: "kept")
    let image = weights.image(width: 60, height: 60)
    var options = ExecutionOptions()
    options.keptWeights = .packed
    let once = try ForwardRun(model, weights.store(for: model), image)
    let keeping = try ForwardRun(model, weights.store(for: model), image, options)
    let expected = try once.gradients(ofLabel: 1).mapValues(\.elements)
    for _ in 0..<2 {
      #expect(try keeping.gradients(ofLabel: 1).mapValues(\.elements) == expected)
    }
    let others = SyntheticWeights(seed: "others").store(for: model)
    let replaced = keeping.executor.replacing(try NetworkParameters(others, for: model))
    let run = try ForwardRun(model, others, image)
    let seed = ["scores": Tensor(shape: [1, 3], [0.25, -1, 0.75])]
    let names = Set(expected.keys)
    #expect(
      try replaced.backward(run.outputs, input: run.input, seed: seed, parameters: names)
        .parameters.mapValues(\.elements)
        == run.executor.backward(run.outputs, input: run.input, seed: seed, parameters: names)
        .parameters.mapValues(\.elements))
  }

  @Test func `an executor with other values runs those, and the first goes on with its own`() throws
  {
    let model = try OwnNetworks.small()
    let weights = SyntheticWeights(seed: "replaced")
    let image = weights.image(width: 60, height: 60)
    let run = try ForwardRun(model, weights.store(for: model), image)
    let biases = ParameterName(layer: "scores", role: .biases)
    let other = run.executor.replacing(
      run.executor.parameters.replacing([biases: Tensor(shape: [3], [10, 20, 30])]))
    let before = try run.executor.outputs(of: ["scores"], for: image)[0].elements
    let after = try other.outputs(of: ["scores"], for: image)[0].elements
    let own = run.executor.parameters[biases].tensor.elements
    for (index, added) in [Float(10), 20, 30].enumerated() {
      #expect(abs(after[index] - before[index] - added + own[index]) < 1e-5)
    }
    #expect(try run.executor.outputs(of: ["scores"], for: image)[0].elements == before)
  }
}
