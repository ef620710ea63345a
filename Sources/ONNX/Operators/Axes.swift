import CAMNet

/// Axes as nodes name them, where -1 is the last.
enum Axes {
  /// An axis counted from 0.
  static func resolved(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
    guard axis >= -rank, axis < rank else {
      throw OperatorError("has an axis \(axis) and an input of \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Axes counted from 0, each named once.
  static func resolved(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
    var result: [Int] = []
    for axis in axes { result.append(try resolved(axis, rank: rank)) }
    guard Set(result).count == result.count else { throw OperatorError("names an axis twice") }
    return result
  }

  /// The axes that an attribute says, or an input where operator sets since moved it there; nil where neither does.
  static func named(
    _ attribute: [Int]?, _ inputs: Operands, _ index: Int
  ) throws(OperatorError) -> [Int]? {
    if let attribute { return attribute }
    return inputs.has(index) ? try inputs.integers(index) : nil
  }
}

/// The sizes that values may have.
enum Limits {
  /// The most elements of a value: 512 MB of float32.
  static let elements = 1 << 27

  /// Sees that the extents that are not 0 can be multiplied, in whatever order.
  static func check(_ shape: Shape) throws(OperatorError) {
    guard Shape(shape.dimensions.map { max($0, 1) }).checkedElementCount != nil else {
      throw OperatorError("has a value of the impossible shape \(shape)")
    }
  }

  /// A shape that a value may have.
  static func shape(_ dimensions: [Int]) throws(OperatorError) -> Shape {
    let shape = Shape(dimensions)
    guard shape.rank <= 32, let count = shape.checkedElementCount else {
      throw OperatorError("would give a value of the impossible shape \(shape)")
    }
    guard count <= elements else {
      throw OperatorError("would give a value of \(count) elements \(shape), which is too large")
    }
    return shape
  }
}
