extension Model {
  /// MobileNetV2 of torchvision: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018.
  static let mobileNetV2 = mobileNetV2("mobilenet_v2", MobileNetV2.torchvision)
  /// The same network as timm calls it and its parts.
  static let mobileNetV2OfTimm = mobileNetV2("mobilenetv2_100", MobileNetV2.timm)

  private static func mobileNetV2(_ name: String, _ names: MobileNetV2.Names) -> Model {
    var modules = TorchModules()
    func convolve(
      _ module: MobileNetV2.Module, kernel: Int = 1, stride: Int = 1, channels: Int,
      groups: Int = 1, activation: Activation = .relu6, block: String? = nil
    ) {
      modules.convolve(
        module.convolution, module.normalization, kernel: kernel, stride: stride,
        channels: channels, groups: groups, activation: activation, block: block)
    }
    convolve(names.stem, kernel: 3, stride: 2, channels: 32)
    var channels = 32
    var number = 0
    for (part, stage) in MobileNetV2.stages.enumerated() {
      for index in 0..<stage.blocks {
        number += 1
        let block = names.block(part, index, number)
        let parts = names.parts(block, stage.expansion > 1)
        let stride = index == 0 ? stage.stride : 1
        let input = modules.last
        let expanded = channels * stage.expansion
        if stage.expansion > 1 { convolve(parts[0], channels: expanded, block: block) }
        convolve(
          parts[parts.count - 2], kernel: 3, stride: stride, channels: expanded, groups: expanded,
          block: block)
        convolve(
          parts[parts.count - 1], channels: stage.channels, activation: .none, block: block)
        if stride == 1 && channels == stage.channels {
          modules.add("\(block).add", Add(), [modules.last, input], block: block)
        }
        channels = stage.channels
      }
    }
    convolve(names.head, channels: 1280)
    modules.add("avgpool", GlobalAveragePooling())
    modules.add(names.classifier, Dense(outputs: 1000, hasBiases: true))
    return modules.model(name, title: "MobileNetV2")
  }
}

enum MobileNetV2 {
  struct Stage {
    let expansion: Int
    let channels: Int
    let blocks: Int
    let stride: Int
  }

  /// Table 2 of the paper, at width 1.
  static let stages = [
    Stage(expansion: 1, channels: 16, blocks: 1, stride: 1),
    Stage(expansion: 6, channels: 24, blocks: 2, stride: 2),
    Stage(expansion: 6, channels: 32, blocks: 3, stride: 2),
    Stage(expansion: 6, channels: 64, blocks: 4, stride: 2),
    Stage(expansion: 6, channels: 96, blocks: 3, stride: 1),
    Stage(expansion: 6, channels: 160, blocks: 3, stride: 2),
    Stage(expansion: 6, channels: 320, blocks: 1, stride: 1),
  ]

  /// A convolution's module, and that of the normalization after it.
  struct Module: Sendable {
    let convolution: String
    let normalization: String
  }

  /// What a library calls the network's modules.
  struct Names: Sendable {
    let stem: Module
    let head: Module
    let classifier: String
    /// A block's name by its stage, its place there, and its place among all, from 1.
    let block: @Sendable (_ part: Int, _ index: Int, _ number: Int) -> String
    /// The convolutions of a block: one that widens, where there is one, the depthwise one, and one that narrows.
    let parts: @Sendable (_ block: String, _ widens: Bool) -> [Module]
  }

  static let torchvision = Names(
    stem: Module(convolution: "features.0.0", normalization: "features.0.1"),
    head: Module(convolution: "features.18.0", normalization: "features.18.1"),
    classifier: "classifier.1", block: { _, _, number in "features.\(number)" },
    parts: { block, widens in
      let inner = (0..<(widens ? 2 : 1)).map {
        Module(
          convolution: "\(block).conv.\($0).0", normalization: "\(block).conv.\($0).1")
      }
      return inner + [
        Module(
          convolution: "\(block).conv.\(inner.count)",
          normalization: "\(block).conv.\(inner.count + 1)")
      ]
    })

  static let timm = Names(
    stem: Module(convolution: "conv_stem", normalization: "bn1"),
    head: Module(convolution: "conv_head", normalization: "bn2"),
    classifier: "classifier", block: { part, index, _ in "blocks.\(part).\(index)" },
    parts: { block, widens in
      (widens ? ["conv_pw", "conv_dw", "conv_pwl"] : ["conv_dw", "conv_pw"]).enumerated().map {
        Module(
          convolution: "\(block).\($1)", normalization: "\(block).bn\($0 + 1)")
      }
    })
}
