import CAMNet

/// `Identity`, and `Dropout` where nothing is dropped: the input itself.
public struct IdentityOperator: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [try inputs.type(0)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try inputs.value(0)]
  }
}

/// `Cast` and `CastLike`: the same values as another type; floats of every size are float32 here.
public struct Cast: Operator {
  private let element: ElementType?

  public init(_ node: Attributes) throws(OperatorError) {
    guard node.operation == "Cast" else {
      element = nil
      return
    }
    let code = try node.integer("to", default: 0)
    guard let type = ScalarType(onnxCode: code) else {
      throw OperatorError("makes values of type \(code)")
    }
    element = ElementType(type)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let likeness = element == nil ? try inputs.type(1).element : nil
    return [ValueType(try inputs.shape(0), element ?? likeness ?? .float)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    switch types[0].element {
    case .float: return [.floats(input.tensor)]
    case .integer: return [.integers(.init(input.shape, input.integers))]
    case .boolean:
      let truths = input.tensor.elements.map { $0 == 0 ? 0 : 1 }
      return [.integers(.init(input.shape, truths, isBoolean: true))]
    }
  }
}

/// `Not`: the other truth value.
public struct Not: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(try inputs.shape(0), .boolean)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    return [.integers(.init(input.shape, input.integers.map { $0 == 0 ? 1 : 0 }, isBoolean: true))]
  }
}

/// `Clip`: values below a least and above a largest become these. Both were attributes before operator set 11.
public struct Clip: Operator {
  private let least: Float
  private let largest: Float

  public init(_ node: Attributes) throws(OperatorError) {
    least = try node.float("min", default: -.infinity)
    largest = try node.float("max", default: .infinity)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [try inputs.type(0)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let least = try inputs.scalar(1) ?? least
    let largest = try inputs.scalar(2) ?? largest
    let input = try inputs.value(0)
    if case .integers(let array) = input {
      let range = (Int(clamping: least), Int(clamping: largest))
      return [.integers(.init(array.shape, array.elements.map { min(max($0, range.0), range.1) }))]
    }
    return [.floats(input.tensor.mapped { min(max($0, least), largest) })]
  }
}

/// `Where`: elements of one input where a condition holds, of another where it does not.
public struct Where: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let (condition, one, other) = (try inputs.shape(0), try inputs.type(1), try inputs.type(2))
    guard let both = one.shape.broadcast(with: other.shape),
      let shape = both.broadcast(with: condition)
    else { throw OperatorError("chooses between \(one.shape) and \(other.shape) by \(condition)") }
    return [ValueType(try Limits.shape(shape.dimensions), one.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let shape = types[0].shape
    let condition = try inputs.value(0)
    let (one, other) = (try inputs.value(1), try inputs.value(2))
    let strides = [condition, one, other].map { Places($0.shape).strides(broadcastTo: shape) }
    let truths = condition.integers
    if types[0].element == .float {
      let (first, second) = (one.tensor, other.tensor)
      var next = 0
      return [
        .floats(
          Tensor(shape: shape) { destination in
            Places.walk(shape, strides) { places in
              destination[next] =
                truths[places[0]] != 0 ? first[flat: places[1]] : second[flat: places[2]]
              next += 1
            }
          })
      ]
    }
    let (first, second) = (one.integers, other.integers)
    var elements: [Int] = []
    Places.walk(shape, strides) { places in
      elements.append(truths[places[0]] != 0 ? first[places[1]] : second[places[2]])
    }
    return [.integers(.init(shape, elements, isBoolean: types[0].element == .boolean))]
  }
}

/// `DequantizeLinear`: multiples of a scale from a zero as numbers; for all values alike or for each index along an axis.
public struct Dequantization: Operator {
  private let axis: Int

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: 1)
    guard try node.integer("block_size", default: 0) == 0 else {
      throw OperatorError("has scales for blocks of values")
    }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let (input, scale) = (try inputs.shape(0), try inputs.shape(1))
    if scale.elementCount != 1 {
      let axis = try Axes.resolved(axis, rank: input.rank)
      guard scale == [input[axis]] else {
        throw OperatorError("has scales of the shape \(scale) for axis \(axis) of \(input)")
      }
    }
    if inputs.has(2) {
      let zeros = try inputs.shape(2)
      guard zeros.elementCount == scale.elementCount else {
        throw OperatorError("has scales of the shape \(scale) and zeros of the shape \(zeros)")
      }
    }
    return [ValueType(input)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let scales = try inputs.tensor(1).elements
    let zeros = inputs.has(2) ? try inputs.tensor(2).elements : scales.map { _ in 0 }
    let rank = input.shape.rank
    let inner =
      scales.count == 1 ? 1 : input.shape.count(try Axes.resolved(axis, rank: rank) + 1..<rank)
    return [
      .floats(
        Tensor(shape: input.shape) { destination in
          input.withUnsafeElements { source in
            for index in destination.indices {
              let channel = index / inner % scales.count
              destination[index] = (source[index] - zeros[channel]) * scales[channel]
            }
          }
        })
    ]
  }
}

extension IdentityOperator: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? {
    inputs.form.map { [FastLayer(passing: $0, as: $0)] }
  }
}

extension Cast: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let form = inputs.form, try inputs.operands.type(0).element == .float,
      inputs.outputs[0].element == .float
    else { return nil }
    return [FastLayer(passing: form, as: form)]
  }
}

extension Clip: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? {
    guard let form = inputs.form, inputs.outputs[0].element == .float,
      !inputs.operands.has(1) || inputs.number(1) != nil,
      !inputs.operands.has(2) || inputs.number(2) != nil
    else { return nil }
    let (low, high) = (inputs.number(1) ?? least, inputs.number(2) ?? largest)
    guard low <= high else { return nil }
    return [FastLayer(ActivationFunction(.clip(low...high)), [(0, form)], output: form)]
  }
}
