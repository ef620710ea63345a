import CAMNet

/// Networks that camreport does not know by name.
public enum OwnNetworks {
  /// A head of `classes` classes on a small network with a residual block, whose layers differ from the two built-in
  /// networks' in all that words speak of: 3×3 pooling at stride 3, padding, groups, dilation, divisors by channel.
  public static func small(classes: Int = 3, hasHead: Bool = true) throws -> Model {
    let window = Window(height: 3, width: 3)
    var layers = [
      Layer("scaled", Rescale(offsets: [120, 110, 100], divisors: [60, 59, 58]), "pixels"),
      Layer(
        "conv",
        Convolution(
          Window(height: 5, width: 3, stride: 3, padding: .valid), outputChannels: 8,
          activation: .relu), "scaled"),
      Layer(
        "grouped",
        Convolution(
          Window(height: 3, width: 3, dilation: 2), outputChannels: 8, groups: 2, hasBiases: true,
          activation: .relu6), "conv", block: "one"),
      Layer(
        "mixed", Convolution(Window(height: 1, width: 1), outputChannels: 8), "grouped",
        block: "one"),
      Layer("added", Add(), "mixed", "conv", block: "one"),
      Layer("pool", MaxPooling(Window(height: 3, width: 3, stride: 3)), "added"),
      Layer("wide", Convolution(window, outputChannels: 20, activation: .relu), "pool"),
      Layer("again", Convolution(Window(height: 1, width: 1), outputChannels: 20), "wide"),
      Layer("twice", Add(), "again", "wide"),
    ]
    if hasHead {
      layers += [
        Layer("gap", GlobalAveragePooling(), "twice"),
        Layer("scores", Dense(outputs: classes, hasBiases: true), "gap"),
      ]
    }
    return Model(
      try Network(name: "small", input: "pixels", defaultSize: 60, layers: layers),
      title: "A small network")
  }

