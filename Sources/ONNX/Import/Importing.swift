import CAMNet

/// An import on its way: what is known of the values so far.
struct Importing {
  private let file: ONNXFile
  private let flat: FlatGraph
  private(set) var types: [String: ValueType] = [:]
  private(set) var constants: [String: Operand.Constant] = [:]
  private(set) var steps: [ImportedGraph.Step] = []
  /// How many bytes computed constants may still take.
  private var left: Int

  init(_ file: ONNXFile, _ flat: FlatGraph) {
    self.file = file
    self.flat = flat
    left = (256 << 20) + file.files.reduce(0) { $0 + min($1.count, 1 << 48) } * 16
    for (name, array) in file.graph.initializers {
      let constant = Operand.Constant.stored(array)
      constants[name] = constant
      types[name] = constant.type
    }
  }

  /// Says what the picture's value is.
  mutating func declare(_ name: String, _ type: ValueType) {
    types[name] = type
  }

  /// Gives a value of the file's inputs.
  mutating func define(_ name: String, _ value: Value) {
    types[name] = value.type
    constants[name] = .computed(value)
  }

  /// Sees that all operations can be run, and names all that cannot.
  func checkOperators() throws(ONNXError) {
    var places: [(domain: String, operation: String, places: [String])] = []
    for node in flat.nodes where !Self.isSupported(node) {
      let place = ModuleName(node).path ?? node.label
      if let index = places.firstIndex(where: {
        $0.domain == node.domain && $0.operation == node.operation
      }) {
        places[index].places.append(place)
      } else {
        places.append((node.domain, node.operation, [place]))
      }
    }
    guard places.isEmpty else {
      throw .unsupported(
        file: file.name,
        places.map {
          .init(
            domain: $0.domain, operation: $0.operation, places: $0.places,
            isKnown: !$0.domain.isEmpty || KnownOperators.others.contains($0.operation))
        }, among: flat.nodes.count)
    }
  }

  private static func isSupported(_ node: ONNXFile.Node) -> Bool {
    node.domain.isEmpty && Operators.names.contains(node.operation)
  }

  /// Finds what each value is, and computes those that do not depend on the picture.
  mutating func run() throws(ONNXError) {
    for node in flat.nodes {
      do throws(OperatorError) {
        try add(node)
      } catch {
        throw .node(file: file.name, node: node.label, error)
      }
    }
  }

  private mutating func add(_ node: ONNXFile.Node) throws(OperatorError) {
    let opset = (node.opsets ?? file.opsets)[""] ?? file.opsets[""] ?? 0
    guard Operators.opsets.contains(opset) else {
      throw OperatorError("is of an operator set that is not said or not known")
    }
    let attributes = Attributes(
      node.operation, opset: opset, outputCount: node.outputs.count, node.attributes)
    guard let operation = try Operators.named(attributes) else {
      throw OperatorError("is a \(node.operation), which cannot be run")
    }
    let operands = Operands(
      node.inputs.map { name in types[name].map { Operand($0, constants[name]) } })
    for operand in operands.all { try Limits.check(operand.type.shape) }
    let found = try operation.infer(operands)
    for type in found { try Limits.check(type.shape) }
    guard found.count >= node.outputs.count else {
      throw OperatorError("has \(node.outputs.count) outputs, of which \(found.count) are known")
    }
    for (name, type) in zip(node.outputs, found) where !name.isEmpty { types[name] = type }
    if let constant = (operation as? ConstantOperator)?.constant {
      // It stays where it lies.
      constants[node.outputs.first ?? ""] = constant
    } else if operation.readsShapesOnly || operands.all.allSatisfy({ $0.constant != nil }) {
      for type in found { left -= type.shape.elementCount * 8 }
      guard left >= 0 else {
        throw OperatorError("makes constants that are far larger than the file")
      }
      let values = try operation.evaluate(operands, found)
      for (name, value) in zip(node.outputs, values) where !name.isEmpty {
        constants[name] = .computed(value)
      }
    } else {
      steps.append(
        ImportedGraph.Step(
          node: node, attributes: attributes, operation: operation,
          inputTypes: node.inputs.map { types[$0] }, types: found))
    }
  }
}
