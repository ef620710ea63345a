import CAMNet

/// `Constant`: a value that stands in the node itself.
public struct ConstantOperator: Operator {
  /// The value, where it lies.
  let constant: Operand.Constant

  public init(_ node: Attributes) throws(OperatorError) {
    if let constant = try node.constant("value") {
      self.constant = constant
      return
    }
    let value: Value
    if let values = try node.integers("value_ints") {
      value = .list(values)
    } else if let values = try node.floats("value_floats") {
      value = .floats(Tensor(shape: [values.count], values))
    } else if node.has("value_int") {
      value = .integers(.init([], [try node.integer("value_int", default: 0)]))
    } else if node.has("value_float") {
      value = .floats(Tensor(shape: [], [try node.float("value_float", default: 0)]))
    } else {
      throw OperatorError("has a value that is neither numbers nor a tensor")
    }
    constant = .computed(value)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] { [constant.type] }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try constant.value()]
  }
}

/// `ConstantOfShape`: one value everywhere.
public struct ConstantOfShape: Operator {
  private let value: Value

  public init(_ node: Attributes) throws(OperatorError) {
    value = try node.constant("value")?.value() ?? .floats(Tensor(shape: [1], [0]))
    guard value.shape.elementCount == 1 else {
      throw OperatorError("fills a shape by \(value.shape.elementCount) values")
    }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(try Limits.shape(try inputs.integers(0)), value.type.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let shape = types[0].shape
    return [value.gathered([Int](repeating: 0, count: shape.elementCount), shape)]
  }
}

/// `Shape`: the extents of the input, of all axes or some; `Size`: how many elements it has.
public struct ShapeOperator: Operator {
  private let start: Int
  private let end: Int?
  private let isSize: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    start = try node.integer("start", default: 0)
    end = node.has("end") ? try node.integer("end", default: 0) : nil
    isSize = node.operation == "Size"
  }

  public var readsShapesOnly: Bool { true }

  private func value(_ shape: Shape) -> Value {
    if isSize { return .integers(.init([], [shape.elementCount])) }
    func bounded(_ axis: Int) -> Int {
      min(max(axis < 0 ? axis + shape.rank : axis, 0), shape.rank)
    }
    let (first, last) = (bounded(start), bounded(end ?? shape.rank))
    return .list(first < last ? Array(shape.dimensions[first..<last]) : [])
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [value(try inputs.shape(0)).type]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [value(try inputs.shape(0))]
  }
}

/// `Range`: the numbers from one to another, in steps.
public struct RangeOperator: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  private func count(_ inputs: Operands) throws(OperatorError) -> Int {
    let (start, end, step) = (
      Double(try inputs.scalar(0) ?? 0), Double(try inputs.scalar(1) ?? 0),
      Double(try inputs.scalar(2) ?? 1)
    )
    let count = ((end - start) / step).rounded(.up)
    guard step != 0, count.isFinite, count <= Double(Limits.elements) else {
      throw OperatorError("counts from \(start) to \(end) by \(step)")
    }
    return max(Int(count), 0)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType([try count(inputs)], try inputs.type(0).element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let count = try count(inputs)
    if types[0].element == .integer, let start = try inputs.integers(0).first,
      let step = try inputs.integers(2).first
    {
      return [.list((0..<count).map { start &+ $0 &* step })]
    }
    let (start, step) = (try inputs.scalar(0) ?? 0, try inputs.scalar(2) ?? 1)
    return [.floats(Tensor(shape: [count], (0..<count).map { start + Float($0) * step }))]
  }
}
