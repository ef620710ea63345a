import CAMNet

/// Makes layers of an imported graph's operations.
struct NetworkBuilder {
  /// The name by which layers read the photo.
  static let input = "images"

  /// The photo's size.
  let size: InputSize
  private(set) var layers: [Layer] = []
  /// The names that the parameters have in the file.
  private(set) var names: [ParameterName: String] = [:]
  /// Which of the file's axes each canonical axis is, of parameters whose axes the file orders otherwise.
  private(set) var axes: [ParameterName: [Int]] = [:]
  /// The parameters by those names.
  private(set) var arrays: [(String, StoredArray)] = []

  private let graph: ImportedGraph
  /// Whether the picture's channels are its second axis, and not its last.
  let isChannelsFirst: Bool
  private let shuffles: ChannelShuffles
  private var layerNames: LayerNames
  /// The modules and the values that they give, as the file has them one after another.
  private(set) var modules: [(path: String, value: String)] = []
  /// The layer that gives each value, and how it lies in what that gives.
  private(set) var values: [String: (layer: String, form: Form)] = [:]
  /// The layers that bring values into other forms.
  private var converted: [String: [Form: String]] = [:]
  private var known: Set<String> = []

  /// - Parameter preparation: how photos are prepared; nil for what is usual.
  init(
    _ graph: ImportedGraph, preparation: Preparation?, reserved: Set<String>
  ) throws(ONNXError) {
    self.graph = graph
    let shape = graph.input.shape
    isChannelsFirst = [1, 3].contains(shape[1])
    guard isChannelsFirst || [1, 3].contains(shape[3]) else {
      throw .input(
        file: graph.file, name: graph.input.name,
        reason: "is \(shape); a picture has three channels, or one")
    }
    size =
      isChannelsFirst
      ? InputSize(height: shape[2], width: shape[3]) : InputSize(height: shape[1], width: shape[2])
    shuffles = ChannelShuffles(graph)
    layerNames = LayerNames(
      graph.steps.map(\.node),
      reserved: reserved.union(Preparation.layerNames).union([Self.input]))
    let preparation = preparation ?? assumed
    layers = preparation.reading(isChannelsFirst ? shape[1] : shape[3]).layers(Self.input)
    values[graph.input.name] = (layers.last?.name ?? Self.input, isChannelsFirst ? .maps : .own)
    for step in graph.steps { try add(step) }
  }

  /// How a photo is prepared where nobody says it: not at all where the graph does; for one channel to 0 … 1; for channels first by
  /// ImageNet's means and deviations, as PyTorch's networks are trained; for channels last to −1 … 1, as most of Keras' are.
  private var assumed: Preparation {
    let shape = graph.input.shape
    if graph.normalizesItself { return .raw }
    if shape[isChannelsFirst ? 1 : 3] == 1 { return .unit }
    return isChannelsFirst ? .imageNet : .half
  }

  private mutating func add(_ step: ImportedGraph.Step) throws(ONNXError) {
    guard let first = step.node.outputs.first(where: { !$0.isEmpty }) else { return }
    if let path = ModuleName(step.node).path { modules.append((path, first)) }
    if shuffles.inner.contains(first) { return }
    if let shuffle = shuffles.shuffles[first] {
      let (name, source, block) = layerNames.name(step.node, value: first)
      layers.append(
        Layer(
          name, ChannelShuffle(groups: shuffle.groups), [layer(of: shuffle.input, as: .maps)],
          block: block?.path, blockKind: block?.kind, source: source))
      values[first] = (name, .maps)
      return
    }
    if step.trains(graph.constants) {
      throw .node(
        file: graph.file, node: step.node.label,
        OperatorError("is in training mode; export the network again after 'model.eval()'"))
    }
    let inputs = NodeInputs(
      operands: Operands(
        zip(step.node.inputs, step.inputTypes).map { name, type in
          type.map { Operand($0, graph.constants[name]) }
        }),
      forms: step.node.inputs.map { values[$0]?.form }, outputs: step.outputs.map(\.type))
    let layers: [FastLayer]?
    do throws(OperatorError) {
      layers = try (step.operation as? any LayeredOperator)?.layers(inputs)
    } catch {
      throw .node(file: graph.file, node: step.node.label, error)
    }
    if let layers {
      try addFast(layers, step)
    } else {
      try addPlain(step, first)
    }
  }

  /// Adds layers that are CAMNet's own, one for each output.
  private mutating func addFast(
    _ fast: [FastLayer], _ step: ImportedGraph.Step
  ) throws(ONNXError) {
    for (output, fast) in zip(step.node.outputs, fast) where !output.isEmpty {
      let inputs = fast.inputs.map { layer(of: step.node.inputs[$0.index], as: $0.form) }
      guard let kind = fast.kind else {
        values[output] = (inputs[0], fast.output)
        continue
      }
      let (name, source, block) = layerNames.name(step.node, value: output)
      layers.append(
        Layer(
          name, kind, inputs, block: block?.path, blockKind: block?.kind, source: source))
      values[output] = (name, fast.output)
      for (role, index, axes) in fast.parameters {
        try addParameter(
          ParameterName(layer: name, role: role), step.node.inputs[index], axes, step.node)
      }
    }
  }

