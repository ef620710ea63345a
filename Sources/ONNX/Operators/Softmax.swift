import CAMNet
import Foundation

/// `Softmax` and `LogSoftmax`: shares of 1 along one axis; before operator set 13 along all axes from one on together.
public struct Softmax: Operator {
  private let axis: Int
  private let isFlattened: Bool
  private let isLogarithm: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    isFlattened = node.opset < 13
    axis = try node.integer("axis", default: isFlattened ? 1 : -1)
    isLogarithm = node.operation == "LogSoftmax"
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let shape = try inputs.shape(0)
    if shape.rank > 0 || axis != -1 { _ = try Axes.resolved(axis, rank: shape.rank) }
    return [ValueType(shape)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let rank = input.shape.rank
    guard rank > 0, input.count > 0 else { return [.floats(input)] }
    let axis = try Axes.resolved(axis, rank: rank)
    let count = isFlattened ? input.shape.count(axis..<rank) : input.shape[axis]
    let inner = isFlattened ? 1 : input.shape.count(axis + 1..<rank)
    return [
      .floats(
        Tensor(shape: input.shape) { destination in
          input.withUnsafeElements { source in
            for line in 0..<input.count / count {
              let start = line / inner * count * inner + line % inner
              let places = stride(from: start, to: start + count * inner, by: inner)
              let largest = places.reduce(-Float.infinity) { max($0, source[$1]) }
              let sum = places.reduce(0) { $0 + exp(Double(source[$1] - largest)) }
              for place in places {
                let difference = Double(source[place] - largest)
                destination[place] = Float(
                  isLogarithm ? difference - log(sum) : exp(difference) / sum)
              }
            }
          }
        })
    ]
  }
}
