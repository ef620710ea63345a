import CAMNet

/// A parameter as a file has it.
struct FileParameter {
  let name: String
  /// Which of the file's axes each canonical axis is, where the file orders them otherwise.
  let axes: [Int]?
  let shape: Shape
}

/// Makes layers of an imported graph's operations.
struct NetworkBuilder {
  /// The name by which layers read the photo.
  static let input = "images"

  /// The photo's size.
  let size: InputSize
  private(set) var layers: [Layer] = []
  /// The parameters as the file has them.
  private(set) var parameters: [ParameterName: FileParameter] = [:]
  /// The parameters' values by their names in the file.
  private(set) var arrays: [(String, StoredArray)] = []

  private let graph: ImportedGraph
  /// Whether the picture's channels are its second axis, and not its last.
  let isChannelsFirst: Bool
  /// What several operations are together, by the values that they give, and those operations that wait for the last.
  private let patterns: [String: PatternMatch]
  private var waiting: [String: [ImportedGraph.Step]] = [:]
  /// The values that are the picture, but for the range of its values.
  private var pictures: Set<String>
  /// What was computed of the file's constants, by the names of those that it takes the place of.
  private var computed: [String: Operand.Constant] = [:]
  private var layerNames: LayerNames
  /// The modules and the values that they give, as the file has them one after another.
  private(set) var modules: [(path: String, value: String)] = []
  /// The layer that gives each value, and how it lies in what that gives.
  private(set) var values: [String: (layer: String, form: Form)] = [:]
  /// The layers that bring values into other forms.
  private var converted: [String: [Form: String]] = [:]
  private var known: Set<String> = []
  /// What each value is that depends on the picture.
  private let types: [String: ValueType]

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
    patterns = GraphPatterns.matches(in: graph)
    pictures = [graph.input.name]
    let outputs = graph.steps.flatMap(\.outputs) + [(graph.input.name, ValueType(shape))]
    types = Dictionary(outputs.map { ($0.name, $0.type) }) { first, _ in first }
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
    guard let match = patterns[first] else { return try addStep(step, first) }
    waiting[match.output, default: []].append(step)
    guard first == match.output else { return }
    let layer = try refusing(step.node) { () throws(OperatorError) in
      try match.layer(nodeInputs(match.inputs, step))
    }
    if let layer {
      computed.merge(match.constants) { _, new in new }
      try add(layer, as: first, reading: match.inputs, step.node)
      return
    }
    for step in waiting[match.output] ?? [] { try addStep(step, step.output) }
  }

  /// Adds an operation by itself.
  private mutating func addStep(
    _ step: ImportedGraph.Step, _ first: String
  ) throws(ONNXError) {
    if step.trains(graph.constants) {
      throw .node(
        file: graph.file, node: step.node.label,
        OperatorError("is in training mode; export the network again after 'model.eval()'"))
    }
    let layers = try refusing(step.node) { () throws(OperatorError) in
      try (step.operation as? any LayeredOperator)?.layers(nodeInputs(step.node.inputs, step))
    }
    guard let layers else { return try addPlain(step, first) }
    for (output, layer) in zip(step.node.outputs, layers) where !output.isEmpty {
      try add(layer, as: output, reading: step.node.inputs, step.node)
    }
  }

  /// What is known of values that are read.
  private func nodeInputs(_ names: [String], _ step: ImportedGraph.Step) -> NodeInputs {
    NodeInputs(
      operands: Operands(
        names.map { name in
          let constant = graph.constants[name]
          return (constant?.type ?? types[name]).map { Operand($0, constant) }
        }),
      forms: names.map { values[$0]?.form }, outputs: step.outputs.map(\.type),
      pictures: names.map(pictures.contains))
  }

  /// What `body` gives; an operator's error with its node.
  private func refusing<Result>(
    _ node: ONNXFile.Node, _ body: () throws(OperatorError) -> Result
  ) throws(ONNXError) -> Result {
    do throws(OperatorError) {
      return try body()
    } catch {
      throw .node(file: graph.file, node: node.label, error)
    }
  }

  /// Adds a layer that is CAMNet's own.
  private mutating func add(
    _ fast: FastLayer, as output: String, reading names: [String], _ node: ONNXFile.Node
  ) throws(ONNXError) {
    let inputs = fast.inputs.map { layer(of: names[$0.index], as: $0.form) }
    guard let kind = fast.kind else {
      values[output] = (inputs[0], fast.output)
      return
    }
    let (name, source, block) = layerNames.name(node, value: output)
    layers.append(
      Layer(name, kind, inputs, block: block?.path, blockKind: block?.kind, source: source))
    values[output] = (name, fast.output)
    if kind is Rescale, let read = fast.inputs.first, pictures.contains(names[read.index]) {
      pictures.insert(output)
    }
    for (role, index, axes) in fast.parameters {
      try addParameter(ParameterName(layer: name, role: role), names[index], axes, node)
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
    guard let constant = computed[value] ?? graph.constants[value] else { return }
    parameters[name] = FileParameter(name: value, axes: order, shape: constant.type.shape)
    if known.insert(value).inserted { arrays.append((value, try stored(constant, value, node))) }
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
    try refusing(node) { () throws(OperatorError) in try constant.value() }
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
