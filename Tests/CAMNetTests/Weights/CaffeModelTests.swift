import CAMNet
import TestSupport
import Testing

/// Files as Caffe writes them, whose axes are out × in × height × width.
@Suite struct CaffeModelTests {
  /// A layer of a file, in Caffe's present form.
  private static func layer(
    _ name: String, _ type: String, _ blobs: [(shape: [Int], values: [UInt8])]
  ) -> (inout ProtobufWriter) -> Void {
    { file in
      file.message(100) { layer in
        layer.text(1, name)
        layer.text(2, type)
        for blob in blobs {
          layer.message(7) { message in
            message.bytes(5, blob.values)
            message.message(7) { $0.numbers(1, blob.shape) }
          }
        }
      }
    }
  }

  /// The floats from 0 on.
  private static func counted(_ count: Int) -> [UInt8] {
    (0..<count).map(Float.init).littleEndianBytes
  }

  private static func file(_ layers: [(inout ProtobufWriter) -> Void]) -> [UInt8] {
    ProtobufWriter.message { file in
      file.text(1, "a network")
      for layer in layers { layer(&file) }
    }
  }

  @Test func `a convolution in two groups and a product are read along Caffe's axes`() throws {
    let window = Window(height: 2, width: 3)
    let network = try Network(
      name: "grouped", input: "pixels", defaultSize: 4,
      layers: [
        Layer("first", ChannelSlice(0..<1), "pixels"),
        Layer("second", ChannelSlice(1..<2), "pixels"),
        Layer(
          "one", Convolution(window, outputChannels: 2), ["first"],
          weights: .init(of: "conv", outputChannels: 0..<2)),
        Layer(
          "other", Convolution(window, outputChannels: 2), ["second"],
          weights: .init(of: "conv", outputChannels: 2..<4)),
        Layer("joined", Concat(), "one", "other"),
        Layer("conv", BiasAdd(), "joined"),
        Layer("gap", GlobalAveragePooling(), "conv"),
        Layer("fc", Dense(outputs: 3, hasBiases: false), "gap"),
      ])
    let file = Self.file([
      Self.layer("data", "Input", []),
      Self.layer(
        "conv", "Convolution",
        [([4, 1, 2, 3], Self.counted(24)), ([4], Self.counted(4))]),
      Self.layer("fc", "InnerProduct", [([3, 4], Self.counted(12))]),
    ])
    let store = try WeightsStore(FileBytes(file, name: "small.caffemodel"), source: "file")
    #expect(store.format == .caffe)
    #expect(store.entries.map(\.name) == ["conv/weights", "conv/biases", "fc/weights"])
    #expect(store.entries.map(\.shape) == [[4, 1, 2, 3], [4], [3, 4]])
    let parameters = try NetworkParameters(store, for: Model(network))
    let kernel = parameters[ParameterName(layer: "conv", role: .weights)]
    // Height, width, in, out: neighbours along the last axis are whole kernels apart.
    #expect(kernel.shape == [2, 3, 1, 4])
    #expect(Array(kernel.tensor.elements.prefix(8)) == [0, 6, 12, 18, 1, 7, 13, 19])
    let product = parameters[ParameterName(layer: "fc", role: .weights)]
    #expect(product.tensor.elements == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
  }

  @Test func `the names and shapes that the paper's authors publish are those of VGG16-CAM`() throws
  {
    let network = Model.vgg16CAM.network
    var blobs: [String: [[Int]]] = [:]
    var order: [String] = []
    for declaration in network.parameters {
      let name = declaration.name.layer
      if blobs[name] == nil { order.append(name) }
      let dimensions = declaration.shape.dimensions
      blobs[name, default: []].append(
        dimensions.count == 4 ? [3, 2, 0, 1].map { dimensions[$0] } : dimensions.reversed())
    }
    let file = Self.file(
      order.map { name in
        Self.layer(
          name, name == "CAM_fc" ? "InnerProduct" : "Convolution",
          (blobs[name] ?? []).map { ($0, [UInt8](repeating: 0, count: $0.reduce(4, *))) })
      })
    let store = try WeightsStore(FileBytes(file, name: "vgg16CAM.caffemodel"), source: "file")
    #expect(store["CAM_conv/weights"]?.shape == [1024, 256, 3, 3])
    #expect(try Model.holding(store).name == "vgg16-cam")
    let misfit = Model.vgg16CAM.firstMisfit(in: store)
    #expect(misfit == nil, "\(misfit.map { "\($0)" } ?? "")")
  }

  @Test func `a file in the old form, whose blobs all have four axes`() throws {
    let file = ProtobufWriter.message { file in
      file.text(1, "old")
      file.message(2) { layer in
        layer.text(4, "fc")
        layer.number(5, 14)
        for (shape, count) in [([1, 1, 2, 3], 6), ([1, 1, 1, 2], 2)] {
          layer.message(6) { blob in
            for (index, extent) in shape.enumerated() { blob.number(index + 1, extent) }
            // One field each, as no writer packs them but any may.
            for value in 0..<count { blob.float(5, Float(value)) }
          }
        }
      }
    }
    let store = try WeightsStore(FileBytes(file, name: "old.caffemodel"), source: "file")
    #expect(store["fc/weights"]?.shape == [2, 3])
    #expect(try store.tensor(named: "fc/weights").elements == [0, 1, 2, 3, 4, 5])
    #expect(try store.tensor(named: "fc/biases").elements == [0, 1])
  }

  @Test func `a blob of fewer values than its shape is refused by name`() throws {
    let file = Self.file([Self.layer("fc", "InnerProduct", [([3, 4], Self.counted(2))])])
    let error = #expect(throws: WeightsError.self) {
      try WeightsStore(FileBytes(file, name: "short.caffemodel"), source: "file")
    }
    #expect("\(try #require(error))".contains("'fc/weights' (3, 4) needs 48 bytes and 8"))
  }
}
