import CAMNet
import Foundation

/// Operators that compute each element of their output from two inputs, whose axes of extent 1 are repeated: sums, products,
/// comparisons. `Sum`, `Mean`, `Max` and `Min` take any number of inputs.
public struct Arithmetic: Operator {
  private let operation: String
  private let function: Function
  /// Whether the sum of the inputs is divided by their number.
  private let isMean: Bool

  /// What is computed of two elements.
  private struct Function: Sendable {
    let floats: @Sendable (Float, Float) -> Float
    let integers: @Sendable (Int, Int) -> Int
    var givesBooleans = false
  }

  public init(_ node: Attributes) throws(OperatorError) {
    guard let function = Self.functions[node.operation] else {
      throw OperatorError("is no function of two numbers")
    }
    // Before operator set 7, `axis` said where the second input's axes lie among the first's.
    guard !node.has("axis") || node.operation == "Mean" else {
      throw OperatorError(
        "repeats its second input along axes of its own, as before operator set 7")
    }
    operation = node.operation
    self.function = try node.flag("fmod") ? Self.truncatedRemainder : function
    isMean = node.operation == "Mean"
  }

  /// `Mod` with the sign of the first number, as C has it, and not of the second, as Python.
  private static let truncatedRemainder = Function(
    floats: { fmod($0, $1) }, integers: { $1 == 0 || $1 == -1 ? 0 : $0 % $1 })

  private static func comparison(
    _ floats: @escaping @Sendable (Float, Float) -> Bool,
    _ integers: @escaping @Sendable (Int, Int) -> Bool
  ) -> Function {
    Function(
      floats: { floats($0, $1) ? 1 : 0 }, integers: { integers($0, $1) ? 1 : 0 },
      givesBooleans: true)
  }

  private static let functions: [String: Function] = [
    "Add": Function(floats: { $0 + $1 }, integers: { $0 &+ $1 }),
    "Sub": Function(floats: { $0 - $1 }, integers: { $0 &- $1 }),
    "Mul": Function(floats: { $0 * $1 }, integers: { $0 &* $1 }),
    "Div": Function(
      floats: { $0 / $1 },
      integers: { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }),
    "Pow": Function(
      floats: { pow($0, $1) }, integers: { Int(clamping: Float(pow(Double($0), Double($1)))) }),
    "Mod": Function(
      floats: { one, other in
        let rest = fmod(one, other)
        return rest != 0 && (rest < 0) != (other < 0) ? rest + other : rest
      },
      integers: { one, other in
        guard other != 0, other != -1 else { return 0 }
        let rest = one % other
        return rest != 0 && (rest < 0) != (other < 0) ? rest + other : rest
      }),
    "Sum": Function(floats: { $0 + $1 }, integers: { $0 &+ $1 }),
    "Mean": Function(floats: { $0 + $1 }, integers: { $0 &+ $1 }),
    "Max": Function(
      floats: { $0.isNaN ? $0 : $1.isNaN ? $1 : max($0, $1) }, integers: { max($0, $1) }),
    "Min": Function(
      floats: { $0.isNaN ? $0 : $1.isNaN ? $1 : min($0, $1) }, integers: { min($0, $1) }),
    "Equal": comparison({ $0 == $1 }, { $0 == $1 }),
    "Greater": comparison({ $0 > $1 }, { $0 > $1 }),
    "GreaterOrEqual": comparison({ $0 >= $1 }, { $0 >= $1 }),
    "Less": comparison({ $0 < $1 }, { $0 < $1 }),
    "LessOrEqual": comparison({ $0 <= $1 }, { $0 <= $1 }),
    "And": comparison({ $0 != 0 && $1 != 0 }, { $0 != 0 && $1 != 0 }),
    "Or": comparison({ $0 != 0 || $1 != 0 }, { $0 != 0 || $1 != 0 }),
    "Xor": comparison({ ($0 != 0) != ($1 != 0) }, { ($0 != 0) != ($1 != 0) }),
  ]

