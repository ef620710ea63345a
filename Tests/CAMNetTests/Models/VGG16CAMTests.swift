import CAMNet
import TestSupport
import Testing

/// The notebook's own TensorFlow graph on synthetic weights says what every tensor is.
@Suite struct VGG16CAMTests {
  struct Reference: Decodable {
    let seed: String
    let tensors: [String: ReferenceTensor]
    let top3: [Int]
    let weightDecay: Double
  }

  let reference: Reference
  let run: ForwardRun

  init() throws {
    reference = try Fixture.json("vgg16cam-forward.json", as: Reference.self)
    let synthetic = SyntheticWeights(seed: reference.seed)
    run = try ForwardRun(
      .vgg16CAM, synthetic.store(for: .vgg16CAM), synthetic.image(width: 224, height: 224))
  }

  /// Winograd's convolutions, and direct ones, by every instruction set there is.
  static let variants = KernelSet.available.flatMap { kernels in
    [false, true].map { isPrecise in
      var options = ExecutionOptions()
      options.kernels = kernels
      options.isPrecise = isPrecise
      return options
    }
  }

  @Test(arguments: variants)
  func `every tensor agrees with TensorFlow, and the three first classes are the same`(
    options: ExecutionOptions
  ) throws {
    let synthetic = SyntheticWeights(seed: reference.seed)
    let run = try ForwardRun(
      .vgg16CAM, synthetic.store(for: .vgg16CAM), synthetic.image(width: 224, height: 224), options)
    // The notebook calls the last product `output`.
    let names = ["output": "CAM_fc"]
    let maps: Set = ["classmap_1", "classmap_2", "cam_uint8_1", "cam_uint8_2"]
    for (name, expected) in reference.tensors where !maps.contains(name) {
      let tensor = try #require(run.outputs[names[name] ?? name], "no layer \(name)")
      expectClose(tensor, expected, relativeL2: 1e-4, name)
    }
    let top = Prediction.top(3, of: try #require(run.outputs["CAM_fc"]))
    #expect(top.map(\.index) == reference.top3)
  }

  @Test func `the upsampled and the normalized maps agree with TensorFlow`() throws {
    let features = try #require(run.outputs["CAM_conv"])
    let top = Prediction.top(2, of: try #require(run.outputs["CAM_fc"]))
    for prediction in top {
      let map = try ClassActivationMap(
        features: features, executor: run.executor, classIndex: prediction.index)
      let upsampled = map.map.upsampledBilinearly(
        Placement.notebook.grid(of: map.map.shape, nil, size: 224))
      let expected = try #require(reference.tensors["classmap_\(prediction.rank)"])
      expectClose(upsampled, expected, relativeL2: 1e-4, "classmap_\(prediction.rank)")

      let normalized = upsampled.minMaxNormalized()
      let bytes = try #require(reference.tensors["cam_uint8_\(prediction.rank)"])
      for (index, value) in zip(bytes.index, bytes.value) {
        // Cutting to whole numbers may fall on either side of one.
        #expect(abs(Double(normalized[index]) - value) <= 1)
      }
      #expect(abs(map.logit - Double(prediction.logit)) <= 1e-4 * abs(map.logit))
    }
  }

  @Test func `the shapes are those that the notebook prints`() throws {
    let printed: [(String, Shape)] = [
      ("r", [1, 224, 224, 1]), ("g", [1, 224, 224, 1]), ("b", [1, 224, 224, 1]),
      ("image", [1, 224, 224, 3]), ("conv1_1", [1, 224, 224, 64]), ("pool1", [1, 112, 112, 64]),
      ("conv2_2", [1, 112, 112, 128]), ("pool3", [1, 28, 28, 256]), ("conv5_3", [1, 14, 14, 512]),
      ("group1", [1, 14, 14, 256]), ("group2", [1, 14, 14, 256]), ("conv_grp1", [1, 14, 14, 512]),
      ("conv_grp2", [1, 14, 14, 512]), ("conv_output", [1, 14, 14, 1024]),
      ("CAM_conv", [1, 14, 14, 1024]), ("gap", [1, 1024]), ("CAM_fc", [1, 1000]),
    ]
    for (name, shape) in printed {
      #expect(run.outputs[name]?.shape == shape, "\(name)")
    }
  }

  @Test func `the trainable variables are the notebook's, in its order`() {
    let names = Network.vgg16CAM.parameters.filter { $0.name.role.isTrainable }
      .map { "\($0.name) \($0.shape)" }
    #expect(names.count == 29)
    #expect(names.first == "conv1_1/weights (3, 3, 3, 64)")
    #expect(
      names.suffix(3) == [
        "CAM_conv/weights (3, 3, 256, 1024)", "CAM_conv/biases (1024,)",
        "CAM_fc/weights (1024, 1000)",
      ])
  }

  @Test func `the weight decay agrees with TensorFlow`() throws {
    let losses = Network.vgg16CAM.parameters.filter { $0.name.role.decays }.compactMap {
      run.executor.parameters[$0.name].stored.statistics.map { $0.l2Norm * $0.l2Norm / 2 }
    }
    #expect(losses.count == 15)
    #expect(abs(losses.reduce(0, +) * 0.0005 - reference.weightDecay) < 1e-5)
  }
}

/// A forward pass with every layer's output kept.
struct ForwardRun {
  let executor: Executor
  let input: Tensor
  let outputs: Activations

  init(
    _ model: Model, _ store: WeightsStore, _ image: RGBImage, _ options: ExecutionOptions = .init()
  ) throws {
    executor = Executor(
      model.network, parameters: try NetworkParameters(store, for: model), options: options)
    input = image.tensor.reshaped(Network.inputShape(image.size))
    outputs = try executor.withForwardPass(input, keeping: .all) { pass in
      try pass.finish()
      return pass.kept
    }
  }

  /// The gradients of the cross entropy of a label by the network's last layer.
  /// - Parameter options: how they are computed; nil for as the outputs were.
  func gradients(
    ofLabel label: Int, _ options: ExecutionOptions? = nil
  ) throws -> [ParameterName: Tensor] {
    let executor = Executor(
      executor.network, parameters: executor.parameters, options: options ?? executor.options)
    let last = try #require(executor.network.layers.last).name
    let logits = try #require(outputs[last])
    var seed = Prediction.softmax(logits.elements).map { Float($0) }
    seed[label] -= 1
    return try executor.withThreads {
      try executor.backward(
        outputs, input: input, seed: [last: Tensor(shape: logits.shape, seed)],
        parameters: Set(executor.network.parameters.map(\.name).filter(\.role.isTrainable))
      ).parameters
    }
  }
}
