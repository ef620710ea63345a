import CAMNet
import Testing

@Suite struct NetworkTests {
  private func network(_ layers: Layer...) throws(NetworkError) -> Network {
    try Network(name: "test", input: "images", defaultSize: 8, layers: layers)
  }

  private let convolution = Convolution(Window(height: 3, width: 3), outputChannels: 4)

  @Test func `two layers of one name are refused`() {
    #expect(throws: NetworkError.duplicateName("a")) {
      try network(Layer("a", convolution, "images"), Layer("a", convolution, "a"))
    }
  }

  @Test func `a layer may not be named as the input`() {
    #expect(throws: NetworkError.duplicateName("images")) {
      try network(Layer("images", convolution, "images"))
    }
  }

  @Test func `a layer that reads a later one is refused`() {
    #expect(throws: NetworkError.unknownInput(layer: "a", input: "b")) {
      try network(Layer("a", convolution, "b"), Layer("b", convolution, "a"))
    }
  }

  @Test func `adding different shapes is refused with the layer and both shapes`() throws {
    let error = try #require(throws: NetworkError.self) {
      try network(Layer("a", convolution, "images"), Layer("sum", Add(), "a", "images"))
    }
    #expect(
      "\(error)" == "layer 'sum' needs inputs of one shape and has (1, 8, 8, 4) and (1, 8, 8, 3)")
  }

  @Test func `a window larger than its unpadded input is refused`() {
    let large = Convolution(
      Window(height: 9, width: 9, padding: .valid), outputChannels: 1)
    #expect(
      throws: NetworkError.shape(layer: "a", .windowLargerThanInput(window: 9, input: 8))
    ) {
      try network(Layer("a", large, "images"))
    }
  }

  @Test func `a pooling window that meets no value is refused`() throws {
    let padded = Padding.explicit(top: 2, left: 0, bottom: 0, right: 0)
    #expect(throws: NetworkError.shape(layer: "a", .windowInPadding(window: 2, input: 8))) {
      try network(
        Layer("a", MaxPooling(Window(height: 2, width: 2, padding: padded)), "images"))
    }
    _ = try network(Layer("a", MaxPooling(Window(height: 3, width: 2, padding: padded)), "images"))
  }

  @Test func `a network without classes, or without maps before them, has no class map`() throws {
    let maps = try network(Layer("a", convolution, "images"))
    #expect(throws: NetworkError.noClassActivation(network: "test", .noClasses)) {
      _ = try maps.classActivationHead
    }
    let flat = try network(
      Layer("a", Flatten(), "images"), Layer("b", Dense(outputs: 3, hasBiases: false), "a"))
    #expect(throws: NetworkError.noClassActivation(network: "test", .noFeatures)) {
      _ = try flat.classActivationHead
    }
  }

  @Test func `a head is as exact as what follows the last maps`() throws {
    let dense = Dense(outputs: 3, hasBiases: true)
    func head(_ layers: Layer...) throws -> ClassActivationHead {
      try Network(
        name: "test", input: "images", defaultSize: 8,
        layers: [Layer("a", convolution, "images")] + layers
      ).classActivationHead
    }
    let matrix = try head(
      Layer("gap", GlobalAveragePooling(keepsAxes: true), "a"), Layer("row", Flatten(), "gap"),
      Layer("one", dense, "row"), Layer("two", dense, "one"))
    #expect(matrix.kind == .matrix && matrix.features == "a" && matrix.pooled == "gap")
    #expect(matrix.layers.map(\.name) == ["gap", "row", "one", "two"])
    let channels = try head(
      Layer("relu", ActivationFunction(.relu), "a"), Layer("gap", GlobalAveragePooling(), "relu"))
    #expect(
      channels.kind == .channels && channels.features == "relu" && !channels.classifierHasBiases)
    let curved = try head(
      Layer("gap", GlobalAveragePooling(), "a"), Layer("one", dense, "gap"),
      Layer("relu", ActivationFunction(.relu), "one"), Layer("two", dense, "relu"))
    #expect(curved.kind == .gradient && curved.features == "a" && curved.pooled == nil)
    // Places that have weights of their own are not treated alike.
    let flat = try head(Layer("row", Flatten(), "a"), Layer("one", dense, "row"))
    #expect(flat.kind == .gradient)
    // Two maps that are pooled each are behind the one that both are made of.
    let both = try head(
      Layer("b", ActivationFunction(.relu), "a"), Layer("c", ActivationFunction(.sigmoid), "a"),
      Layer("p", GlobalAveragePooling(), "b"), Layer("q", GlobalAveragePooling(), "c"),
      Layer("m", Multiply(), "p", "q"), Layer("one", dense, "m"))
    #expect(both.kind == .gradient && both.features == "a" && both.layers.count == 6)
  }

  @Test func `the heads of both models are found from their graphs`() throws {
    let vgg = try Network.vgg16CAM.classActivationHead
    #expect(vgg.features == "CAM_conv" && vgg.classifier == "CAM_fc" && !vgg.classifierHasBiases)
    let lite = try Network.efficientNetLite0.classActivationHead
    #expect(lite.features == "features" && lite.classifier == "logits" && lite.classifierHasBiases)
  }

  @Test(arguments: [
    (Window(height: 3, width: 3), 224, "(224 − 1) / 1 + 1 = 224"),
    (Window(height: 2, width: 2, stride: 2), 224, "(224 − 2) / 2 + 1 = 112"),
    (Window(height: 2, width: 2, stride: 2), 115, "(115 − 1) / 2 + 1 = 58"),
    (Window(height: 3, width: 3, stride: 2), 224, "⌊(224 − 1) / 2⌋ + 1 = 112"),
    (Window(height: 5, width: 5, stride: 2, padding: .valid), 224, "⌊(224 − 5) / 2⌋ + 1 = 110"),
    (
      Window(
        height: 7, width: 7, stride: 2, padding: .explicit(top: 3, left: 3, bottom: 3, right: 3)),
      224, "⌊(224 + 6 − 7) / 2⌋ + 1 = 112"
    ),
    (Window(height: 3, width: 3, dilation: 2, padding: .valid), 20, "(20 − 5) / 1 + 1 = 16"),
  ])
  func `the output size's arithmetic is spelled and true`(
    window: Window, input: Int, spelled: String
  ) throws {
    let layer = Layer("a", Convolution(window, outputChannels: 1), "images")
    let network = try Network(
      name: "t", input: "images", defaultSize: InputSize(input), layers: [layer])
    let shapes = try network.shapes()[0]
    #expect(shapes.arithmetic.map(\.description) == [spelled])
    #expect(spelled.hasSuffix("= \(shapes.output[1])"))
  }

  @Test func `where strides and dilations differ by axis, all that is said of a layer has both`()
    throws
  {
    let window = Window(
      height: 3, width: 3, strides: Window.PerAxis(vertical: 2, horizontal: 1),
      dilations: Window.PerAxis(vertical: 1, horizontal: 2), padding: .valid)
    for (kind, function) in [
      (Convolution(window, outputChannels: 3), "conv2d(x, W, strides=(2, 1)"),
      (MaxPooling(window), "max_pool(x, ksize=3, strides=(2, 1)"),
      (AveragePooling(window), "avg_pool(x, ksize=3, strides=(2, 1)"),
    ] as [(any LayerKind, String)] {
      #expect(kind.expression(["x"]) == "\(function), padding='VALID', dilations=(1, 2))")
      #expect(kind.settings["stride"] == "2×1" && kind.settings["dilation"] == "1×2")
      let network = try Network(
        name: "t", input: "images", defaultSize: 20, layers: [Layer("a", kind, "images")])
      #expect(
        try network.shapes()[0].arithmetic.map(\.description)
          == ["⌊(20 − 3) / 2⌋ + 1 = 9", "(20 − 5) / 1 + 1 = 16"])
    }
    let equal = Convolution(
      Window(height: 3, width: 3, strides: 2, dilations: 3), outputChannels: 1)
    #expect(equal.window == Window(height: 3, width: 3, stride: 2, dilation: 3))
    #expect(equal.settings["stride"] == "2" && equal.settings["dilation"] == "3")
  }

  @Test func `costs are those of the well-known networks`() throws {
    let vgg = try Network.vgg16CAM.shapes()
    // conv1_2: 224 · 224 · 64 · 3 · 3 · 64
    #expect(vgg.first { $0.layer.name == "conv1_2" }?.multiplyAdds == 1_849_688_064)
    #expect(vgg.first { $0.layer.name == "conv1_2" }?.parameterCount == 3 * 3 * 64 * 64 + 64)
    let lite = try Network.efficientNetLite0.shapes()
    // Google gives 407 million multiply-adds for EfficientNet-Lite0.
    let total = lite.reduce(0) { $0 + $1.multiplyAdds }
    #expect((380_000_000...410_000_000).contains(total))
  }
}
