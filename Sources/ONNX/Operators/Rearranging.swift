import CAMNet

/// `Reshape`: the same elements under another shape, in which 0 stands for the input's extent and -1 for what is left.
public struct Reshape: Operator {
  private let shape: [Int]?
  private let allowsZero: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    shape = try node.integers("shape")
    allowsZero = try node.flag("allowzero")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let wanted = try Axes.named(shape, inputs, 1) ?? []
    var dimensions: [Int] = []
    for (axis, extent) in wanted.enumerated() {
      guard extent == 0, !allowsZero else {
        dimensions.append(extent)
        continue
      }
      guard axis < input.shape.rank else {
        throw OperatorError("takes extent \(axis) of an input of \(input.shape.rank) axes")
      }
      dimensions.append(input.shape[axis])
    }
    if let free = dimensions.firstIndex(of: -1) {
      dimensions[free] = 1
      let rest = try Limits.shape(dimensions).elementCount
      guard rest > 0, input.shape.elementCount % rest == 0 else {
        throw OperatorError("makes \(Shape(wanted)) of \(input.shape)")
      }
      dimensions[free] = input.shape.elementCount / rest
    }
    let output = try Limits.shape(dimensions)
    guard output.elementCount == input.shape.elementCount else {
      throw OperatorError("makes \(Shape(wanted)) of \(input.shape)")
    }
    return [ValueType(output, input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try inputs.value(0).reshaped(types[0].shape)]
  }
}

/// `Flatten`: a matrix of the elements, whose rows are the axes before one.
public struct Flatten: Operator {
  private let axis: Int

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: 1)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let rank = input.shape.rank
    let axis = axis == rank ? rank : try Axes.resolved(axis, rank: rank)
    return [
      ValueType([input.shape.count(0..<axis), input.shape.count(axis..<rank)], input.element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try inputs.value(0).reshaped(types[0].shape)]
  }
}

/// `Squeeze`: the same elements without axes of extent 1, all of them or some.
public struct Squeeze: Operator {
  private let axes: [Int]?

  init(axes: [Int]) {
    self.axes = axes
  }

  public init(_ node: Attributes) throws(OperatorError) {
    axes = try node.integers("axes")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let shape = input.shape
    let named = try Axes.named(axes, inputs, 1)
    let axes =
      try named.map { axes throws(OperatorError) in try Axes.resolved(axes, rank: shape.rank) }
      ?? (0..<shape.rank).filter { shape[$0] == 1 }
    guard axes.allSatisfy({ shape[$0] == 1 }) else {
      throw OperatorError("leaves out axes \(axes) of \(shape), which are not all 1")
    }
    return [ValueType(shape.removing(Set(axes)), input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try inputs.value(0).reshaped(types[0].shape)]
  }
}

/// `Unsqueeze`: the same elements with further axes of extent 1.
public struct Unsqueeze: Operator {
  private let axes: [Int]?

