extension Network {
  /// VGG16-CAM as the notebook builds it: VGG16 (Simonyan and Zisserman, 2015) cut after conv5_3, then the CAM
  /// convolution in two groups, global average pooling and one product (Zhou et al., CVPR 2016).
  public static let vgg16CAM: Network = {
    // The means of ImageNet's blue, green and red.
    let means: [Float] = [103.939, 116.779, 123.68]
    var layers = [
      Layer("r", ChannelSlice(0..<1), "images"),
      Layer("g", ChannelSlice(1..<2), "images"),
      Layer("b", ChannelSlice(2..<3), "images"),
      Layer("b_centered", Rescale(offsets: [means[0]]), "b"),
      Layer("g_centered", Rescale(offsets: [means[1]]), "g"),
      Layer("r_centered", Rescale(offsets: [means[2]]), "r"),
      Layer("image", Concat(), "b_centered", "g_centered", "r_centered"),
    ]
    var last = "image"
    func append(_ name: String, _ kind: any LayerKind, block: Int) {
      layers.append(Layer(name, kind, last, block: "block\(block)"))
      last = name
    }

    let threeByThree = Window(height: 3, width: 3)
    for (block, channels) in [64, 128, 256, 512, 512].enumerated() {
      for index in 1...(block < 2 ? 2 : 3) {
        let convolution = Convolution(
          threeByThree, outputChannels: channels, hasBiases: true, activation: .relu)
        append("conv\(block + 1)_\(index)", convolution, block: block + 1)
      }
      if block < 4 {
        let window = Window(height: 2, width: 2, stride: 2)
        append("pool\(block + 1)", MaxPooling(window), block: block + 1)
      }
    }

    let cam = "CAM_conv"
    let half = Convolution(threeByThree, outputChannels: 512)
    layers += [
      Layer("group1", ChannelSlice(0..<256), "conv5_3", block: cam),
      Layer("group2", ChannelSlice(256..<512), "conv5_3", block: cam),
      Layer(
        "conv_grp1", half, "group1", weights: .init(of: "CAM_conv", outputChannels: 0..<512),
        block: cam),
      Layer(
        "conv_grp2", half, "group2", weights: .init(of: "CAM_conv", outputChannels: 512..<1024),
        block: cam),
      Layer("conv_output", Concat(), "conv_grp1", "conv_grp2", block: cam),
      Layer("CAM_conv", BiasAdd(), "conv_output", block: cam),
      Layer("gap", GlobalAveragePooling(), "CAM_conv"),
      Layer("dropout", Dropout(), "gap"),
      Layer("CAM_fc", Dense(outputs: 1000, hasBiases: false), "dropout"),
    ]
    return declared("vgg16-cam", input: "images", defaultSize: 224, layers: layers)
  }()

  /// A network declared in this program, whose validity the tests hold; a mistake in one is ours, not a user's.
  static func declared(
    _ name: String, input: String, defaultSize: InputSize, axisOrder: AxisOrder = .channelsLast,
    layers: [Layer]
  ) -> Network {
    do {
      return try Network(
        name: name, input: input, defaultSize: defaultSize, axisOrder: axisOrder, layers: layers)
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }
}

extension WeightsLayout {
  /// The notebook's file: a dictionary `{layer: {'weights': array, 'biases': array}}`, kernels HWIO. It holds the biases
  /// of `CAM_fc` too, which the network leaves out of the product as the notebook does.
  static let vgg16CAM = WeightsLayout()
}
