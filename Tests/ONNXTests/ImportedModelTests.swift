import CAMNet
import ONNX
import TestSupport
import Testing

/// Networks from files as camreport's own: layers with names and shapes, parameters where they lie.
@Suite struct ImportedModelTests {
  private func file(_ bytes: [UInt8]) throws -> ONNXFile {
    try ONNXFile(FileBytes(bytes, name: "some/net.onnx"))
  }

  @Test func `layers are called as their modules, and the classes' shares are left out`() throws {
    let model = try ImportedModel(file(ONNXWriter.small().bytes), reserved: ["fc"]).model
    #expect(model.name == "net")
    let layers = model.network.layers
    #expect(
      layers.map(\.name) == [
        "rescaled", "layer1_0_conv1", "layer1_0_relu", "layer1_0_add", "avgpool", "fc_",
      ])
    #expect(layers[1].source == "layer1.0.conv1")
    #expect(layers[1...3].allSatisfy { $0.block == "layer1.0" })
    #expect(layers[3].inputs == ["layer1_0_relu", "layer1_0_conv1"])
    let shapes = try model.network.shapes()
    #expect(shapes[1].output == [1, 8, 8, 6])
    #expect(shapes[1].multiplyAdds == 6 * 64 * 27)
    #expect(shapes.last?.output == [1, 4])
    #expect(
      model.network.parameters.map { model.layout.names($0.name) } == [
        "layer1.0.conv1.weight", "layer1.0.conv1.bias", "fc.weight", "fc.bias",
      ])
  }

  @Test(arguments: [
    ("names", #"{0: 'cat', 1: "dog's", 2: 'a\'b', 3: 'd: e'}"#, ["cat", "dog's", "a'b", "d: e"]),
    ("names", #"{"1": "b", "0": "a", "2": "c", "3": "d"}"#, ["a", "b", "c", "d"]),
    ("character", "a\nb\nc\nd", ["a", "b", "c", "d"]),
    ("names", "{0: 'a', 1: 'b'}", nil), ("names", "{1: 'a', 2: 'b', 3: 'c', 4: 'd'}", nil),
    ("other", "a\nb\nc\nd", nil),
  ])
  func `classes are called as the file says, where it names each`(
    key: String, text: String, names: [String]?
  ) throws {
    var writer = ONNXWriter.small()
    writer.metadata = [(key, text)]
    #expect(try ImportedModel(file(writer.bytes)).model.classNames == names)
  }

  @Test func `a pass gives what the graph gives that runs plainly`() throws {
    let file = try file(ONNXWriter.small().bytes)
    let imported = try ImportedModel(file)
    let executor = Executor(
      imported.model.network,
      parameters: try NetworkParameters(imported.store, for: imported.model))
    let photo = Tensor(shape: [1, 8, 8, 3], (0..<192).map { Float($0 * 37 % 256) })
    let last = try #require(imported.model.network.layers.last)
    let logits = try executor.withForwardPass(photo, keeping: .all) { pass in
      try pass.finish()
      return try #require(pass.kept[last.name])
    }
    // What ImageNet's means and deviations make of the photo, channels first.
    let (means, deviations): ([Float], [Float]) = (
      [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
    )
    let prepared = Tensor(
      shape: [1, 3, 8, 8],
      (0..<192).map { index in
        let (channel, pixel) = (index / 64, index % 64)
        return (photo[flat: pixel * 3 + channel] - means[channel]) / deviations[channel]
      })
    var plain: [String: Value] = [:]
    try ImportedGraph(file).run(prepared) { plain[$0] = $1 }
    let expected = try #require(plain["g"]).numbers
    expectClose(logits.elements.map(Double.init), expected, relativeL2: 1e-5, "logits")
  }

  @Test func `what cannot be run is named all at once, by module and count`() throws {
    var writer = ONNXWriter.small()
    for index in 0..<5 {
      let value = index == 0 ? "logits" : "x\(index)"
      writer.node(
        "GridSample", [value, value], ["x\(index + 1)"], name: "/head/warp.\(index)/GridSample")
    }
    writer.node("FusedConv", ["x5"], ["y"], name: "fused", domain: "com.microsoft")
    writer.outputs = ["y"]
    let bytes = writer.bytes
    let error = #expect(throws: ONNXError.self) { try ImportedModel(file(bytes)) }
    #expect(
      try #require(error).description
        == "some/net.onnx: 6 of its 13 operations cannot be run: GridSample (5 times: head.warp.0, "
        + "head.warp.1, head.warp.2 and 2 more); com.microsoft::FusedConv ('fused'); it was optimized by "
        + "ONNX Runtime: use the file from before that")
  }

  @Test func `values that nothing reads are not made`() throws {
    var writer = ONNXWriter.small()
    writer.list("shape", [1 << 20, 1 << 20])
    writer.node("ConstantOfShape", ["shape"], ["bomb"])
    let model = try ImportedModel(file(writer.bytes)).model
    #expect(model.network.layers.count == 6)
  }

  @Test(arguments: [
    ([8, 3, 8, 8], "is a batch of 8 pictures; export it for one"),
    ([3, 8, 8], "has 3 axes; a batch of pictures has 4"),
    ([1, 3, 1 << 20, 1 << 20], "is too large"),
  ])
  func `an input that is no picture is refused`(shape: [Int], words: String) throws {
    var writer = ONNXWriter.small()
    writer.input.shape = shape
    let bytes = writer.bytes
    let error = #expect(throws: (any Error).self) { try ImportedModel(file(bytes)) }
    #expect("\(try #require(error))".contains(words))
  }

  /// A network of one average, of pictures of a shape.
  private func average(_ shape: [Int], metadata: [(String, String)] = []) throws -> ONNXFile {
    var writer = ONNXWriter()
    writer.input.shape = shape
    writer.metadata = metadata
    writer.node("GlobalAveragePool", ["input"], ["p"])
    writer.node("Flatten", ["p"], ["logits"])
    writer.outputs = ["logits"]
    return try file(writer.bytes)
  }

  @Test func `a picture has three channels or one, and any height and width`() throws {
    let error = #expect(throws: ONNXError.self) { try ImportedModel(average([1, 4, 8, 8])) }
    #expect(
      "\(try #require(error))".contains("is (1, 4, 8, 8); a picture has three channels, or one"))
    let wide = try ImportedModel(average([1, 3, 6, 24])).model.network
    #expect(wide.defaultSize == InputSize(height: 6, width: 24))
    #expect(wide.axisOrder == .channelsFirst)
    #expect(try wide.shapes().first?.output == [1, 6, 24, 3])
    #expect(try wide.shapes().first?.shownOutput == [1, 3, 6, 24])
    let gray = try ImportedModel(average([1, 1, 5, 7])).model
    #expect(gray.network.layers.prefix(2).map(\.name) == ["gray", "rescaled"])
    #expect(gray.network.preparation == Preparation.unit.reading(1))
  }

  @Test(
    arguments: [
      ([], Preparation.imageNet, PreparationOrigin.assumed),
      ([("Image.NominalPixelRange", "Normalized_1_1")], .half, .metadata),
      ([("Image.NominalPixelRange", "NominalRange_0_255")], .raw, .metadata),
      ([("Image.BitmapPixelFormat", "Bgr8")], .imageNet, .assumed),
    ] as [([(String, String)], Preparation, PreparationOrigin)])
  func `photos are prepared as the file says, or as is usual`(
    metadata: [(String, String)], preparation: Preparation, origin: PreparationOrigin
  ) throws {
    let model = try ImportedModel(average([1, 3, 8, 8], metadata: metadata)).model
    #expect(model.network.preparation == preparation)
    #expect(model.preparation == origin)
    let other = try model.with(.caffe, .options)
    #expect(other.network.layers.map(\.name).prefix(2) == ["reversed", "rescaled"])
    #expect(other.network.preparation == .caffe)
    #expect(try other.with(.raw, .options).network.layers.first?.inputs == ["images"])
    #expect(try other.with(preparation, origin).network == model.network)
  }

  @Test func `sigmoids at the end are what the classes' probabilities are made by`() throws {
    var writer = ONNXWriter.small()
    writer.node("Sigmoid", ["g"], ["s"])
    writer.outputs = ["s"]
    let model = try ImportedModel(file(writer.bytes)).model
    #expect(model.scoring == .sigmoid)
    #expect(model.network.layers.last?.name == "fc")
    #expect(try ImportedModel(file(ONNXWriter.small(classes: 1).bytes)).model.scoring == .sigmoid)
    #expect(try ImportedModel(file(ONNXWriter.small().bytes)).model.scoring == .softmax)
    #expect(Scoring.sigmoid.probabilities([0, 100, -100])[0...1] == [0.5, 1])
  }

  @Test func `a network that camreport knows prepares photos as it was trained`() {
    #expect(throws: ModelError.preparesItself("VGG16-CAM")) {
      try Model.vgg16CAM.with(.raw, .options)
    }
  }

  @Test func `a parameter that is not finite is found where parameters are read`() throws {
    var writer = ONNXWriter.small()
    writer.weight("w", [1, 4], [1, .nan, 2, 3])
    writer.node("Mul", ["g", "w"], ["scaled"])
    writer.outputs = ["scaled"]
    let imported = try ImportedModel(file(writer.bytes))
    let error = #expect(throws: ModelError.self) {
      try NetworkParameters(imported.store, for: imported.model)
    }
    #expect("\(try #require(error))".contains("'w' has 1 of 4 values that are NaN or infinite"))
  }

  @Test
  func `an open size is the one that is asked for, and shapes that the graph computes follow it`()
    throws
  {
    var writer = ONNXWriter.small()
    // 0 is an extent that the file does not say.
    writer.input.shape = [0, 3, 0, 0]
    writer.list("axes", [1])
    writer.list("last", [-1])
    writer.list("zero", [0])
    writer.node("Shape", ["f"], ["s"])
    writer.node("Gather", ["s", "zero"], ["batch"])
    writer.node("Concat", ["batch", "last"], ["both"], [("axis", .integer(0))])
    writer.node("Reshape", ["f", "both"], ["flat"])
    writer.outputs = ["flat"]
    for size in [16, 20] {
      let network = try ImportedModel(file(writer.bytes), size: InputSize(size)).model.network
      #expect(network.defaultSize == InputSize(size))
      let shapes = try network.shapes()
      #expect(shapes[1].output == [1, size, size, 6])
      #expect(shapes.last?.output == [1, 6])
    }
  }

  @Test func `a network in training mode is refused`() throws {
    var writer = ONNXWriter.small()
    for (name, value) in [("scale", 1), ("shift", 0), ("mean", 0), ("variance", 1)]
      as [(String, Float)]
    {
      writer.weight(name, [6], [Float](repeating: value, count: 6))
    }
    writer.node(
      "BatchNormalization", ["a", "scale", "shift", "mean", "variance"], ["n", "m", "v"],
      name: "/norm/BatchNormalization", [("training_mode", .integer(1))])
    writer.outputs = ["n"]
    let bytes = writer.bytes
    let error = #expect(throws: ONNXError.self) { try ImportedModel(file(bytes)) }
    #expect(
      try #require(error).description
        == "some/net.onnx: node '/norm/BatchNormalization' is in training mode; export the network "
        + "again after 'model.eval()'")
  }

  @Test func `a transformer's tokens are no maps, which is the reason that it has none`() throws {
    let imported = try ImportedModel(file(ONNXWriter.transformer().bytes))
    #expect(
      throws: NetworkError.noClassActivation(network: "net", .tokens(layer: "norm"))
    ) { try imported.model.network.classActivationHead }
  }

  /// A network that ends in what `head` adds: it reads `"a"`, six maps of 8 × 8 places, and gives `"g"`.
  private func network(_ head: (inout ONNXWriter) -> Void) throws -> ImportedModel {
    var writer = ONNXWriter()
    writer.outputs = ["g"]
    func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7 % 17) / 8 - 1 } }
    writer.weight("conv.weight", [6, 3, 1, 1], values(18))
    writer.weight("fc.weight", [6, 4], values(24))
    writer.node("Conv", ["input", "conv.weight"], ["a"], name: "/conv/Conv")
    head(&writer)
    return try ImportedModel(file(writer.bytes))
  }

  @Test func `the largest value of each map has a gradient, and a plain operation has none`() throws
  {
    let largest = try network { writer in
      writer.node("GlobalMaxPool", ["a"], ["m"], name: "/pool/GlobalMaxPool")
      writer.node("Flatten", ["m"], ["f"])
      writer.node("MatMul", ["f", "fc.weight"], ["g"], name: "/fc/MatMul")
    }
    let head = try largest.model.network.classActivationHead
    #expect(head.kind == .gradient && head.features == "conv")
    let executor = Executor(
      largest.model.network, parameters: try NetworkParameters(largest.store, for: largest.model))
    // Of each map the place 9 is the largest, which is where the whole gradient goes.
    var values = (0..<384).map { Float($0 % 6) / 10 }
    for channel in 0..<6 { values[9 * 6 + channel] = 2 }
    let features = Tensor(shape: [1, 8, 8, 6], values)
    let map = try ClassActivationMap(features: features, executor: executor, classIndex: 1)
    let weights = (0..<6).map { channel -> Float in
      let index = channel * 4 + 1
      return Float(index * 7 % 17) / 8 - 1
    }
    for (found, weight) in zip(map.classWeights.elements, weights) {
      #expect(abs(found - weight / 64) < 1e-6)
    }
    let plain = try network { writer in
      writer.node("GlobalAveragePool", ["a"], ["m"], name: "/pool/GlobalAveragePool")
      writer.node("Flatten", ["m"], ["f"])
      writer.node("Sin", ["f"], ["t"], name: "/squash/Tanh")
      writer.node("MatMul", ["t", "fc.weight"], ["g"], name: "/fc/MatMul")
    }
    #expect(
      throws: NetworkError.noClassActivation(
        network: "net", .plain(layer: "squash", operation: "Sin"))
    ) { try plain.model.network.classActivationHead }
  }
}
