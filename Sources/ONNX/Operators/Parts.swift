import CAMNet

/// `Concat`: inputs one behind the other along an axis.
public struct Concatenation: Operator {
  private let axis: Int

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: node.opset < 4 ? 1 : 0)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let first = try inputs.type(0)
    let axis = try Axes.resolved(axis, rank: first.shape.rank)
    var extent = 0
    for operand in inputs.all {
      let shape = operand.type.shape
      guard shape.rank == first.shape.rank,
        shape.removing([axis]) == first.shape.removing([axis])
      else {
        throw OperatorError("joins \(first.shape) and \(shape) along axis \(axis)")
      }
      extent += shape[axis]
    }
    var dimensions = first.shape.dimensions
    dimensions[axis] = extent
    return [ValueType(try Limits.shape(dimensions), first.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let shape = types[0].shape
    let axis = try Axes.resolved(axis, rank: shape.rank)
    let (outer, inner) = (shape.count(0..<axis), shape.count(axis + 1..<shape.rank))
    var values: [Value] = []
    for index in 0..<inputs.count { values.append(try inputs.value(index)) }
    if types[0].element != .float {
      let elements = (0..<outer).flatMap { row in
        values.flatMap { value in
          let count = value.shape[axis] * inner
          return value.integers[row * count..<(row + 1) * count]
        }
      }
      return [.integers(.init(shape, elements, isBoolean: types[0].element == .boolean))]
    }
    return [
      .floats(
        Tensor(shape: shape) { destination in
          var offset = 0
          for value in values {
            let count = value.shape[axis] * inner
            let row = shape[axis] * inner
            value.tensor.withUnsafeElements { source in
              for index in 0..<outer {
                for place in 0..<count {
                  destination[index * row + offset + place] = source[index * count + place]
                }
              }
            }
            offset += count
          }
        })
    ]
  }
}

/// `Split`: parts of the input along an axis, as many as the node has outputs.
public struct SplitOperator: Operator {
  private let axis: Int
  private let sizes: [Int]?
  private let parts: Int

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: 0)
    sizes = try node.integers("split")
    parts = try node.integer("num_outputs", default: node.outputCount)
  }

  private func ranges(_ inputs: Operands) throws(OperatorError) -> (axis: Int, [Range<Int>]) {
    let shape = try inputs.shape(0)
    let axis = try Axes.resolved(axis, rank: shape.rank)
    var sizes = try Axes.named(sizes, inputs, 1) ?? []
    if sizes.isEmpty {
      guard parts >= 1, parts <= 1 << 20 else { throw OperatorError("has \(parts) parts") }
      let size = (shape[axis] + parts - 1) / parts
      sizes = (0..<parts).map { max(min(size, shape[axis] - $0 * size), 0) }
    }
    var ranges: [Range<Int>] = []
    for size in sizes {
      let start = ranges.last?.upperBound ?? 0
      guard size >= 0, size <= shape[axis] - start else {
        throw OperatorError("cuts axis \(axis) of \(shape) into \(sizes)")
      }
      ranges.append(start..<start + size)
    }
    guard ranges.last?.upperBound == shape[axis] else {
      throw OperatorError("cuts axis \(axis) of \(shape) into \(sizes)")
    }
    return (axis, ranges)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let (axis, ranges) = try ranges(inputs)
    return ranges.map { range in
      var dimensions = input.shape.dimensions
      dimensions[axis] = range.count
      return ValueType(Shape(dimensions), input.element)
    }
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let (axis, ranges) = try ranges(inputs)
    return zip(ranges, types).map { range, type in
      let source = (0..<type.shape.rank).map { index in
        (index == axis ? range : 0..<type.shape[index]).map(Optional.init)
      }
      return input.gathered(Places(input.shape).taken(by: type.shape, source), type.shape)
    }
  }
}

/// `Slice`: the indices along some axes from one to another, in steps.
public struct Slice: Operator {
  private let starts: [Int]?
  private let ends: [Int]?
  private let axes: [Int]?

  public init(_ node: Attributes) throws(OperatorError) {
    starts = try node.integers("starts")
    ends = try node.integers("ends")
    axes = try node.integers("axes")
  }