  public init(_ node: Attributes) throws(OperatorError) {
    axes = try node.integers("axes")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let named = try Axes.named(axes, inputs, 1) ?? []
    let rank = input.shape.rank + named.count
    let new = Set(try Axes.resolved(named, rank: rank))
    var rest = input.shape.dimensions[...]
    let dimensions = (0..<rank).map { new.contains($0) ? 1 : rest.removeFirst() }
    return [ValueType(try Limits.shape(dimensions), input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    [try inputs.value(0).reshaped(types[0].shape)]
  }
}

/// `Transpose`: the axes in another order; the reverse one where none is said.
public struct Transpose: Operator {
  private let order: [Int]?

  public init(_ node: Attributes) throws(OperatorError) {
    order = try node.integers("perm")
  }

  init(order: [Int]) {
    self.order = order
  }

  private func order(_ rank: Int) throws(OperatorError) -> [Int] {
    let order = order ?? Array((0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else {
      throw OperatorError("orders \(rank) axes by \(order)")
    }
    return order
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    return [
      ValueType(Shape(try order(input.shape.rank).map { input.shape[$0] }), input.element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let strides = Places(input.shape).strides
    let steps = try order(input.shape.rank).map { strides[$0] }
    var places: [Int] = []
    places.reserveCapacity(types[0].shape.elementCount)
    Places.walk(types[0].shape, [steps]) { places.append($0[0]) }
    return [input.gathered(places, types[0].shape)]
  }
}

/// `Expand`: axes of extent 1 repeated to make up a shape.
public struct Expand: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let wanted = try Limits.shape(try inputs.integers(1))
    guard let output = input.shape.broadcast(with: wanted) else {
      throw OperatorError("makes \(wanted) of \(input.shape)")
    }
    return [ValueType(try Limits.shape(output.dimensions), input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let strides = Places(input.shape).strides(broadcastTo: types[0].shape)
    var places: [Int] = []
    places.reserveCapacity(types[0].shape.elementCount)
    Places.walk(types[0].shape, [strides]) { places.append($0[0]) }
    return [input.gathered(places, types[0].shape)]
  }
}

/// `Tile`: the whole input repeated along each axis.
public struct Tile: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let repeats = try inputs.integers(1)
    guard repeats.count == input.shape.rank,
      repeats.allSatisfy({ (0...Limits.elements).contains($0) })
    else { throw OperatorError("repeats \(input.shape) \(repeats) times") }
    let dimensions = zip(input.shape.dimensions, repeats).map {
      $0.multipliedReportingOverflow(by: $1)
    }
    guard !dimensions.contains(where: \.overflow) else {
      throw OperatorError("repeats \(input.shape) \(repeats) times")
    }
    return [ValueType(try Limits.shape(dimensions.map(\.partialValue)), input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let output = types[0].shape
    let source = (0..<output.rank).map { axis in
      (0..<output[axis]).map { Optional($0 % input.shape[axis]) }
    }
    return [input.gathered(Places(input.shape).taken(by: output, source), output)]
  }
}

/// `DepthToSpace` and `SpaceToDepth`: channels laid out as blocks of pixels, and the other way round.
public struct DepthAndSpace: Operator {
  private let size: Int
  private let isToDepth: Bool
  /// Whether a pixel's channels lie before the block's places among the input's.
  private let isColumnsFirst: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    size = try node.integer("blocksize", default: 0)
    isToDepth = node.operation == "SpaceToDepth"
    isColumnsFirst = try node.text("mode", default: "DCR") == "CRD"
    guard (1...1 << 15).contains(size) else { throw OperatorError("has blocks of \(size)") }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let shape = input.shape
    let fits =
      shape.rank == 4
      && (isToDepth ? shape[2] % size == 0 && shape[3] % size == 0 : shape[1] % (size * size) == 0)
    guard fits else {
      throw OperatorError("has blocks of \(size) × \(size) and an input of \(shape)")
    }
    return [
      ValueType(
        isToDepth
          ? [shape[0], shape[1] * size * size, shape[2] / size, shape[3] / size]
          : [shape[0], shape[1] / (size * size), shape[2] * size, shape[3] * size],
        input.element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let (shape, output) = (input.shape, types[0].shape)
    let split: [Int]
    let order: [Int]
    if isToDepth {
      split = [shape[0], shape[1], output[2], size, output[3], size]
      order = isColumnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]
    } else if isColumnsFirst {
      split = [shape[0], output[1], size, size, shape[2], shape[3]]
      order = [0, 1, 4, 2, 5, 3]
    } else {
      split = [shape[0], size, size, output[1], shape[2], shape[3]]
      order = [0, 3, 4, 1, 5, 2]
    }
    let strides = Places(Shape(split)).strides
    var places: [Int] = []
    Places.walk(Shape(order.map { split[$0] }), [order.map { strides[$0] }]) {
      places.append($0[0])
    }
    return [input.gathered(places, output)]
  }
}

/// What a rearrangement that keeps all elements in their order makes of one that lies as feature maps.
private func flattened(_ inputs: NodeInputs) -> [FastLayer]? {
  guard let form = inputs.form else { return nil }
  let output = inputs.outputs[0].shape
  guard let input = try? inputs.operands.shape(0) else { return nil }
  if input == output { return [FastLayer(passing: form, as: form)] }
  if form == .map, output.rank == 4, output == [1, 1, input[1], input[2]] {
    return [FastLayer(passing: .map, as: .maps)]
  }
  // Of maps of one pixel the axes say nothing.
  if form == .maps, input == [1, output.elementCount, 1, 1], output == [1, 1, 1, input[1]] {
    return [FastLayer(passing: .maps, as: .own)]
  }
  if form == .own, input == [1, output.elementCount] {
    if output == [1, input[1], 1, 1] {
      return [FastLayer(Unflatten(), [(0, .own)], output: .maps)]
    }
    if output == [1, 1, 1, input[1]] { return [FastLayer(Unflatten(), [(0, .own)], output: .own)] }
  }
  guard input.rank == 4, input[0] == 1, output == [1, input.elementCount] else { return nil }
  // Of what lies as the graph has it all values keep their order.
  if form == .own { return [FastLayer(CAMNet.Flatten(), [(0, .own)], output: .own)] }
  guard form == .maps else { return nil }
  return [
    FastLayer(
      CAMNet.Flatten(isByMaps: input[2] * input[3] > 1), [(0, .maps)], output: .own)
  ]
}

extension Reshape: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? { flattened(inputs) }
}

extension Flatten: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? { flattened(inputs) }
}

extension Squeeze: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? { flattened(inputs) }
}

extension Unsqueeze: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? { flattened(inputs) }
}

extension Transpose: LayeredOperator {
  /// Feature maps whose channels are brought last, or from there first: as they lie, the values are the same.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.mapShape() != nil else { return nil }
    switch (inputs.form, try order(4)) {
    case (.maps, [0, 2, 3, 1]): return [FastLayer(passing: .maps, as: .own)]
    case (.own, [0, 3, 1, 2]): return [FastLayer(passing: .own, as: .maps)]
    default: return nil
    }
  }
}