  /// Adds a layer that computes the operator plainly.
  private mutating func addPlain(
    _ step: ImportedGraph.Step, _ first: String
  ) throws(ONNXError) {
    let (name, source, block) = layerNames.name(step.node, value: first)
    var inputs: [String] = []
    var parameters: [(role: ParameterRole, value: String)] = []
    var operands: [PlainOperation.Source?] = []
    for (index, value) in step.node.inputs.enumerated() {
      if value.isEmpty {
        operands.append(nil)
      } else if values[value] != nil {
        operands.append(.layer(inputs.count, step.inputTypes[index]?.element ?? .float))
        inputs.append(layer(of: value, as: .own))
      } else if let constant = graph.constants[value] {
        let type = constant.type
        if let role = ParameterRoles.role(of: step.node.operation, input: index),
          type.element == .float, type.shape.elementCount > 1
        {
          operands.append(.parameter(role, type.shape))
          parameters.append((role, value))
        } else {
          operands.append(.constant(try read(constant, step.node)))
        }
      }
    }
    for (index, output) in step.node.outputs.enumerated() where !output.isEmpty {
      let own = output == first ? name : layerNames.unique("\(name)_\(index + 1)")
      let kind = PlainOperation(step.attributes, step.operation, operands, output: index)
      layers.append(
        Layer(own, kind, inputs, block: block?.path, blockKind: block?.kind, source: source))
      values[output] = (own, .own)
      for (role, value) in parameters {
        try addParameter(ParameterName(layer: own, role: role), value, nil, step.node)
      }
    }
  }

  private mutating func addParameter(
    _ name: ParameterName, _ value: String, _ order: [Int]?, _ node: ONNXFile.Node
  ) throws(ONNXError) {
    names[name] = value
    axes[name] = order
    if known.insert(value).inserted, let constant = graph.constants[value] {
      arrays.append((value, try stored(constant, value, node)))
    }
  }

  /// The layer that gives a value as it is to lie; where none does, one is added that rearranges it.
  private mutating func layer(of value: String, as form: Form) -> String {
    // Nodes are in order: what one reads was given.
    let given = values[value] ?? (Self.input, form)
    if given.form == form { return given.layer }
    if let layer = converted[value]?[form] { return layer }
    let (kind, suffix): (PlainOperation, String) =
      switch (given.form, form) {
      case (.map, _): (.withoutChannels, "map")
      case (_, .maps): (.transposing([0, 2, 3, 1]), "channels_last")
      default: (.transposing([0, 3, 1, 2]), "channels_first")
      }
    let name = layerNames.unique("\(given.layer)_\(suffix)")
    layers.append(Layer(name, kind, given.layer))
    converted[value, default: [:]][form] = name
    return name
  }

  private func read(
    _ constant: Operand.Constant, _ node: ONNXFile.Node
  ) throws(ONNXError) -> Value {
    do throws(OperatorError) {
      return try constant.value()
    } catch {
      throw .node(file: graph.file, node: node.label, error)
    }
  }

  /// A parameter as a weights file has it.
  private func stored(
    _ constant: Operand.Constant, _ name: String, _ node: ONNXFile.Node
  ) throws(ONNXError) -> StoredArray {
    if case .stored(let array) = constant { return array }
    return StoredArray(try read(constant, node).tensor, name: name)
  }
}

extension ImportedGraph.Step {
  /// Whether the operation does what it does in training alone: it drops values, or normalizes by the photo's own numbers.
  fileprivate func trains(_ constants: [String: Operand.Constant]) -> Bool {
    switch node.operation {
    case "BatchNormalization": return (try? attributes.flag("training_mode")) == true
    case "Dropout":
      guard node.inputs.count > 2, let mode = constants[node.inputs[2]] else { return false }
      return (try? mode.value().integers.first) == 1
    default: return false
    }
  }
}

extension ImportedGraph {
  /// Whether the first operation on the picture brings its values to another range by itself, as Keras' networks do.
  var normalizesItself: Bool {
    let first = steps.first { $0.node.inputs.contains(input.name) }
    return first.map { ["Sub", "Div", "Mul", "Add"].contains($0.node.operation) } ?? false
  }
}

extension PlainOperation {
  /// The axes of feature maps in another order.
  fileprivate static func transposing(_ order: [Int]) -> PlainOperation {
    let node = Attributes("Transpose", opset: 13, ["perm": .integers(order)])
    return PlainOperation(node, Transpose(order: order), [.layer(0, .float)], output: 0)
  }

  /// One feature map without the axis of its channel.
  fileprivate static var withoutChannels: PlainOperation {
    let node = Attributes("Squeeze", opset: 11, ["axes": .integers([3])])
    return PlainOperation(node, Squeeze(axes: [3]), [.layer(0, .float)], output: 0)
  }
}