  /// Which indices along each axis are taken.
  private func indices(_ inputs: Operands) throws(OperatorError) -> [[Int]] {
    let shape = try inputs.shape(0)
    let starts = try Axes.named(starts, inputs, 1) ?? []
    let ends = try Axes.named(ends, inputs, 2) ?? []
    let named = try Axes.named(axes, inputs, 3) ?? Array(0..<starts.count)
    let steps = try Axes.named(nil, inputs, 4) ?? starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == named.count, starts.count == steps.count
    else {
      throw OperatorError(
        "has \(starts.count) starts, \(ends.count) ends, \(named.count) axes and \(steps.count) steps"
      )
    }
    var indices = shape.dimensions.map { Array(0..<$0) }
    for (place, axis) in try Axes.resolved(named, rank: shape.rank).enumerated() {
      let (extent, step) = (shape[axis], steps[place])
      guard step != 0, step > Int.min else { throw OperatorError("has a step of \(step)") }
      func bounded(_ index: Int) -> Int {
        let index = index < 0 ? (index < -extent ? -1 : index + extent) : index
        return step > 0 ? min(max(index, 0), extent) : min(max(index, -1), extent - 1)
      }
      let (start, end) = (bounded(starts[place]), bounded(ends[place]))
      indices[axis] = Array(stride(from: start, to: end, by: step))
    }
    return indices
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(Shape(try indices(inputs).map(\.count)), try inputs.type(0).element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let source = try indices(inputs).map { $0.map(Optional.init) }
    return [input.gathered(Places(input.shape).taken(by: types[0].shape, source), types[0].shape)]
  }
}

/// `Gather`: the parts along an axis that indices name.
public struct Gather: Operator {
  private let axis: Int

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: 0)
  }

  /// Indices counted from 0.
  private static func indices(
    _ indices: [Int], below extent: Int
  ) throws(OperatorError) -> [Int] {
    var result: [Int] = []
    for index in indices {
      guard index >= -extent, index < extent else {
        throw OperatorError("takes part \(index) of \(extent)")
      }
      result.append(index < 0 ? index + extent : index)
    }
    return result
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let (input, indices) = (try inputs.type(0), try inputs.shape(1))
    let axis = try Axes.resolved(axis, rank: input.shape.rank)
    let dimensions = input.shape.dimensions
    if try inputs.operand(1).constant != nil {
      _ = try Self.indices(try inputs.integers(1), below: dimensions[axis])
    }
    return [
      ValueType(
        try Limits.shape(dimensions[..<axis] + indices.dimensions + dimensions[(axis + 1)...]),
        input.element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let shape = input.shape
    let axis = try Axes.resolved(axis, rank: shape.rank)
    let (extent, inner) = (shape[axis], shape.count(axis + 1..<shape.rank))
    let indices = try Self.indices(try inputs.integers(1), below: extent)
    var places: [Int] = []
    places.reserveCapacity(types[0].shape.elementCount)
    for row in 0..<shape.count(0..<axis) {
      for index in indices {
        let start = (row * extent + index) * inner
        places += start..<start + inner
      }
    }
    return [input.gathered(places, types[0].shape)]
  }
}

/// `Pad`: more elements before and behind along each axis: one value, the edge's, or the input's as in a mirror or repeated. Negative numbers
/// take elements away.
public struct Pad: Operator {
  private let mode: String
  private let pads: [Int]?
  private let value: Float

  public init(_ node: Attributes) throws(OperatorError) {
    mode = try node.text("mode", default: "constant")
    pads = try node.integers(node.has("paddings") ? "paddings" : "pads")
    value = try node.float("value", default: 0)
    guard ["constant", "reflect", "edge", "wrap"].contains(mode) else {
      throw OperatorError("has an unknown mode '\(mode)'")
    }
  }

  /// The axes that are padded, and by how many elements.
  private func sides(
    _ inputs: Operands
  ) throws(OperatorError) -> [(axis: Int, before: Int, after: Int)] {
    let rank = try inputs.shape(0).rank
    let named =
      inputs.has(3) ? try Axes.resolved(try inputs.integers(3), rank: rank) : Array(0..<rank)
    let pads = try Axes.named(pads, inputs, 1) ?? []
    guard pads.count == 2 * named.count else {
      throw OperatorError("has \(pads.count) numbers of padding for \(named.count) axes")
    }
    return named.enumerated().map { ($0.element, pads[$0.offset], pads[named.count + $0.offset]) }
  }

  /// Which index of the input each of the output's along each axis is; nil for one that the value fills.
  private func source(_ inputs: Operands) throws(OperatorError) -> [[Int?]] {
    let shape = try inputs.shape(0)
    var source = shape.dimensions.map { (0..<$0).map(Optional.init) }
    for (axis, before, after) in try sides(inputs) {
      let extent = shape[axis]
      let limit = -Limits.elements...Limits.elements
      guard limit.contains(before), limit.contains(after),
        (0...Limits.elements).contains(extent + before + after)
      else {
        throw OperatorError("pads \(extent) elements by \(before) and \(after)")
      }
      guard mode == "constant" || extent > 0 else {
        throw OperatorError("pads an axis without elements by its own")
      }
      source[axis] = (-before..<max(extent + after, -before)).map { index in
        if (0..<extent).contains(index) { return index }
        switch mode {
        case "edge": return min(max(index, 0), extent - 1)
        case "wrap": return (index % extent + extent) % extent
        case "reflect":
          let period = max(2 * (extent - 1), 1)
          let place = (index % period + period) % period
          return extent == 1 ? 0 : min(place, period - place)
        default: return nil
        }
      }
    }
    return source
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(try Limits.shape(try source(inputs).map(\.count)), try inputs.type(0).element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let places = Places(input.shape).taken(by: types[0].shape, try source(inputs))
    return [input.gathered(places, types[0].shape, padding: try inputs.scalar(2) ?? value)]
  }
}

extension Pad: LayeredOperator {
  /// Around feature maps, by as much as they have to mirror at most.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let shape = inputs.mapShape(), let form = inputs.form,
      let channels = inputs.channelAxis(0)
    else { return nil }
    var before = [0, 0, 0, 0]
    var after = before
    for side in try sides(inputs.operands) {
      before[side.axis] = side.before
      after[side.axis] = side.after
    }
    let pixels = (1...3).filter { $0 != channels }
    guard (before + after).allSatisfy({ $0 >= 0 }),
      [0, channels].allSatisfy({ before[$0] + after[$0] == 0 })
    else { return nil }
    let border: CAMNet.Pad.Border
    switch mode {
    case "constant": border = .constant(try inputs.operands.scalar(2) ?? value)
    case "edge": border = .edge
    case "reflect" where pixels.allSatisfy({ max(before[$0], after[$0]) < shape[$0] }):
      border = .reflect
    default: return nil
    }
    return [
      FastLayer(
        CAMNet.Pad(
          top: before[pixels[0]], left: before[pixels[1]], bottom: after[pixels[0]],
          right: after[pixels[1]], border: border), [(0, form)], output: form)
    ]
  }
}

extension Concatenation: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    let count = inputs.operands.count
    if count == 1, let form = inputs.form { return [FastLayer(passing: form, as: form)] }
    guard
      (0..<count).allSatisfy({ inputs.mapShape($0) != nil && inputs.form($0) == .maps }),
      try Axes.resolved(axis, rank: 4) == 1
    else { return nil }
    return [FastLayer(Concat(), (0..<count).map { ($0, .maps) }, output: .maps)]
  }
}