  /// A network of what newer networks are made of: gates, normalization before convolutions, means of windows, smooth activations,
  /// and a product that reads every place with weights of its own.
  public static func modern() throws -> Model {
    let point = Window(height: 1, width: 1)
    func function(_ name: String, _ function: ActivationFunction.Function, _ input: String) -> Layer
    {
      Layer(name, ActivationFunction(function), input)
    }
    let network = try Network(
      name: "modern", input: "pixels", defaultSize: 36,
      layers: [
        Layer("reversed", ReverseChannels(), "pixels"),
        Layer("gray", Grayscale(), "reversed"),
        Layer("scaled", Rescale(offsets: [127], divisor: 64), "gray"),
        Layer(
          "stem", Convolution(Window(height: 3, width: 3, stride: 2), outputChannels: 8), "scaled"),
        function("swished", .silu, "stem"),
        Layer("norm", BatchNorm(epsilon: 1e-3, activation: .relu), "swished"),
        Layer(
          "uneven",
          Convolution(
            Window(
              height: 3, width: 3, strides: Window.PerAxis(vertical: 2, horizontal: 1),
              dilations: Window.PerAxis(vertical: 1, horizontal: 2)), outputChannels: 8), "norm"),
        Layer("mixed", Convolution(point, outputChannels: 8), "uneven"),
        function("curved", .gelu, "mixed"),
        Layer("squeezed", GlobalAveragePooling(keepsAxes: true), "curved"),
        Layer("reduce", Convolution(point, outputChannels: 4, hasBiases: true), "squeezed"),
        function("reduced", .relu, "reduce"),
        Layer("expand", Convolution(point, outputChannels: 8, hasBiases: true), "reduced"),
        Layer("listed", Flatten(), "expand"),
        Layer("even", BatchNorm(epsilon: 1e-3), "listed"),
        Layer("raised", Unflatten(), "even"),
        function("gate", .hardSigmoid(slope: 0.25, shift: 0.5), "raised"),
        Layer("gated", Multiply(), "curved", "gate"),
        function("hard", .hardSwish, "gated"),
        Layer(
          "means",
          AveragePooling(
            Window(height: 3, width: 3, strides: Window.PerAxis(vertical: 2, horizontal: 3)),
            countsPadding: true), "hard"),
        function("soft", .sigmoid, "means"),
        Layer("squares", Multiply(), "means", "soft"),
        function("leaky", .leakyReLU(slope: 0.125), "squares"),
        function("cut", .clip(-2 ... .infinity), "leaky"),
        Layer(
          "pool",
          MaxPooling(
            Window(
              height: 2, width: 2, strides: 1,
              dilations: Window.PerAxis(vertical: 1, horizontal: 2), padding: .valid)), "cut"),
        Layer("sloped", PReLU(), "pool"),
        Layer(
          "evened", LocalResponseNormalization(size: 3, alpha: 0.5, beta: 0.75, bias: 1), "sloped"),
        Layer("bordered", Pad(top: 1, left: 1, bottom: 0, right: 1, border: .edge), "evened"),
        Layer(
          "regridded",
          Resize(
            rows: .init(output: 6, scale: 1.5), columns: .init(output: 5, scale: 1.25),
            mode: .linear, coordinates: .halfPixel), "bordered"),
        function("bent_elu", .elu(alpha: 0.5), "regridded"),
        function("bent_selu", .selu(alpha: 1.5, gamma: 1.25), "bent_elu"),
        function("bent_mish", .mish, "bent_selu"),
        function("bent_gelu", .geluTanh, "bent_mish"),
        function("bent_softplus", .softplus, "bent_gelu"),
        function("bent_tanh", .tanh, "bent_softplus"),
        function("bent_softsign", .softsign, "bent_tanh"),
        Layer("apart", Subtract(), "bent_tanh", "bent_softsign"),
        Layer("weighed", ChannelScale(), "apart"),
        Layer("shuffled", ChannelShuffle(groups: 2), "weighed"),
        Layer("centred", LayerNorm(epsilon: 1e-5), "shuffled"),
        Layer("row", Flatten(isByMaps: true), "centred"),
        Layer("scores", Dense(outputs: 4, hasBiases: true), "row"),
      ])
    return Model(network, title: "A modern network", classNames: ["one", "two", "three", "four"])
  }

  /// A network that gives classes by two products, which are one matrix together.
  public static func twoProducts() throws -> Model {
    let network = try Network(
      name: "two-products", input: "pixels", defaultSize: 32,
      layers: [
        Layer("conv", Convolution(Window(height: 3, width: 3), outputChannels: 6), "pixels"),
        Layer("gap", GlobalAveragePooling(), "conv"),
        Layer("hidden", Dense(outputs: 5, hasBiases: true), "gap"),
        Layer("scores", Dense(outputs: 4, hasBiases: false), "hidden"),
      ])
    return Model(network, classNames: ["north", "east", "south", "west"])
  }

  /// A network without maps: its product reads the photo itself.
  public static func headless() throws -> Model {
    let network = try Network(
      name: "headless", input: "pixels", defaultSize: 32,
      layers: [
        Layer("row", Flatten(), "pixels"),
        Layer("hidden", Dense(outputs: 5, hasBiases: true), "row"),
        Layer("scores", Dense(outputs: 4, hasBiases: false), "hidden"),
      ])
    return Model(network, classNames: ["north", "east", "south", "west"])
  }

  /// A network that ends as SqueezeNet does: each class has a map of its own.
  public static func channels() throws -> Model {
    let network = try Network(
      name: "channels", input: "pixels", defaultSize: 32,
      layers: [
        Layer("conv", Convolution(Window(height: 3, width: 3), outputChannels: 6), "pixels"),
        Layer(
          "scored", Convolution(Window(height: 1, width: 1), outputChannels: 4, activation: .relu),
          "conv"), Layer("gap", GlobalAveragePooling(), "scored"),
      ])
    return Model(network, classNames: ["north", "east", "south", "west"])
  }
}
