import CAMNet

/// A network from a file with everything known that can be known before it runs: the shape of each value at one input size, and
/// the values that do not depend on the picture. It runs plainly, operator by operator.
public struct ImportedGraph: Sendable {
  /// The file's name, for errors.
  public let file: String
  /// The name of the picture's value, and its shape.
  public let input: (name: String, shape: Shape)
  /// The operations that depend on the picture, in the order in which they run.
  public let steps: [Step]
  /// The values that do not, by name.
  let constants: [String: Operand.Constant]
  /// The names of the file's outputs.
  public let outputs: [String]

  /// An operation that depends on the picture.
  public struct Step: Sendable {
    let node: ONNXFile.Node
    let attributes: Attributes
    let operation: any Operator
    let inputTypes: [ValueType?]
    /// What each output of the operator is, also those that the node leaves out.
    let types: [ValueType]

    /// The node's outputs with what each is.
    var outputs: [(name: String, type: ValueType)] {
      zip(node.outputs, types).filter { !$0.0.isEmpty }.map { ($0, $1) }
    }
  }

  /// - Parameters:
  ///   - size: the input size where the file leaves them open.
  ///   - outputs: the values that are wanted; all outputs of the file where nil.
  public init(
    _ file: ONNXFile, size: InputSize = 224, outputs: [String]? = nil
  ) throws(ONNXError) {
    self.file = file.name
    self.outputs = outputs ?? file.graph.outputs.map(\.name)
    guard !self.outputs.isEmpty else { throw .noOutput(file: file.name) }
    let flat = try FlatGraph(file, outputs: self.outputs)
    input = try file.picture(flat, self.outputs, size: size)
    var importing = Importing(file, flat)
    importing.declare(input.name, ValueType(input.shape))
    try importing.checkOperators()
    try importing.run()
    steps = importing.steps
    constants = importing.constants
    for name in self.outputs where importing.types[name] == nil {
      throw .unknownValue(file: file.name, node: "'\(name)', an output,", value: name)
    }
  }

  /// What the value of a name is; nil where there is none, or it does not depend on the picture.
  public func type(of name: String) -> ValueType? {
    if name == input.name { return ValueType(input.shape) }
    for step in steps {
      for output in step.outputs where output.name == name { return output.type }
    }
    return nil
  }

  /// Multiplications followed by an addition, of all operations.
  public var multiplyAdds: Int {
    steps.reduce(0) { sum, step in
      sum + (step.types.first.map { step.operation.multiplyAdds(step.inputTypes, $0) } ?? 0)
    }
  }

  /// How many elements all values have that depend on the picture.
  public var elements: Int {
    steps.reduce(0) { $1.types.reduce($0) { $0 + $1.shape.elementCount } }
  }

  /// Computes all operations plainly.
  /// - Parameters:
  ///   - picture: the input, in its shape.
  ///   - body: is given each value when it is computed.
  public func run(_ picture: Tensor, _ body: (String, Value) throws -> Void) throws {
    precondition(picture.shape == input.shape, "\(picture.shape) is no \(input.shape)")
    var values = [input.name: Operand(.floats(picture))]
    var lastUse: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      for name in step.node.inputs { lastUse[name] = index }
    }
    for (index, step) in steps.enumerated() {
      let operands = step.node.inputs.map { name in
        values[name] ?? constants[name].map { Operand($0.type, $0) }
      }
      do throws(OperatorError) {
        let results = try step.operation.evaluate(Operands(operands), step.types)
        for (name, value) in zip(step.node.outputs, results) where !name.isEmpty {
          values[name] = Operand(value)
        }
      } catch {
        throw ONNXError.node(file: file, node: step.node.label, error)
      }
      for output in step.outputs {
        if case .computed(let value)? = values[output.name]?.constant {
          try body(output.name, value)
        }
      }
      for name in step.node.inputs where lastUse[name] == index { values[name] = nil }
    }
  }
}

extension ONNXFile {
  /// The one input that is a picture, with its shape for one picture.
  fileprivate func picture(
    _ flat: FlatGraph, _ outputs: [String], size: InputSize
  ) throws(ONNXError) -> (name: String, shape: Shape) {
    let weights = Set(graph.initializers.map(\.name))
    let read = Set(flat.nodes.flatMap(\.inputs)).union(outputs)
    let inputs = graph.inputs.filter { !weights.contains($0.name) && read.contains($0.name) }
    guard inputs.count == 1 else { throw .inputs(file: name, inputs.map(\.name)) }
    let input = inputs[0]
    func refused(_ reason: String) -> ONNXError {
      .input(file: name, name: input.name, reason: reason)
    }
    guard let dimensions = input.dimensions else { throw refused("has no shape") }
    guard ScalarType(onnxCode: input.type) != nil else {
      throw refused("is of type \(input.type), which no picture is")
    }
    guard dimensions.count == 4 else {
      throw refused("has \(dimensions.count) axes; a batch of pictures has 4")
    }
    guard dimensions[0] ?? 1 == 1 else {
      throw refused("is a batch of \(dimensions[0] ?? 0) pictures; export it for one")
    }
    // Channels are the axis that is said to be few; the others that are not said are as large as is asked for.
    let isLast = (dimensions[1] ?? .max) > 4 && (dimensions[3] ?? .max) <= 4
    let sizes = isLast ? [1, size.height, size.width, 3] : [1, 3, size.height, size.width]
    let shape = Shape(zip(dimensions, sizes).map { $0 ?? $1 })
    guard let count = shape.checkedElementCount, count <= Limits.elements else {
      throw refused("of the shape \(shape) is too large")
    }
    return (input.name, shape)
  }
}