extension SplitOperator: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.mapShape() != nil, inputs.form == .maps else { return nil }
    let (axis, ranges) = try ranges(inputs.operands)
    guard axis == 1, ranges.allSatisfy({ !$0.isEmpty }) else { return nil }
    return ranges.map { .maps(ChannelSlice($0)) }
  }
}

extension Slice: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let shape = inputs.mapShape(), inputs.form == .maps else { return nil }
    let taken = try indices(inputs.operands)
    guard [0, 2, 3].allSatisfy({ taken[$0] == Array(0..<shape[$0]) }), let first = taken[1].first,
      taken[1] == Array(first..<first + taken[1].count)
    else { return nil }
    return [.maps(ChannelSlice(first..<first + taken[1].count))]
  }
}

extension Gather: LayeredOperator {
  /// One channel.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let shape = inputs.mapShape(), inputs.form == .maps, inputs.isConstant(1),
      try Axes.resolved(axis, rank: 4) == 1
    else { return nil }
    let places = try inputs.operands.integers(1)
    guard places.count == 1, (-shape[1]..<shape[1]).contains(places[0]) else { return nil }
    let channel = places[0] < 0 ? places[0] + shape[1] : places[0]
    let isAxisKept = try inputs.operands.shape(1).rank == 1
    return [
      FastLayer(
        ChannelSlice(channel..<channel + 1), [(0, .maps)], output: isAxisKept ? .maps : .map)
    ]
  }
}
