import Kernels

/// What a report says of a tensor's values.
public struct TensorStatistics: Sendable, Hashable {
  public let minimum: Float
  public let maximum: Float
  public let mean: Double
  /// The standard deviation of the whole population: √(Σ (x − mean)² / n).
  public let standardDeviation: Double
  /// The Euclidean norm: √(Σ x²).
  public let l2Norm: Double
}

extension Tensor {
  /// Statistics of the elements, summed in double precision; nil where an element is NaN or infinite, or there is none.
  public var statistics: TensorStatistics? { [self].statistics }

  /// The sums that statistics follow from, for each of several parts of the elements.
  fileprivate var sums: [camreport_sums] {
    let parts = Split(count, limit: max(65_536, count / 32))
    return withUnsafeElements { elements in
      [camreport_sums](unsafeUninitializedCapacity: parts.count) { target, count in
        nonisolated(unsafe) let target = target
        parallel(over: parts.count) { index in
          guard let base = elements.baseAddress else { return }
          target[index] = KernelSet.current.table.pointee.sums(
            base + parts[index].lowerBound, parts[index].count)
        }
        count = parts.count
      }
    }
  }
}

extension [Tensor] {
  /// Statistics of the elements of all tensors, as if they were one; nil where an element is NaN or infinite, or there is none.
  public var statistics: TensorStatistics? {
    let sums = flatMap { $0.count > 0 ? $0.sums : [] }
    let sum = sums.reduce(0) { $0 + $1.sum }
    let squares = sums.reduce(0) { $0 + $1.squares }
    guard sum.isFinite, let first = sums.first else { return nil }
    let count = Double(reduce(0) { $0 + $1.count })
    let mean = sum / count
    return TensorStatistics(
      minimum: sums.reduce(first.minimum) { Swift.min($0, $1.minimum) },
      maximum: sums.reduce(first.maximum) { Swift.max($0, $1.maximum) }, mean: mean,
      standardDeviation: Swift.max(squares / count - mean * mean, 0).squareRoot(),
      l2Norm: squares.squareRoot())
  }
}
