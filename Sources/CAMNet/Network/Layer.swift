/// A layer: a name, what it computes, and the names of what it reads.
public struct Layer: Sendable {
  /// The layer's name, unique in its network and a Python name: code lines and anchors are made of it.
  public let name: String
  /// What the file that the network is from calls the layer; nil where that is its name.
  public let source: String?
  public let kind: any LayerKind
  /// Names of earlier layers, or of the network's input.
  public let inputs: [String]
  /// The weights are some output channels of another parameter, as in VGG16-CAM's split kernel.
  public let weightsSlice: WeightsSlice?
  /// The part of the network the layer belongs to, as its paper or code divides it: `block3`.
  public let block: String?
  /// What kind of part that is, as its code calls it: `BasicBlock`.
  public let blockKind: String?

  /// Output channels `outputChannels` of the weights that `layer` names.
  public struct WeightsSlice: Sendable, Hashable {
    public let layer: String
    public let outputChannels: Range<Int>

    public init(of layer: String, outputChannels: Range<Int>) {
      self.layer = layer
      self.outputChannels = outputChannels
    }
  }

  public init(
    _ name: String, _ kind: any LayerKind, _ inputs: [String], weights: WeightsSlice? = nil,
    block: String? = nil, blockKind: String? = nil, source: String? = nil
  ) {
    self.name = name
    self.source = source
    self.kind = kind
    self.inputs = inputs
    self.weightsSlice = weights
    self.block = block
    self.blockKind = blockKind
  }

  public init(
    _ name: String, _ kind: any LayerKind, _ inputs: String..., weights: WeightsSlice? = nil,
    block: String? = nil
  ) {
    self.init(name, kind, inputs, weights: weights, block: block)
  }

  /// The layer with another kind or other inputs.
  package func with(kind: (any LayerKind)? = nil, inputs: [String]? = nil) -> Layer {
    Layer(
      name, kind ?? self.kind, inputs ?? self.inputs, weights: weightsSlice, block: block,
      blockKind: blockKind, source: source)
  }

  /// The layer as a line of code: `conv1_1 = relu(conv2d(image, W, strides=1, padding='SAME') + b)`.
  public var code: String { "\(name) = \(kind.expression(inputs))" }

  /// The name of the parameter that the layer reads in a role.
  package func parameterName(_ role: ParameterRole) -> ParameterName {
    ParameterName(layer: role == .weights ? weightsSlice?.layer ?? name : name, role: role)
  }
}

extension Layer: Hashable {
  public static func == (one: Layer, other: Layer) -> Bool {
    one.name == other.name && one.source == other.source && one.inputs == other.inputs
      && one.weightsSlice == other.weightsSlice && one.block == other.block
      && one.blockKind == other.blockKind
      && AnyHashable(one.kind) == AnyHashable(other.kind)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(inputs)
    hasher.combine(AnyHashable(kind))
  }
}

/// A layer with the shapes it has at one input size, and what follows from them.
public struct LayerShapes: Sendable, Hashable {
  public let layer: Layer
  public let inputs: [Shape]
  public let output: Shape
  /// The inputs' shapes as they are shown.
  public let shownInputs: [Shape]
  /// The order in which the output is shown: where an operation of a file is computed plainly, it is in the file's order as it is.
  public let axisOrder: AxisOrder
  /// What each place of the output sees of the photo; nil where that is not the same for all of them.
  public let receptiveField: ReceptiveField?

  /// The output's shape as it is shown.
  public var shownOutput: Shape { axisOrder.shown(output) }

  public var arithmetic: [OutputSize] { layer.kind.arithmetic(for: inputs) }

  /// How many values of parameters the layer reads: its own, or its slice of another's.
  public var parameterCount: Int {
    layer.kind.parameters(for: inputs).reduce(0) { $0 + $1.shape.elementCount }
  }

  /// The kernel's shape, height × width × in × out; of a pooling its window; nil for layers that have none.
  public var kernel: String? {
    let weights = layer.kind.parameters(for: inputs).first { $0.role == .weights }
    return weights?.shape.crossDescription ?? layer.kind.slidingWindow?.kernel
  }

  /// The memory of the output, float32.
  public var bytes: Int { output.elementCount * MemoryLayout<Float>.size }

  /// Multiplications followed by an addition, for one photo.
  public var multiplyAdds: Int { layer.kind.multiplyAdds(for: inputs, output: output) }
}
