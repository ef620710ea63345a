import CAMNet
import ONNX
import TestSupport
import Testing

/// camreport's own network, written as an ONNX file, is the same network.
@Suite struct EmbeddedNetworkTests {
  private static var canRun: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  @Test(.enabled(if: canRun, "a debug build takes minutes for this"))
  func `each layer's output is that of the fast kernels`() throws {
    let model = Model.efficientNetLite0
    let store = try model.embeddedWeights()
    let graph = try ImportedGraph(
      ONNXFile(FileBytes(file(model, store), name: "lite0.onnx")))
    let image = try RGBImage(contentsOf: Fixture.example("cat.jpg"))
      .resized(width: 224, height: 224, filter: .bicubic)
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(
      model.network, parameters: try NetworkParameters(store, for: model), options: options)
    let outputs = try executor.outputs(of: model.network.layers.map(\.name), for: image)
    let names = model.network.layers.map(\.name)
    var compared = 0
    // The first layer prepares the photo, which is not the file's business.
    try graph.run(channelsFirst(outputs[0])) { name, value in
      guard let index = names.firstIndex(of: name), case .floats(let tensor) = value else { return }
      let expected = outputs[index].shape.rank == 4 ? channelsFirst(outputs[index]) : outputs[index]
      expectClose(
        tensor.elements.map(Double.init), expected.elements.map(Double.init), relativeL2: 2e-5, name
      )
      compared += 1
    }
    #expect(compared == names.count - 1)
  }

  @Test(.enabled(if: canRun, "a debug build takes minutes for this"))
  func `as a network from a file it gives the same logits and the same map`() throws {
    let model = Model.efficientNetLite0
    let store = try model.embeddedWeights()
    let imported = try ImportedModel(
      ONNXFile(FileBytes(file(model, store), name: "lite0.onnx")))
    let image = try RGBImage(contentsOf: Fixture.example("cat.jpg"))
      .resized(width: 224, height: 224, filter: .bicubic)
    func run(
      _ network: Network, _ parameters: NetworkParameters, _ photo: Tensor
    ) throws -> (logits: [Double], map: [Double]) {
      let head = try network.classActivationHead
      let executor = Executor(network, parameters: parameters)
      return try executor.withForwardPass(
        photo, keeping: .layers([head.features, head.classifier])
      ) { pass in
        try pass.finish()
        let features = try #require(pass.kept[head.features])
        let map = try ClassActivationMap(features: features, executor: executor, classIndex: 285)
        return (
          try #require(pass.kept[head.classifier]).elements.map(Double.init),
          map.map.elements.map(Double.init)
        )
      }
    }
    let photo = image.tensor.reshaped([1, 224, 224, 3])
    let own = try run(model.network, NetworkParameters(store, for: model), photo)
    // The file does not say how photos are prepared, and another way is assumed.
    let prepared = Tensor(shape: photo.shape, photo.elements.map { ($0 - 127) / 128 })
    let found = try run(
      imported.model.network, NetworkParameters(imported.store, for: imported.model),
      imported.model.network.unprepared(prepared))
    expectClose(found.logits, own.logits, relativeL2: 1e-4, "logits")
    expectClose(found.map, own.map, relativeL2: 1e-4, "map")
  }

  private func channelsFirst(_ tensor: Tensor) -> Tensor {
    let (height, width, channels) = (tensor.shape[1], tensor.shape[2], tensor.shape[3])
    let source = tensor.elements
    var values: [Float] = []
    for channel in 0..<channels {
      for pixel in 0..<height * width { values.append(source[pixel * channels + channel]) }
    }
    return Tensor(shape: [1, channels, height, width], values)
  }

  /// The network as an exporter would write it, with a value of each layer's name.
  private func file(_ model: Model, _ store: WeightsStore) throws -> [UInt8] {
    var writer = ONNXWriter()
    writer.input = ("input", [1, 3, 224, 224])
    for entry in store.entries {
      writer.weight(
        entry.name, entry.shape.dimensions, try store.tensor(named: entry.name).elements)
    }
    writer.weight("zero", [], [0])
    writer.weight("six", [], [6])
    func parameter(_ layer: Layer, _ role: ParameterRole) -> String {
      model.layout.names(ParameterName(layer: layer.name, role: role))
    }
    for layer in model.network.layers.dropFirst() {
      let inputs = layer.inputs.map { $0 == model.network.layers[0].name ? "input" : $0 }
      switch layer.kind {
      case let kind as Convolution:
        let isClipped = kind.activation == .relu6
        writer.node(
          "Conv", [inputs[0], parameter(layer, .weights)], ["\(layer.name).sum"],
          [
            ("auto_pad", .text("SAME_UPPER")), ("group", .integer(kind.groups)),
            ("strides", .integers([kind.window.strides.vertical, kind.window.strides.horizontal])),
          ])
        writer.node(
          "BatchNormalization",
          ["\(layer.name).sum"]
            + [.scale, .shift, .mean, .variance].map { parameter(layer, $0) },
          [isClipped ? "\(layer.name).norm" : layer.name],
          [("epsilon", .float(kind.batchNormalization?.epsilon ?? 0))])
        if isClipped {
          writer.node("Clip", ["\(layer.name).norm", "zero", "six"], [layer.name])
        }
      case is Add: writer.node("Add", inputs, [layer.name])
      case is GlobalAveragePooling:
        writer.node("GlobalAveragePool", inputs, ["\(layer.name).map"])
        writer.node("Flatten", ["\(layer.name).map"], [layer.name])
      case is Dropout: writer.node("Dropout", inputs, [layer.name])
      case is Dense:
        writer.node(
          "Gemm", inputs + [parameter(layer, .weights), parameter(layer, .biases)], [layer.name],
          [("transB", .integer(1))])
      default: Issue.record("\(layer.name): \(layer.kind.operation)")
      }
    }
    writer.outputs = [model.network.layers.last?.name ?? ""]
    return writer.bytes
  }
}
