extension Network {
  /// VGG16-CAM as the notebook builds it: VGG16 (Simonyan and Zisserman, 2015) cut after conv5_3, then the CAM
  /// convolution in two groups, global average pooling and one product (Zhou et al., CVPR 2016).
  public static let vgg16CAM: Network = {
    // The means of ImageNet's blue, green and red.
    let means: [Float] = [103.939, 116.779, 123.68]
    var layers = [
      Layer("r", .channels(ChannelSlice(0..<1)), "images"),
      Layer("g", .channels(ChannelSlice(1..<2)), "images"),
      Layer("b", .channels(ChannelSlice(2..<3)), "images"),
      Layer("b_centered", .rescale(Rescale(offsets: [means[0]])), "b"),
      Layer("g_centered", .rescale(Rescale(offsets: [means[1]])), "g"),
      Layer("r_centered", .rescale(Rescale(offsets: [means[2]])), "r"),
      Layer("image", .concat(Concat()), "b_centered", "g_centered", "r_centered"),
    ]
    var last = "image"
    func append(_ name: String, _ operation: Operation, block: Int) {
      layers.append(Layer(name, operation, last, block: "block\(block)"))
      last = name
    }

    let threeByThree = Window(height: 3, width: 3)
    for (block, channels) in [64, 128, 256, 512, 512].enumerated() {
      for index in 1...(block < 2 ? 2 : 3) {
        let convolution = Convolution(
          threeByThree, outputChannels: channels, hasBiases: true, activation: .relu)
        append("conv\(block + 1)_\(index)", .convolution(convolution), block: block + 1)
      }
      if block < 4 {
        let window = Window(height: 2, width: 2, stride: 2)
        append("pool\(block + 1)", .maxPooling(MaxPooling(window)), block: block + 1)
      }
    }

    let cam = "CAM_conv"
    let half = Operation.convolution(Convolution(threeByThree, outputChannels: 512))
    layers += [
      Layer("group1", .channels(ChannelSlice(0..<256)), "conv5_3", block: cam),
      Layer("group2", .channels(ChannelSlice(256..<512)), "conv5_3", block: cam),
      Layer(
        "conv_grp1", half, "group1", weights: .init(of: "CAM_conv", outputChannels: 0..<512),
        block: cam),
      Layer(
        "conv_grp2", half, "group2", weights: .init(of: "CAM_conv", outputChannels: 512..<1024),
        block: cam),
      Layer("conv_output", .concat(Concat()), "conv_grp1", "conv_grp2", block: cam),
      Layer("CAM_conv", .biasAdd(BiasAdd()), "conv_output", block: cam),
      Layer("gap", .globalAveragePooling(GlobalAveragePooling()), "CAM_conv"),
      Layer("dropout", .dropout(Dropout()), "gap"),
      Layer("CAM_fc", .dense(Dense(outputs: 1000, hasBiases: false)), "dropout"),
    ]
    return declared("vgg16-cam", input: "images", defaultSize: 224, layers: layers)
  }()

  /// A network declared in this program, whose validity the tests hold; a mistake in one is ours, not a user's.
  static func declared(_ name: String, input: String, defaultSize: Int, layers: [Layer]) -> Network
  {
    do {
      return try Network(name: name, input: input, defaultSize: defaultSize, layers: layers)
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }
}

extension WeightsLayout {
  /// The notebook's file: a dictionary `{layer: {'weights': array, 'biases': array}}`, kernels HWIO.
  static let vgg16CAM = WeightsLayout(
    names: { $0.description },
    axes: [:],
    // In the file, and left out of the product as in the notebook.
    unused: ["CAM_fc/biases"])
}
