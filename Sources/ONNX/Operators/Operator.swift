import CAMNet

/// An operator of ONNX with the attributes of one node: https://onnx.ai/onnx/operators. One is a file that conforms to this, and
/// a line of ``Operators/all``.
public protocol Operator: Sendable {
  /// Reads the attributes of a node.
  init(_ node: Attributes) throws(OperatorError)

  /// What the outputs are, from what the inputs are, and from the inputs that are constant; nothing is computed.
  func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType]

  /// The outputs. All inputs are known, and `types` is what ``infer(_:)`` said.
  func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value]

  /// Multiplications followed by an addition.
  func multiplyAdds(_ inputs: [ValueType?], _ output: ValueType) -> Int

  /// Whether the outputs follow from the inputs' shapes alone.
  var readsShapesOnly: Bool { get }

}

extension Operator {
  public func multiplyAdds(_ inputs: [ValueType?], _ output: ValueType) -> Int { 0 }
  public var readsShapesOnly: Bool { false }
}

/// Why an operator cannot take its inputs or attributes: the end of a sentence that begins with the node.
public struct OperatorError: Error, Hashable {
  public let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

/// What a node says beside its inputs.
public struct Attributes: Sendable, Hashable {
  /// The operator's name.
  public let operation: String
  /// The version of the operator set that the node is written in.
  public let opset: Int
  public let outputCount: Int
  let values: [String: Attribute]

  init(
    _ operation: String, opset: Int, outputCount: Int = 1, _ values: [String: Attribute] = [:]
  ) {
    self.operation = operation
    self.opset = opset
    self.outputCount = outputCount
    self.values = values
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  func integer(_ name: String, default value: Int) throws(OperatorError) -> Int {
    guard let attribute = values[name] else { return value }
    guard case .integer(let found) = attribute else { throw wrong(name, "a whole number") }
    return found
  }

  func flag(_ name: String) throws(OperatorError) -> Bool { try integer(name, default: 0) != 0 }

  func float(_ name: String, default value: Float) throws(OperatorError) -> Float {
    guard let attribute = values[name] else { return value }
    guard case .float(let found) = attribute else { throw wrong(name, "a number") }
    return found
  }

  func text(_ name: String, default value: String) throws(OperatorError) -> String {
    guard let attribute = values[name] else { return value }
    guard case .text(let found) = attribute else { throw wrong(name, "a text") }
    return found
  }

  /// A list of whole numbers; nil where the node does not say it.
  func integers(_ name: String) throws(OperatorError) -> [Int]? {
    guard let attribute = values[name] else { return nil }
    guard case .integers(let found) = attribute else { throw wrong(name, "whole numbers") }
    return found
  }

  func floats(_ name: String) throws(OperatorError) -> [Float]? {
    guard let attribute = values[name] else { return nil }
    guard case .floats(let found) = attribute else { throw wrong(name, "numbers") }
    return found
  }

  func constant(_ name: String) throws(OperatorError) -> Operand.Constant? {
    guard let attribute = values[name] else { return nil }
    guard case .tensor(let found) = attribute else { throw wrong(name, "a tensor") }
    return found
  }

  private func wrong(_ name: String, _ kind: String) -> OperatorError {
    OperatorError("has an attribute '\(name)' that is not \(kind)")
  }
}

/// An attribute's value.
package enum Attribute: Sendable, Hashable {
  case integer(Int)
  case float(Float)
  case text(String)
  case integers([Int])
  case floats([Float])
  case tensor(Operand.Constant)
  /// Graphs and whatever else no operator here takes.
  case other
}

/// What a node reads.
public struct Operands {
  private let operands: [Operand?]

  /// - Parameter operands: nil for an optional input that is left out.
  public init(_ operands: [Operand?]) {
    self.operands = operands
  }

  var count: Int { operands.count }

  /// The inputs that are there, with their numbers.
  var all: [Operand] { operands.compactMap(\.self) }

  func has(_ index: Int) -> Bool { index < operands.count && operands[index] != nil }

  func operand(_ index: Int) throws(OperatorError) -> Operand {
    guard index < operands.count, let operand = operands[index] else {
      throw OperatorError("lacks its input \(index + 1)")
    }
    return operand
  }

  func type(_ index: Int) throws(OperatorError) -> ValueType { try operand(index).type }

  func shape(_ index: Int) throws(OperatorError) -> Shape { try operand(index).type.shape }

  /// The value of an input that must be known before anything runs.
  func value(_ index: Int) throws(OperatorError) -> Value {
    let operand = try operand(index)
    guard let constant = operand.constant else {
      throw OperatorError("has an input \(index + 1) that is known only as it runs")
    }
    return try constant.value()
  }

  func tensor(_ index: Int) throws(OperatorError) -> Tensor { try value(index).tensor }

  func integers(_ index: Int) throws(OperatorError) -> [Int] { try value(index).integers }

  /// The first element of an input that is one number; nil where the input is left out.
  func scalar(_ index: Int) throws(OperatorError) -> Float? {
    guard has(index) else { return nil }
    let tensor = try tensor(index)
    guard tensor.count == 1 else {
      throw OperatorError("has \(tensor.count) values for one number")
    }
    return tensor[flat: 0]
  }
}

/// One input of a node: what is known of it, and its value where that is known.
public struct Operand: Sendable {
  public let type: ValueType
  package let constant: Constant?

  package init(_ type: ValueType, _ constant: Constant? = nil) {
    self.type = type
    self.constant = constant
  }

  public init(_ value: Value) {
    self.init(value.type, .computed(value))
  }

  /// A value that is known before anything runs.
  package enum Constant: Sendable {
    /// Of the file, read when it is asked for.
    case stored(StoredArray)
    case computed(Value)

    func value() throws(OperatorError) -> Value {
      switch self {
      case .computed(let value): return value
      case .stored(let array):
        do { return try Value(array) } catch {
          throw OperatorError("reads what is not there: \(error)")
        }
      }
    }
  }
}

extension Operand.Constant: Hashable {
  package static func == (one: Operand.Constant, other: Operand.Constant) -> Bool {
    guard one.type == other.type else { return false }
    return (try? one.value()) == (try? other.value())
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(type)
  }
}

extension Operand.Constant {
  /// What is known of the value without reading it.
  var type: ValueType {
    switch self {
    case .computed(let value): value.type
    case .stored(let array): ValueType(array.shape, ElementType(array.scalarType))
    }
  }
}
