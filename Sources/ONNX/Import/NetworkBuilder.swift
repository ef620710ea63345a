import CAMNet

/// Makes layers of an imported graph's operations.
struct NetworkBuilder {
  /// The name by which layers read the photo.
  static let input = "images"

  /// The side of the photo in pixels.
  let size: Int
  private(set) var layers: [Layer] = []
  /// The names that the parameters have in the file.
  private(set) var names: [ParameterName: String] = [:]
  /// The parameters by those names.
  private(set) var arrays: [(String, StoredArray)] = []

  private let graph: ImportedGraph
  private var layerNames: LayerNames
  /// The layer that gives each value.
  private var givers: [String: String] = [:]
  private var known: Set<String> = []

  init(_ graph: ImportedGraph, reserved: Set<String>) throws(ONNXError) {
    self.graph = graph
    let shape = graph.input.shape
    let isFirst = shape[1] == 3 && shape[2] == shape[3]
    guard isFirst || (shape[3] == 3 && shape[1] == shape[2]) else {
      throw .input(
        file: graph.file, name: graph.input.name,
        reason: "is \(shape); only square pictures of three channels are run so far")
    }
    size = shape[2]
    layerNames = LayerNames(graph.steps.map(\.node), reserved: reserved.union([Self.input]))
    prepare(channelsFirst: isFirst)
    for step in graph.steps { try add(step) }
  }

  /// Adds the layers that make of a photo's bytes what the network reads.
  private mutating func prepare(channelsFirst: Bool) {
    var last = Self.input
    if let scaling = graph.normalizesItself ? nil : Rescale.assumed(channelsFirst: channelsFirst) {
      let name = layerNames.unique("rescaled")
      layers.append(Layer(name, scaling, last))
      last = name
    }
    if channelsFirst {
      let name = layerNames.unique("channels_first")
      layers.append(Layer(name, PlainOperation.channelsFirst, last))
      last = name
    }
    givers[graph.input.name] = last
  }

  private mutating func add(_ step: ImportedGraph.Step) throws(ONNXError) {
    guard let first = step.node.outputs.first(where: { !$0.isEmpty }) else { return }
    if step.trains(graph.constants) {
      throw .node(
        file: graph.file, node: step.node.label,
        OperatorError("is in training mode; export the network again after 'model.eval()'"))
    }
    let (name, source, block) = layerNames.name(step.node, value: first)
    var inputs: [String] = []
    var parameters: [(role: ParameterRole, value: String)] = []
    var operands: [PlainOperation.Source?] = []
    for (index, value) in step.node.inputs.enumerated() {
      if value.isEmpty {
        operands.append(nil)
      } else if let giver = givers[value] {
        operands.append(.layer(inputs.count, step.inputTypes[index]?.element ?? .float))
        inputs.append(giver)
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
      let isFirst = output == first
      let own = isFirst ? name : layerNames.unique("\(name)_\(index + 1)")
      let kind = PlainOperation(step.attributes, step.operation, operands, output: index)
      layers.append(Layer(own, kind, inputs, block: block, source: source))
      givers[output] = own
      for (role, value) in parameters {
        names[ParameterName(layer: own, role: role)] = value
        if known.insert(value).inserted, let constant = graph.constants[value] {
          arrays.append((value, try stored(constant, value, step.node)))
        }
      }
    }
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
  fileprivate var normalizesItself: Bool {
    let first = steps.first { $0.node.inputs.contains(input.name) }
    return first.map { ["Sub", "Div", "Mul", "Add"].contains($0.node.operation) } ?? false
  }
}

extension Rescale {
  /// How a photo is prepared where nobody says it: for channels first by ImageNet's means and deviations, as PyTorch's networks are
  /// trained; for channels last to -1 … 1, as most of Keras' are.
  fileprivate static func assumed(channelsFirst: Bool) -> Rescale {
    guard channelsFirst else {
      return Rescale(offsets: [127.5, 127.5, 127.5], divisor: 127.5)
    }
    return Rescale(
      offsets: [123.675, 116.28, 103.53], divisors: [58.395, 57.12, 57.375])
  }
}

extension PlainOperation {
  /// Height, width, channels as channels, height, width.
  fileprivate static var channelsFirst: PlainOperation {
    let node = Attributes("Transpose", opset: 13, ["perm": .integers([0, 3, 1, 2])])
    return PlainOperation(
      node, Transpose(order: [0, 3, 1, 2]), [.layer(0, .float)], output: 0)
  }
}
