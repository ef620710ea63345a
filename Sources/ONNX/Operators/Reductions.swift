import CAMNet
import Foundation

/// Operators that make one number of all values along some axes: means, sums, lengths, extremes; and pools over all pixels.
public struct Reduction: Operator {
  private let function: Function
  private let isMean: Bool
  private let axes: [Int]?
  private let keepsAxes: Bool
  /// Whether no axes stand for none, and not for all.
  private let leavesWithoutAxes: Bool
  /// Whether the axes are those of pixels.
  private let isGlobal: Bool

  /// How a sum of terms becomes a number, in double precision.
  private struct Function: Sendable {
    var start = 0.0
    var add: @Sendable (Double, Double) -> Double = { $0 + $1 }
    var finish: @Sendable (Double, Int) -> Double = { sum, _ in sum }
  }

  public init(_ node: Attributes) throws(OperatorError) {
    guard let function = Self.functions[node.operation] else {
      throw OperatorError("is no reduction")
    }
    self.function = function
    isMean = node.operation.hasSuffix("Mean") || node.operation == "GlobalAveragePool"
    isGlobal = node.operation.hasPrefix("Global")
    axes = try node.integers("axes")
    keepsAxes = try node.integer("keepdims", default: 1) != 0
    leavesWithoutAxes = try node.flag("noop_with_empty_axes")
  }

  private static let largest = Function(start: -.infinity, add: { $0.isNaN || $0 > $1 ? $0 : $1 })
  private static let mean = Function(finish: { $0 / Double($1) })

  private static let functions: [String: Function] = [
    "GlobalAveragePool": mean, "GlobalMaxPool": largest,
    "ReduceMean": mean, "ReduceMax": largest,
    "ReduceMin": Function(start: .infinity, add: { $0.isNaN || $0 < $1 ? $0 : $1 }),
    "ReduceSum": Function(),
    "ReduceProd": Function(start: 1, add: { $0 * $1 }),
    "ReduceL1": Function(add: { $0 + abs($1) }),
    "ReduceL2": Function(add: { $0 + $1 * $1 }, finish: { sum, _ in sum.squareRoot() }),
    "ReduceSumSquare": Function(add: { $0 + $1 * $1 }),
    "ReduceLogSum": Function(finish: { sum, _ in log(sum) }),
    "ReduceLogSumExp": Function(add: { $0 + exp($1) }, finish: { sum, _ in log(sum) }),
  ]

  /// The operators' names.
  static let names: [String] = functions.keys.filter { $0.hasPrefix("Reduce") }.sorted()

  private func reduced(_ inputs: Operands, rank: Int) throws(OperatorError) -> Set<Int> {
    if isGlobal {
      guard rank >= 3 else { throw OperatorError("has an input of \(rank) axes") }
      return Set(2..<rank)
    }
    let axes = try Axes.named(axes, inputs, 1) ?? []
    if axes.isEmpty { return leavesWithoutAxes ? [] : Set(0..<rank) }
    return Set(try Axes.resolved(axes, rank: rank))
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    let axes = try reduced(inputs, rank: input.shape.rank)
    let kept = Shape(
      input.shape.dimensions.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
    return [ValueType(keepsAxes ? kept : input.shape.removing(axes), input.element)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let shape = input.shape
    let axes = try reduced(inputs, rank: shape.rank)
    let inside = Shape(
      shape.dimensions.enumerated().filter { axes.contains($0.offset) }.map(\.element))
    let strides = Places(shape).strides
    let outer = shape.removing(axes)
    let outerStrides = strides.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    let innerStrides = strides.enumerated().filter { axes.contains($0.offset) }.map(\.element)
    var offsets: [Int] = []
    Places.walk(inside, [innerStrides]) { offsets.append($0[0]) }
    let source = input.tensor
    var results: [Double] = []
    results.reserveCapacity(outer.elementCount)
    source.withUnsafeElements { source in
      Places.walk(outer, [outerStrides]) { start in
        let sum = offsets.reduce(function.start) {
          function.add($0, Double(source[start[0] + $1]))
        }
        results.append(function.finish(sum, offsets.count))
      }
    }
    if case .integers(let array) = input {
      let whole = results.map { Int(clamping: Float($0)) }
      let elements = array.isBoolean ? whole.map { min(max($0, 0), 1) } : whole
      return [.integers(.init(types[0].shape, elements, isBoolean: array.isBoolean))]
    }
    return [.floats(Tensor(shape: types[0].shape, results.map(Float.init)))]
  }
}

/// `ArgMax` and `ArgMin`: where along an axis the largest or smallest value stands.
public struct ArgExtreme: Operator {
  private let axis: Int
  private let keepsAxis: Bool
  private let takesLast: Bool
  private let isSmallest: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: 0)
    keepsAxis = try node.integer("keepdims", default: 1) != 0
    takesLast = try node.flag("select_last_index")
    isSmallest = node.operation == "ArgMin"
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let shape = try inputs.shape(0)
    let axis = try Axes.resolved(axis, rank: shape.rank)
    guard shape[axis] > 0 else { throw OperatorError("has an input \(shape) without values") }
    var dimensions = shape.dimensions
    dimensions[axis] = 1
    return [ValueType(keepsAxis ? Shape(dimensions) : shape.removing([axis]), .integer)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let axis = try Axes.resolved(axis, rank: input.shape.rank)
    let count = input.shape[axis]
    let inner = input.shape.count(axis + 1..<input.shape.rank)
    let places = (0..<types[0].shape.elementCount).map { line -> Int in
      let start = line / inner * count * inner + line % inner
      var best = 0
      for index in 0..<count {
        let (new, old) = (input[flat: start + index * inner], input[flat: start + best * inner])
        let isBetter = isSmallest ? new < old : new > old
        if isBetter || (takesLast && new == old) { best = index }
      }
      return best
    }
    return [.integers(.init(types[0].shape, places))]
  }
}

extension Reduction: LayeredOperator {
  /// The mean over all pixels, or the largest value of each map.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    if isGlobal, !isMean, let input = inputs.mapShape() {
      return [.maps(MaxPooling(Window(height: input[2], width: input[3], padding: .valid)))]
    }
    guard isMean, let input = inputs.mapShape() else { return nil }
    let keepsAxes = isGlobal || keepsAxes
    let form: Form
    switch (try reduced(inputs.operands, rank: input.rank), inputs.form) {
    case ([2, 3], _): form = .maps
    case ([1, 2], .own): form = .own
    default: return nil
    }
    return [
      FastLayer(
        GlobalAveragePooling(keepsAxes: keepsAxes), [(0, form)], output: keepsAxes ? form : .own)
    ]
  }
}
