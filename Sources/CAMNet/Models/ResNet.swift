extension Model {
  /// ResNet-18 of torchvision and timm: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
  static let resNet18 = resNet("resnet18", title: "ResNet-18", blocks: [2, 2, 2, 2])
  static let resNet34 = resNet("resnet34", title: "ResNet-34", blocks: [3, 4, 6, 3])
  /// ResNet-50 as PyTorch has it: a bottleneck's stride is that of its 3×3 convolution.
  static let resNet50 = resNet(
    "resnet50", title: "ResNet-50", blocks: [3, 4, 6, 3], isBottleneck: true)

  /// - Parameters:
  ///   - blocks: how many residual blocks each of the four parts has.
  ///   - isBottleneck: whether blocks are three convolutions, the last of which widens, and not two.
  private static func resNet(
    _ name: String, title: String, blocks: [Int], isBottleneck: Bool = false
  ) -> Model {
    var modules = TorchModules()
    modules.convolve("conv1", "bn1", kernel: 7, stride: 2, channels: 64, activation: .relu)
    modules.add(
      "maxpool",
      MaxPooling(
        Window(
          height: 3, width: 3, stride: 2, padding: .explicit(top: 1, left: 1, bottom: 1, right: 1)))
    )
    var channels = 64
    for (part, count) in blocks.enumerated() {
      let width = 64 << part
      let output = isBottleneck ? 4 * width : width
      for index in 0..<count {
        let block = "layer\(part + 1).\(index)"
        let stride = part > 0 && index == 0 ? 2 : 1
        var shortcut = modules.last
        func names(_ number: Int) -> (String, String) {
          ("\(block).conv\(number)", "\(block).bn\(number)")
        }
        let last: String
        if isBottleneck {
          modules.convolve(
            names(1).0, names(1).1, kernel: 1, channels: width, activation: .relu, block: block)
          modules.convolve(
            names(2).0, names(2).1, kernel: 3, stride: stride, channels: width, activation: .relu,
            block: block)
          last = modules.convolve(
            names(3).0, names(3).1, kernel: 1, channels: output, block: block)
        } else {
          modules.convolve(
            names(1).0, names(1).1, kernel: 3, stride: stride, channels: width, activation: .relu,
            block: block)
          last = modules.convolve(
            names(2).0, names(2).1, kernel: 3, channels: output, block: block)
        }
        if stride > 1 || channels != output {
          shortcut = modules.convolve(
            "\(block).downsample.0", "\(block).downsample.1", kernel: 1, stride: stride,
            channels: output, [shortcut], block: block)
        }
        modules.add("\(block).add", Add(activation: .relu), [last, shortcut], block: block)
        channels = output
      }
    }
    modules.add("avgpool", GlobalAveragePooling())
    modules.add("fc", Dense(outputs: 1000, hasBiases: true))
    return modules.model(name, title: title)
  }
}
