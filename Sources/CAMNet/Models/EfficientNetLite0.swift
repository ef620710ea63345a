extension Network {
  /// EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, ICML 2019) without squeeze-and-excitation and with ReLU6,
  /// so that it can be quantized. Inverted residual blocks after Sandler et al., "MobileNetV2", CVPR 2018.
  public static let efficientNetLite0: Network = {
    func convolution(
      kernel: Int, stride: Int = 1, channels: Int, groups: Int = 1, activation: Activation = .relu6
    ) -> Convolution {
      Convolution(
        Window(height: kernel, width: kernel, stride: stride), outputChannels: channels,
        groups: groups, batchNormalization: BatchNormalization(epsilon: 1e-3),
        activation: activation)
    }

    var layers = [
      Layer("image", Rescale(offsets: [127, 127, 127], divisor: 128), "images")
    ]
    var last = "image"
    func append(_ name: String, _ kind: any LayerKind, block: String? = nil) {
      layers.append(Layer(name, kind, last, block: block))
      last = name
    }

    append("stem", convolution(kernel: 3, stride: 2, channels: 32))
    var channels = 32
    var block = 0
    for stage in EfficientNetLite0.stages {
      for index in 0..<stage.blocks {
        let name = "block\(block)"
        let stride = index == 0 ? stage.stride : 1
        let input = last
        let expanded = channels * stage.expansion
        if stage.expansion > 1 {
          append("\(name)_expand", convolution(kernel: 1, channels: expanded), block: name)
        }
        append(
          "\(name)_depthwise",
          convolution(kernel: stage.kernel, stride: stride, channels: expanded, groups: expanded),
          block: name)
        append(
          "\(name)_project", convolution(kernel: 1, channels: stage.channels, activation: .none),
          block: name)
        if stride == 1 && channels == stage.channels {
          layers.append(Layer("\(name)_add", Add(), last, input, block: name))
          last = "\(name)_add"
        }
        channels = stage.channels
        block += 1
      }
    }
    append("features", convolution(kernel: 1, channels: 1280))
    append("gap", GlobalAveragePooling())
    append("dropout", Dropout())
    append("logits", Dense(outputs: 1000, hasBiases: true))
    return declared("efficientnet-lite0", input: "images", defaultSize: 224, layers: layers)
  }()
}

enum EfficientNetLite0 {
  struct Stage {
    let blocks: Int
    let kernel: Int
    let stride: Int
    let expansion: Int
    let channels: Int
  }

  /// Table 1 of the EfficientNet paper, at width and depth 1.
  static let stages = [
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16),
    Stage(blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24),
    Stage(blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40),
    Stage(blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80),
    Stage(blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112),
    Stage(blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192),
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320),
  ]
}

extension WeightsLayout {
  /// The published checkpoint: torch's module names, kernels OIHW, products (out, in).
  static let efficientNetLite0 = WeightsLayout(
    names: torchName,
    axes: [4: [2, 3, 1, 0], 2: [1, 0]])

  /// `block1_depthwise/mean` → `_blocks.1._bn1.running_mean`.
  private static func torchName(_ name: ParameterName) -> String {
    let module: String
    let normalization: String
    switch name.layer {
    case "stem": (module, normalization) = ("_conv_stem", "_bn0")
    case "features": (module, normalization) = ("_conv_head", "_bn1")
    case "logits": (module, normalization) = ("_fc", "")
    default:
      let parts = name.layer.split(separator: "_")
      let prefix = "_blocks.\(parts[0].dropFirst("block".count))."
      let norms = ["expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"]
      module = "\(prefix)_\(parts[1])_conv"
      normalization = prefix + (norms[String(parts[1])] ?? "")
    }
    switch name.role {
    case .weights: return "\(module).weight"
    case .biases: return "\(module).bias"
    case .scale: return "\(normalization).weight"
    case .shift: return "\(normalization).bias"
    case .mean: return "\(normalization).running_mean"
    case .variance: return "\(normalization).running_var"
    }
  }
}
