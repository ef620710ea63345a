/// A network as PyTorch's modules make it: each layer is called as its module, and reads the layer before it unless something else
/// is said.
struct TorchModules {
  private(set) var layers: [Layer]
  /// The layer that was added last.
  private(set) var last = "rescaled"
  /// The modules that hold each layer's own parameters and its normalization's.
  private var modules: [String: (own: String, normalization: String)] = [:]

  /// The first layer prepares photos as torchvision's networks were trained, by ImageNet's means and deviations.
  init() {
    layers = Preparation.imageNet.layers("images")
  }

  /// Adds a module.
  /// - Parameters:
  ///   - module: its name, `layer1.0.conv1`.
  ///   - inputs: the layers that it reads; nil for the last one.
  ///   - block: the part of the network that it belongs to.
  ///   - normalization: the module of the normalization that follows it.
  /// - Returns: the layer's name.
  @discardableResult
  mutating func add(
    _ module: String, _ kind: any LayerKind, _ inputs: [String]? = nil, block: String? = nil,
    normalization: String = ""
  ) -> String {
    let name = module.replacing(".", with: "_")
    layers.append(
      Layer(
        name, kind, inputs ?? [last], block: block, source: module == name ? nil : module))
    modules[name] = (module, normalization)
    last = name
    return name
  }

  /// Adds a convolution with its batch normalization, padded alike on all sides.
  @discardableResult
  mutating func convolve(
    _ module: String, _ normalization: String, kernel: Int, stride: Int = 1, channels: Int,
    groups: Int = 1, activation: Activation = .none, _ inputs: [String]? = nil,
    block: String? = nil
  ) -> String {
    let side = kernel / 2
    let padding =
      kernel == 1 ? Padding.valid : .explicit(top: side, left: side, bottom: side, right: side)
    return add(
      module,
      Convolution(
        Window(height: kernel, width: kernel, stride: stride, padding: padding),
        outputChannels: channels, groups: groups,
        batchNormalization: BatchNormalization(epsilon: 1e-5), activation: activation), inputs,
      block: block, normalization: normalization)
  }

  /// The model of these layers.
  func model(_ name: String, title: String) -> Model {
    let modules = modules
    return Model(
      .declared(
        name, input: "images", defaultSize: 224, axisOrder: .channelsFirst, layers: layers),
      title: title,
      layout: WeightsLayout(
        names: { parameter in
          let (own, normalization) = modules[parameter.layer] ?? (parameter.layer, "")
          switch parameter.role {
          case .weights: return "\(own).weight"
          case .biases: return "\(own).bias"
          case .scale: return "\(normalization).weight"
          case .shift: return "\(normalization).bias"
          case .mean: return "\(normalization).running_mean"
          case .variance: return "\(normalization).running_var"
          }
        }, axes: [4: [2, 3, 1, 0], 2: [1, 0]]), preparation: .assumed)
  }
}

extension Model {
  /// The networks of torchvision and timm whose state_dicts are read by themselves: their parameters' names tell them apart.
  public static let torch = [resNet18, resNet34, resNet50, mobileNetV2, mobileNetV2OfTimm]

  /// All models that camreport knows: those that it lists, and those whose weights it finds by their names.
  public static let known = all + torch

  /// What trainings in parallel and modules around a network put before the names of all its parameters.
  private static let prefixes = ["", "module.", "model.", "module.model.", "model.module."]

  /// How many of the network's parameters a file names, and what stands before their names.
  func named(in store: WeightsStore) -> (count: Int, prefix: String) {
    let names = network.parameters.map { layout.names($0.name) }
    var best = (count: 0, prefix: "")
    for prefix in Self.prefixes {
      let count = names.count { store[prefix + $0] != nil }
      if count > best.count { best = (count, prefix) }
    }
    return best
  }

  /// Sees that a file of a state_dict holds nothing that the network has no place for: it would be another network's.
  package func checkLeftOver(_ store: WeightsStore) throws(ModelError) {
    guard Self.torch.contains(where: { $0.name == name }) else { return }
    let names = Set(network.parameters.map { layout.names($0.name) })
    let others = store.entries.map(\.name).filter {
      !names.contains($0) && !$0.hasSuffix("num_batches_tracked")
    }
    guard others.isEmpty else {
      throw .leftOver(source: store.source, model: name, names: others)
    }
  }
}
