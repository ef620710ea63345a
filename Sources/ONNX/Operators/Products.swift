import CAMNet

/// `Gemm`: alpha · A · B + beta · C of two matrices, each perhaps transposed.
public struct Gemm: Operator {
  private let alpha: Float
  private let beta: Float
  private let transposesFirst: Bool
  private let transposesSecond: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
    beta = try node.float("beta", default: 1)
    transposesFirst = try node.flag("transA")
    transposesSecond = try node.flag("transB")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let (first, second) = (try inputs.shape(0), try inputs.shape(1))
    guard first.rank == 2, second.rank == 2 else {
      throw OperatorError("multiplies \(first) by \(second), which are no matrices")
    }
    let (rows, sums) = transposesFirst ? (first[1], first[0]) : (first[0], first[1])
    let (inner, columns) = transposesSecond ? (second[1], second[0]) : (second[0], second[1])
    guard sums == inner else {
      throw OperatorError("multiplies \(sums) columns by \(inner) rows")
    }
    let output = try Limits.shape([rows, columns])
    if inputs.has(2) {
      let added = try inputs.shape(2)
      guard added.broadcast(with: output) == output else {
        throw OperatorError("adds \(added) to \(output)")
      }
    }
    return [ValueType(output)]
  }

  public func multiplyAdds(_ inputs: [ValueType?], _ output: ValueType) -> Int {
    guard let first = inputs.first, let shape = first?.shape, shape.rank == 2 else { return 0 }
    return output.shape.elementCount * shape[transposesFirst ? 0 : 1]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let (first, second) = (try inputs.tensor(0), try inputs.tensor(1))
    let output = types[0].shape
    let sums = first.shape[transposesFirst ? 0 : 1]
    var result = Tensor(shape: output) { destination in
      multiply(
        first, 0, transposesFirst ? (1, output[0]) : (sums, 1), second, 0,
        transposesSecond ? (1, sums) : (output[1], 1), sums, to: destination,
        rows: output[0], columns: output[1])
    }
    if alpha != 1 { result = result.mapped { [alpha] in $0 * alpha } }
    if inputs.has(2) {
      let added = try inputs.tensor(2)
      result = result.combined(added, output) { [beta] in $0 + beta * $1 }
    }
    return [.floats(result)]
  }
}

/// `MatMul`: products of matrices along the last two axes, the others repeated; of vectors, sums of products.
public struct MatMul: Operator {
  public init(_ node: Attributes) throws(OperatorError) {}

  /// Both inputs as stacks of matrices, and the output's shape.
  private struct Plan {
    var first: Shape
    var second: Shape
    let batch: Shape
    let output: Shape

    init(_ one: Shape, _ other: Shape) throws(OperatorError) {
      first = one.rank == 1 ? Shape([1] + one.dimensions) : one
      second = other.rank == 1 ? Shape(other.dimensions + [1]) : other
      guard one.rank > 0, other.rank > 0, first[first.rank - 1] == second[second.rank - 2],
        let batch = Shape(first.dimensions.dropLast(2))
          .broadcast(with: Shape(second.dimensions.dropLast(2)))
      else { throw OperatorError("multiplies \(one) by \(other)") }
      self.batch = batch
      output = try Limits.shape(
        batch.dimensions + (one.rank == 1 ? [] : [first[first.rank - 2]])
          + (other.rank == 1 ? [] : [second[second.rank - 1]]))
    }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(try Plan(try inputs.shape(0), try inputs.shape(1)).output)]
  }

  public func multiplyAdds(_ inputs: [ValueType?], _ output: ValueType) -> Int {
    guard let first = inputs.first, let sums = first?.shape.dimensions.last else { return 0 }
    return output.shape.elementCount * sums
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let (first, second) = (try inputs.tensor(0), try inputs.tensor(1))
    let plan = try Plan(first.shape, second.shape)
    let (rows, sums) = (plan.first[plan.first.rank - 2], plan.first[plan.first.rank - 1])
    let columns = plan.second[plan.second.rank - 1]
    let strides = [plan.first, plan.second].map { shape in
      Places(Shape(shape.dimensions.dropLast(2))).strides(broadcastTo: plan.batch)
    }
    let tensor = Tensor(shape: plan.output) { destination in
      var next = 0
      Places.walk(plan.batch, strides) { places in
        multiply(
          first, places[0] * rows * sums, (sums, 1), second, places[1] * sums * columns,
          (columns, 1), sums,
          to: UnsafeMutableBufferPointer(rebasing: destination[next..<next + rows * columns]),
          rows: rows, columns: columns)
        next += rows * columns
      }
    }
    return [.floats(tensor)]
  }
}

/// Writes the product of two matrices that begin somewhere in tensors; the steps are how far apart rows and columns lie.
private func multiply(
  _ first: Tensor, _ firstStart: Int, _ firstSteps: (row: Int, column: Int), _ second: Tensor,
  _ secondStart: Int, _ secondSteps: (row: Int, column: Int), _ sums: Int,
  to destination: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int
) {
  first.withUnsafeElements { first in
    second.withUnsafeElements { second in
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Float = 0
          var left = firstStart + row * firstSteps.row
          var right = secondStart + column * secondSteps.column
          for _ in 0..<sums {
            sum += first[left] * second[right]
            left += firstSteps.column
            right += secondSteps.row
          }
          destination[row * columns + column] = sum
        }
      }
    }
  }
}

extension Gemm: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard alpha == 1, beta == 1, !transposesFirst, inputs.form == .own, inputs.isConstant(1),
      try inputs.operands.shape(0)[0] == 1
    else { return nil }
    let weights = try inputs.operands.shape(1)
    let outputs = weights[transposesSecond ? 0 : 1]
    let hasBiases = inputs.operands.has(2)
    if hasBiases {
      guard inputs.isConstant(2), try inputs.operands.shape(2) == [outputs] else { return nil }
    }
    return [
      FastLayer(
        Dense(outputs: outputs, hasBiases: hasBiases), [(0, .own)],
        parameters: [(.weights, 1, transposesSecond ? [1, 0] : nil)]
          + (hasBiases ? [(.biases, 2, nil)] : []), output: .own)
    ]
  }
}

extension MatMul: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.form == .own, inputs.isConstant(1) else { return nil }
    let (input, weights) = (try inputs.operands.shape(0), try inputs.operands.shape(1))
    guard input[0] == 1, weights.rank == 2 else { return nil }
    if input.rank == 4 {
      // A product at each place of maps whose channels are last.
      let point = Window(height: 1, width: 1, padding: .valid)
      return [
        FastLayer(
          Convolution(point, outputChannels: weights[1]), [(0, .own)],
          parameters: [(.weights, 1, nil)], output: .own)
      ]
    }
    guard input.rank == 2 else { return nil }
    return [
      FastLayer(
        Dense(outputs: weights[1], hasBiases: false), [(0, .own)],
        parameters: [(.weights, 1, nil)], output: .own)
    ]
  }
}
