import CAMNet

/// One output of an operator of ONNX as a layer, computed plainly: what no other kind of layer computes. Its shapes are in the file's
/// own order of axes.
public struct PlainOperation: LayerKind {
  private let node: Attributes
  private let operands: [Source?]
  /// Which of the operator's outputs the layer is.
  private let output: Int
  private let implementation: any Operator

  /// Where an input of the operator is from.
  enum Source: Sendable, Hashable {
    /// One of the layer's inputs.
    case layer(Int, ElementType)
    case parameter(ParameterRole, Shape)
    /// What the operator reads before anything runs: shapes, axes, limits.
    case constant(Value)
  }

  /// - Precondition: there is such an operator, and it takes the node's attributes.
  init(_ node: Attributes, _ operation: any Operator, _ operands: [Source?], output: Int) {
    self.node = node
    self.operands = operands
    self.output = output
    implementation = operation
  }

  public static let operations = Operators.names.sorted().map(named)
  public var operation: String { Self.named(node.operation) }

  /// An operator's name in snake case, told from the names of other kinds: `onnx_global_average_pool`.
  private static func named(_ operation: String) -> String {
    var name = "onnx"
    var follows = false
    for letter in operation {
      // A capital begins a word where it does not follow another: LRN is one.
      if letter.isUppercase, !follows { name += "_" }
      follows = letter.isUppercase
      name += letter.lowercased()
    }
    return name
  }

  public var settings: [String: String] {
    var settings = node.values.compactMapValues(\.text)
    for (index, operand) in operands.enumerated() {
      guard case .constant(let value)? = operand else { continue }
      let elements = value.numbers
      settings["input_\(index + 1)"] =
        elements.count <= 16
        ? elements.map(Self.text).joined(separator: ", ") : "\(value.shape)"
    }
    if node.outputCount > 1 { settings["output"] = "\(output + 1)" }
    return settings
  }

  /// A number without a point where it is whole.
  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(Float(number))"
  }

  public var look: LayerLook {
    let families: [String: LayerLook.Family] = [
      "Conv": .convolution, "MaxPool": .pooling, "AveragePool": .pooling,
      "GlobalAveragePool": .pooling, "GlobalMaxPool": .pooling, "Gemm": .dense, "MatMul": .dense,
    ]
    return LayerLook(node.operation, families[node.operation] ?? .other)
  }

  public var sharedWords: String? { "plain_operation" }

  /// `operator` is ONNX's name of the operation.
  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["operator": .text(node.operation)]
  }

  public var neighborhood: Neighborhood { .unknown }

  /// What is known of the operator's inputs before anything runs.
  private func types(_ inputs: [Shape]) -> [Operand?] {
    operands.map { operand in
      switch operand {
      case .layer(let index, let element): Operand(ValueType(inputs[index], element))
      case .parameter(_, let shape): Operand(ValueType(shape))
      case .constant(let value): Operand(value)
      case nil: nil
      }
    }
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = operands.count { if case .layer? = $0 { true } else { false } }
    guard inputs.count == count else {
      throw .inputCount(expected: count, found: inputs.count)
    }
    do throws(OperatorError) {
      return try implementation.infer(Operands(types(inputs)))[output].shape
    } catch {
      throw .other(error.reason)
    }
  }

  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    operands.compactMap {
      if case .parameter(let role, let shape)? = $0 { (role, shape) } else { nil }
    }
  }

  public func multiplyAdds(for inputs: [Shape], output: Shape) -> Int {
    implementation.multiplyAdds(types(inputs).map { $0?.type }, ValueType(output))
  }

  public func expression(_ inputs: [String]) -> String {
    let variables: [ParameterRole: String] = [
      .weights: "W", .biases: "b", .scale: "gamma", .shift: "beta", .mean: "mean",
      .variance: "variance",
    ]
    let arguments = operands.map { operand in
      switch operand {
      case .layer(let index, _): inputs[index]
      case .parameter(let role, _): variables[role] ?? role.rawValue
      case .constant(let value): Self.python(value)
      case nil: "None"
      }
    }
    let named = node.values.sorted { $0.key < $1.key }.compactMap { name, value in
      value.python.map { "\(name)=\($0)" }
    }
    let call = "\(node.operation)(\((arguments + named).joined(separator: ", ")))"
    return node.outputCount > 1 ? "\(call)[\(output)]" : call
  }

  private static func python(_ value: Value) -> String {
    let numbers = value.numbers.prefix(16).map(text)
    if value.shape.rank == 0 { return numbers.first ?? "0" }
    return "[\(numbers.joined(separator: ", "))\(value.numbers.count > 16 ? ", ..." : "")]"
  }

  /// The output; NaN everywhere where the operator cannot take what it reads, such as an index beyond the end, so that the pass stops
  /// at this layer.
  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let operands = operands.map { operand -> Operand? in
      switch operand {
      case .layer(let index, .float): return Operand(.floats(inputs[index]))
      case .layer(let index, let element):
        let integers = Value.floats(inputs[index]).integers
        return Operand(
          .integers(.init(inputs[index].shape, integers, isBoolean: element == .boolean)))
      case .parameter(let role, _): return Operand(.floats(parameters[role].tensor))
      case .constant(let value): return Operand(value)
      case nil: return nil
      }
    }
    do throws(OperatorError) {
      let types = try implementation.infer(Operands(operands))
      return try implementation.evaluate(Operands(operands), types)[self.output].tensor
    } catch {
      return Tensor(shape: output, repeating: .nan)
    }
  }

  public var isPlain: Bool { true }

  /// NaN for all that is wanted: a plain operation's gradient is not known.
  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    var gradients = LayerGradients()
    if wanting.contains(.inputs) {
      gradients.inputs = call.inputs.map { Tensor(shape: $0.shape, repeating: .nan) }
    }
    if wanting.contains(.parameters) {
      for (role, shape) in parameters(for: call.inputs.map(\.shape)) where role.isTrainable {
        gradients.parameters[role] = Tensor(shape: shape, repeating: .nan)
      }
    }
    return gradients
  }
}

extension PlainOperation {
  public static func == (one: PlainOperation, other: PlainOperation) -> Bool {
    one.node == other.node && one.operands == other.operands && one.output == other.output
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(node)
    hasher.combine(operands)
    hasher.combine(output)
  }
}

extension Attribute {
  /// The attribute as a lock writes it; nil for one that has no short form.
  fileprivate var text: String? {
    switch self {
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .text(let value): value
    case .integers(let values): values.map(String.init).joined(separator: ", ")
    case .floats(let values): values.map { "\($0)" }.joined(separator: ", ")
    case .tensor, .other: nil
    }
  }

  /// The attribute in Python; nil for one that has no short form.
  fileprivate var python: String? {
    switch self {
    case .integer, .float: text
    case .text(let value): "'\(value.filter { $0.isLetter || $0.isNumber || $0 == "_" })'"
    case .integers, .floats: text.map { "[\($0)]" }
    case .tensor, .other: nil
    }
  }
}
