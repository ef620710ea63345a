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

  /// A network that gives classes by two products, so that no map can be made.
  public static func headless() throws -> Model {
    let network = try Network(
      name: "headless", input: "pixels", defaultSize: 32,
      layers: [
        Layer("conv", Convolution(Window(height: 3, width: 3), outputChannels: 6), "pixels"),
        Layer("gap", GlobalAveragePooling(), "conv"),
        Layer("hidden", Dense(outputs: 5, hasBiases: true), "gap"),
        Layer("scores", Dense(outputs: 4, hasBiases: false), "hidden"),
      ])
    return Model(network, classNames: ["north", "east", "south", "west"])
  }
}