  /// The operators' names.
  static let names: [String] = functions.keys.sorted()

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let first = try inputs.type(0)
    var shape = first.shape
    for operand in inputs.all.dropFirst() {
      guard let joined = shape.broadcast(with: operand.type.shape) else {
        throw OperatorError(
          "has inputs of the shapes \(shape) and \(operand.type.shape), which do not fit together")
      }
      shape = joined
    }
    return [
      ValueType(
        try Limits.shape(shape.dimensions), function.givesBooleans ? .boolean : first.element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    var values: [Value] = []
    for index in 0..<inputs.count { values.append(try inputs.value(index)) }
    var result = values[0]
    for value in values.dropFirst() { result = combined(result, value) }
    if values.count == 1 { return values }
    if isMean {
      result = .floats(result.tensor.mapped { [count = Float(values.count)] in $0 / count })
    }
    // The output is of the first input's type: Pow of whole numbers by floats is whole.
    return [
      types[0].element == .float
        ? .floats(result.tensor)
        : .integers(
          .init(result.shape, result.integers, isBoolean: types[0].element == .boolean))
    ]
  }

  private func combined(_ one: Value, _ other: Value) -> Value {
    // Shapes were found to fit.
    let shape = one.shape.broadcast(with: other.shape) ?? one.shape
    if case .integers(let first) = one, case .integers(let second) = other {
      let strides = [first.shape, second.shape].map { Places($0).strides(broadcastTo: shape) }
      var elements: [Int] = []
      elements.reserveCapacity(shape.elementCount)
      Places.walk(shape, strides) { places in
        elements.append(function.integers(first.elements[places[0]], second.elements[places[1]]))
      }
      return .integers(.init(shape, elements, isBoolean: first.isBoolean))
    }
    return .floats(one.tensor.combined(other.tensor, shape, function.floats))
  }
}

extension Tensor {
  /// The function's value of each pair of elements, of which axes of extent 1 are repeated to make up `shape`.
  func combined(_ other: Tensor, _ shape: Shape, _ function: (Float, Float) -> Float) -> Tensor {
    Tensor(shape: shape) { destination in
      self.withUnsafeElements { first in
        other.withUnsafeElements { second in
          if self.shape == other.shape {
            for index in destination.indices {
              destination[index] = function(first[index], second[index])
            }
            return
          }
          // A row along the last axis at once: its elements lie side by side, or are one that is repeated.
          let row = shape.dimensions.last ?? 1
          let outer = Shape(shape.dimensions.dropLast())
          let strides = [self.shape, other.shape].map { Places($0).strides(broadcastTo: shape) }
          let steps = strides.map { $0.last ?? 0 }
          var next = 0
          Places.walk(outer, strides.map { $0.dropLast() }) { places in
            for index in 0..<row {
              destination[next + index] = function(
                first[places[0] + index * steps[0]], second[places[1] + index * steps[1]])
            }
            next += row
          }
        }
      }
    }
  }
}

extension Arithmetic: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.operands.count == 2, inputs.outputs[0].element == .float else { return nil }
    if inputs.form(0) != nil, inputs.form(1) != nil { return try ofTwo(inputs) }
    return try ofConstant(inputs)
  }

  /// Sums and differences of equal shapes, products of these or with one number for each channel.
  private func ofTwo(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    let shapes = [try inputs.operands.shape(0), try inputs.operands.shape(1)]
    let form: Form = inputs.form(0) == .maps || inputs.form(1) == .maps ? .maps : .own
    if shapes[0] == shapes[1] {
      guard form == .own || shapes[0].rank == 4 else { return nil }
      switch operation {
      case "Add", "Sum": return [FastLayer(Add(), [(0, form), (1, form)], output: form)]
      case "Sub": return [FastLayer(Subtract(), [(0, form), (1, form)], output: form)]
      case "Mul": return [FastLayer(Multiply(), [(0, form), (1, form)], output: form)]
      default: return nil
      }
    }
    guard operation == "Mul", shapes.allSatisfy({ $0.rank == 4 }) else { return nil }
    for (maps, gate) in [(0, 1), (1, 0)] {
      let gates: Shape =
        form == .maps ? [1, shapes[maps][1], 1, 1] : [1, 1, 1, shapes[maps][3]]
      if shapes[maps][0] == 1, shapes[gate] == gates {
        return [FastLayer(Multiply(), [(maps, form), (gate, form)], output: form)]
      }
    }
    return nil
  }

  /// Feature maps, or a row, and one constant number for each channel or for all.
  private func ofConstant(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    let read = inputs.form(0) == nil ? 1 : 0
    guard let form = inputs.form(read), let axis = inputs.channelAxis(read) else { return nil }
    let shape = try inputs.operands.shape(read)
    let (channels, constant) = (shape[axis], 1 - read)
    guard inputs.outputs[0].shape == shape else { return nil }
    if let number = inputs.number(constant) {
      return rescaled([Float](repeating: number, count: channels), isFirst: read == 0)
        .map { [FastLayer($0, [(read, form)], output: form)] }
    }
    guard inputs.isConstant(constant), try inputs.operands.type(constant).element == .float,
      try inputs.operands.shape(constant).isByChannel(channels, of: form)
    else { return nil }
    // What a network does to the picture itself is no part of what it learned.
    let isPicture = read < inputs.pictures.count && inputs.pictures[read]
    switch operation {
    case "Add" where !isPicture, "Sum" where !isPicture:
      return [
        FastLayer(
          BiasAdd(), [(read, form)], parameters: [(.biases, constant, nil)], output: form)
      ]
    case "Mul" where !isPicture:
      return [
        FastLayer(
          ChannelScale(), [(read, form)], parameters: [(.scale, constant, nil)], output: form)
      ]
    default:
      return rescaled(try inputs.operands.tensor(constant).elements, isFirst: read == 0)
        .map { [FastLayer($0, [(read, form)], output: form)] }
    }
  }

  /// An operation with a number for each channel; nil where it is none that a layer does.
  private func rescaled(_ numbers: [Float], isFirst: Bool) -> Rescale? {
    let zeros = numbers.map { _ in Float(0) }
    switch operation {
    case "Add", "Sum": return Rescale(offsets: numbers.map { -$0 }, divisor: 1)
    case "Sub": return Rescale(offsets: numbers, divisor: isFirst ? 1 : -1)
    case "Mul" where numbers.allSatisfy({ $0 != 0 && (1 / $0).isFinite }):
      return Rescale(offsets: zeros, divisors: numbers.map { 1 / $0 })
    case "Div" where isFirst && !numbers.contains(0):
      return Rescale(offsets: zeros, divisors: numbers)
    default: return nil
    }
  }
}
